// The distribution of staleness: event instants between sending and reading a message. A count, never seconds.
#pragma once
#include <array>
#include <cstdint>

namespace taubar::trace {

/// Exact below 1,024; above, bins a sixteenth of their octave wide. Constant memory, no allocation.
class Staleness {
 public:
  /// value >= 0
  void add(std::int64_t value) {
    ++count_;
    sum_ += value;
    if (value > max_) max_ = value;
    ++bins_[bin(value)];
  }
  std::int64_t count() const { return count_; }
  std::int64_t max() const { return max_; }
  double mean() const { return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_); }
  /// Smallest value v (lower end of its bin) with at least a share p of all values <= its bin; 0 < p <= 1.
  std::int64_t quantile(double p) const;

  static constexpr int exact = 1024;
  static constexpr int bins = exact + 53 * 16;
  std::int64_t in_bin(int b) const { return bins_[static_cast<std::size_t>(b)]; }
  /// Smallest value of a bin.
  static std::int64_t lower_end(int b);

 private:
  static std::size_t bin(std::int64_t value);
  std::array<std::int64_t, bins> bins_{};
  std::int64_t count_ = 0, sum_ = 0, max_ = 0;
};

}  // namespace taubar::trace
