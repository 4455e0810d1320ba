#include "sim/delay/transit_fit.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace taubar::delay {
namespace {

constexpr std::size_t most_transits = 20'000;
constexpr std::size_t fewest_on_a_side = 20;
constexpr double normal_quantile_0975 = 1.959963984540054;

std::vector<Transit> evenly(std::span<const Transit> transits) {
  const std::size_t count = std::min(transits.size(), most_transits);
  std::vector<Transit> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(transits[i * transits.size() / count]);
  return chosen;
}

bool sizes_tell(const std::vector<Transit>& transits) {
  const auto by_bytes = [](const Transit& a, const Transit& b) { return a.bytes < b.bytes; };
  const auto [least, greatest] = std::minmax_element(transits.begin(), transits.end(), by_bytes);
  if (least == transits.end() || greatest->bytes < 2 * least->bytes || greatest->bytes == 0) return false;
  const double middle =
      std::sqrt(static_cast<double>(std::max<std::int64_t>(least->bytes, 1)) * static_cast<double>(greatest->bytes));
  const auto small = static_cast<std::size_t>(std::count_if(
      transits.begin(), transits.end(), [&](const Transit& t) { return static_cast<double>(t.bytes) < middle; }));
  return small >= fewest_on_a_side && transits.size() - small >= fewest_on_a_side;
}

/// S(β) = Σ (b_i − b̄) R_i, R_i the rank of t_i − β b_i (equal ones share their mean rank), over its standard deviation where
/// sizes do not matter, √(Σ (b_i − b̄)² N(N+1)/12). It falls as β rises.
class RankTest {
 public:
  explicit RankTest(std::vector<Transit> transits) : transits_(std::move(transits)), residuals_(transits_.size()) {
    const double N = static_cast<double>(transits_.size());
    for (const auto& t : transits_) mean_ += static_cast<double>(t.bytes) / N;
    double square = 0;
    for (const auto& t : transits_) square += (static_cast<double>(t.bytes) - mean_) * (static_cast<double>(t.bytes) - mean_);
    scale_ = std::sqrt(square * N * (N + 1) / 12);
  }

  double operator()(double beta) {
    for (std::size_t i = 0; i < transits_.size(); ++i) {
      const double b = static_cast<double>(transits_[i].bytes);
      residuals_[i] = {transits_[i].seconds - beta * b, b - mean_};
    }
    std::sort(residuals_.begin(), residuals_.end());
    double sum = 0;
    for (std::size_t first = 0; first < residuals_.size();) {
      std::size_t next = first;
      double sizes = 0;
      for (; next < residuals_.size() && residuals_[next].first == residuals_[first].first; ++next)
        sizes += residuals_[next].second;
      sum += sizes * 0.5 * static_cast<double>(first + 1 + next);
      first = next;
    }
    return sum / scale_;
  }

  /// No two messages have a slope beyond ± this.
  double steepest() const {
    std::vector<std::int64_t> sizes;
    double least = transits_.front().seconds, greatest = least;
    for (const auto& t : transits_) {
      sizes.push_back(t.bytes);
      least = std::min(least, t.seconds);
      greatest = std::max(greatest, t.seconds);
    }
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    std::int64_t gap = sizes.back() - sizes.front();
    for (std::size_t i = 1; i < sizes.size(); ++i) gap = std::min(gap, sizes[i] - sizes[i - 1]);
    return (greatest - least) / static_cast<double>(gap) * 1.01 + 1e-18;
  }

 private:
  std::vector<Transit> transits_;
  std::vector<std::pair<double, double>> residuals_;  ///< with the size's distance from the mean
  double mean_ = 0, scale_ = 1;
};

/// Where the test falls through `level`.
double crossing(RankTest& test, double level, double steepest) {
  double low = -steepest, high = steepest;
  for (int i = 0; i < 60 && high - low > 1e-15 * steepest; ++i) {
    const double middle = (low + high) / 2;
    (test(middle) > level ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

std::optional<Slope> seconds_per_byte(std::span<const Transit> transits) {
  auto chosen = evenly(transits);
  if (!sizes_tell(chosen)) return std::nullopt;
  RankTest test(std::move(chosen));
  const double steepest = test.steepest();
  return Slope{crossing(test, 0, steepest), crossing(test, normal_quantile_0975, steepest),
               crossing(test, -normal_quantile_0975, steepest)};
}

}  // namespace taubar::delay
