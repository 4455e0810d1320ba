// A run's result as it goes from a worker to the store: texts and bytes, which nobody in between needs to understand.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "core/trace/trace.hpp"
#include "sim/sweep/run_row.hpp"

namespace taubar::sweep {

/// What a run exits with whose worker died.
inline constexpr int crash_code = 3;

struct Outcome {
  Status status = Status::pending;
  int exit_code = 0;
  std::string fingerprint;  ///< 16 hex digits, or ""
  std::string summary;      ///< JSON, or ""
  std::string digest;       ///< what the sweep's tables need of summary and descents (digest.hpp)
  std::string descents;     ///< packed
  std::string error;
  double wall_seconds = 0;
  std::string begun, ended;  ///< UTC, ISO 8601
};

std::string encode(const Outcome& outcome);
/// InternalError for bytes that encode did not write.
Outcome decode(std::string_view bytes);

/// The running minimum of every recorded metric; NaN counts for nothing.
std::map<std::string, Descent> descents_of(const trace::Trace& trace);

/// Names and doubles, deflated. InputError for bytes that pack did not write.
std::string pack(const std::map<std::string, Descent>& descents);
std::map<std::string, Descent> unpack(std::string_view packed);

/// "2026-11-29T16:20:00.123Z", now.
std::string utc_now();

}  // namespace taubar::sweep
