// What a sweep knows of one of its runs: what the store keeps, and what every table, comparison and export is made of.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/config/json.hpp"

namespace taubar::sweep {

/// One value a JSON Pointer into the scenario, in the order of the pointers.
using Parameters = std::map<std::string, config::Json>;
/// Those of a point are kept once, however many runs it has. Never null.
using SharedParameters = std::shared_ptr<const Parameters>;
inline const SharedParameters no_parameters = std::make_shared<const Parameters>();

enum class Status {
  pending,      ///< not begun, or begun by a worker that died with the whole sweep
  done,         ///< ended by itself: what its stop rule asks for
  failed,       ///< ended by itself and in order, with a result that is none: diverged, stalled, above a limit of its own
  wrong_input,  ///< the scenario of this point is refused
  refused,      ///< too large for the machine
  timed_out,    ///< beyond the sweep's limit for one run
  crashed       ///< its worker died
};
std::string_view name(Status status);
/// Of a word that `name` gives; InputError for others.
Status status_named(std::string_view word);

/// The running minimum of a metric over the records of a run: (seconds, value), both strictly monotone. The first value at
/// or below a level tells the time to it, for any level.
using Descent = std::vector<std::pair<double, double>>;

struct RunRow {
  std::int64_t point = 0;   ///< of the plan, from 0
  std::int64_t seed = 0;
  SharedParameters parameters = no_parameters;  ///< what this point sets; the seed is not among them
  Status status = Status::pending;
  int exit_code = 0;        ///< what `taubar run` of this scenario would exit with
  config::Json summary;     ///< as `taubar run --json` prints it; null where there is none
  std::map<std::string, Descent> descents;  ///< by metric
  double wall_seconds = 0;
  std::string error;        ///< why it did not end well; "" else
};

}  // namespace taubar::sweep
