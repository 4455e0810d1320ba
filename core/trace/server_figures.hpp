// What a server that applies its workers' gradients keeps count of.
#pragma once
#include <cstdint>

namespace taubar::trace {

/// The delay of a gradient is the number of the server's updates between the iterate it was asked at and its own
/// application; jobs in flight have an age instead (Koloskova, Stich, Jaggi 2022, definitions 1 and 4; theory.md 11.1).
struct ServerFigures {
  std::int64_t updates = 0;                   ///< T: iterates produced
  std::int64_t applied = 0;                   ///< gradients used, T of them where each update uses one; a minibatch is one
  std::int64_t delay_sum = 0, delay_max = 0;  ///< of those
  std::int64_t dropped = 0;                   ///< gradients thrown away
  std::int64_t dropped_delay_sum = 0;         ///< of those
  std::int64_t in_flight = 0;                 ///< jobs not yet back at the end
  std::int64_t age_sum = 0, age_max = 0;      ///< of those
  /// Σ and max over the gradients used of |C|, the jobs under way just before each, its own included.
  std::int64_t concurrency_sum = 0, concurrency_max = 0;

  double mean_delay() const { return ratio(delay_sum, applied); }
  double mean_concurrency() const { return ratio(concurrency_sum, applied); }
  /// The mean over all jobs but those dropped; those in flight count with their age.
  double mean_delay_in_flight_included() const { return ratio(delay_sum + age_sum, applied + in_flight); }

 private:
  static double ratio(std::int64_t sum, std::int64_t count) {
    return count > 0 ? static_cast<double>(sum) / static_cast<double>(count) : 0.0;
  }
};

}  // namespace taubar::trace
