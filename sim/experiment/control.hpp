// What the ranks of a replay tell each other while it goes on, as words of control frames.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/trace/counts.hpp"

namespace taubar::experiment {

/// Control frames. Those to rank 0: snapshot, report, failure, signal; those from it: order.
enum Kind : std::uint16_t { snapshot_kind = 1, report_kind = 2, failure_kind = 3, signal_kind = 4, order_kind = 5 };
/// First word of an order; the second is its argument.
enum Order : int { stop_order = 1, record_order = 2, report_order = 3 };

/// What rank 0 must know of a rank while the run goes on.
struct Report {
  trace::Counts counts;
  double events = 0, went_out = 0, came_in = 0;
  bool idle = false, diverged = false;
  double answers = 0;  ///< number of the last report order it has seen

  std::vector<double> words() const {
    return {double(counts.updates), double(counts.gradients), double(counts.messages), events, went_out, came_in,
            double(idle),           double(diverged),         answers};
  }
  static Report of(std::span<const double> w) {
    Report r;
    r.counts.updates = static_cast<std::int64_t>(w[0]);
    r.counts.gradients = static_cast<std::int64_t>(w[1]);
    r.counts.messages = static_cast<std::int64_t>(w[2]);
    r.events = w[3], r.went_out = w[4], r.came_in = w[5];
    r.idle = w[6] != 0, r.diverged = w[7] != 0, r.answers = w[8];
    return r;
  }
};

inline std::vector<double> as_words(const std::string& text) {
  std::vector<double> words;
  for (const unsigned char letter : text) words.push_back(letter);
  return words;
}

inline std::string as_text(std::span<const double> words) {
  std::string text;
  for (const double word : words) text += static_cast<char>(static_cast<unsigned char>(word));
  return text;
}

}  // namespace taubar::experiment
