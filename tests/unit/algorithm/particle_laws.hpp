// Targets on a line whose laws exp(−U/T) are known by quadrature, to start particles in them and to test whether they still
// have them.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/agent/program.hpp"
#include "core/base/random.hpp"
#include "core/problem/shared_problem.hpp"

namespace taubar::test {

/// U(x) = −log(¼ N(x; −2, ½) + ¾ N(x; 2, ½)) up to a constant, the same for every agent.
class TwoModes final : public problem::SharedProblem {
 public:
  explicit TwoModes(std::int64_t agents) : SharedProblem(agents) {}
  std::int64_t dimension() const override { return 1; }
  double value(const ConstVectorRef& x) const override { return -std::log(left(x[0]) + right(x[0])); }
  void gradient(const ConstVectorRef& x, VectorRef g) const override {
    const double l = left(x[0]), r = right(x[0]);
    g[0] = (l * (x[0] + 2) + r * (x[0] - 2)) / (0.5 * (l + r));
  }
  problem::Constants constants() const override { return {30, 0}; }
  std::string content_hash() const override { return "two modes of a test"; }

 protected:
  std::optional<Vector> known_minimiser() const override { return std::nullopt; }

 private:
  // exp(−800) is still a number
  static double left(double x) { return 0.25 * std::exp(-(x + 2) * (x + 2)); }
  static double right(double x) { return 0.75 * std::exp(-(x - 2) * (x - 2)); }
};

/// Σ (n_b − n/20)²/(n/20) over 20 bins of equal probability exceeds it once in a million times: χ² with 19 degrees of freedom.
inline constexpr double chi_square_of_a_false_alarm = 65;

/// exp(−U/T) by the trapezoidal rule on 40,001 points of [−20, 20].
class LawOnALine {
 public:
  LawOnALine(const problem::Problem& target, double temperature) {
    double last = 0;
    Vector x(1);
    for (int j = 0; j <= intervals; ++j) {
      x[0] = at(j);
      const double density = std::exp(-target.value(x) / temperature);
      cumulative_.push_back(j == 0 ? 0 : cumulative_.back() + 0.5 * (last + density));
      last = density;
    }
    for (double& c : cumulative_) c /= cumulative_.back();
  }
  double quantile(double u) const {
    const auto above = std::upper_bound(cumulative_.begin(), cumulative_.end(), u);
    const auto j = static_cast<int>(std::clamp<std::ptrdiff_t>(above - cumulative_.begin(), 1, intervals));
    const double low = cumulative_[static_cast<std::size_t>(j) - 1], high = cumulative_[static_cast<std::size_t>(j)];
    return at(j - 1) + (u - low) / (high - low) * width;
  }
  double probability(double x) const {
    const double place = std::clamp((x - at(0)) / width, 0.0, static_cast<double>(intervals) - 1e-9);
    const auto j = static_cast<std::size_t>(place);
    return cumulative_[j] + (place - static_cast<double>(j)) * (cumulative_[j + 1] - cumulative_[j]);
  }
  double chi_square(std::span<const double> sample) const {
    double count[20] = {}, sum = 0;
    for (const double x : sample) ++count[std::min(19, static_cast<int>(20 * probability(x)))];
    const double each = static_cast<double>(sample.size()) / 20;
    for (const double c : count) sum += (c - each) * (c - each) / each;
    return sum;
  }

 private:
  static constexpr int intervals = 40'000;
  static constexpr double width = 40.0 / intervals;
  static double at(int j) { return -20 + j * width; }
  std::vector<double> cumulative_;
};

/// Gives a host's particles, d = 1, independent draws of the law; call before its first step has been computed.
inline void place_particles(agent::AgentProgram& program, const LawOnALine& law, std::uint64_t seed) {
  struct Placing final : agent::StateVisitor {
    Placing(const LawOnALine& of, std::size_t m, std::uint64_t s) : law(of), particles(m), stream(s, Purpose::test) {}
    void reals(std::span<double> values) override {
      if (placed) return;
      for (std::size_t p = 0; p < particles; ++p) values[p] = law.quantile(stream.uniform());
      placed = true;
    }
    void integer(std::int64_t&) override {}
    const LawOnALine& law;
    std::size_t particles;
    Stream stream;
    bool placed = false;
  } placing(law, program.particles().size(), seed);
  program.state(placing);
}

}  // namespace taubar::test
