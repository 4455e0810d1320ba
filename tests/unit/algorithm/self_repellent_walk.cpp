// Variances of the self-repellent walk and of what it drives, over independent replicas, against the central limit
// theorems: the path of 3 of theory.md 3.3, whose P has the eigenvalues ±1/2. Intervals are those of χ² with R − 1 degrees
// (normal approximation, which the theorems give in the limit), each with a false alarm in 1,000 at most; seeds are fixed.
#include <cmath>

#include "core/algorithm/walk.hpp"
#include "core/base/math.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

namespace {

/// Variances over the replicas, scaled as in the theorems.
struct Variances {
  double first = 0, middle = 0;  ///< of x_0 and x_1, by 1/γ_n
  double theta = 0;              ///< of θ, by 1/β_n
};

/// H(θ, i) = b_i − θ: f_i = ½(θ − b_i)², θ* = 0.
constexpr double b[] = {1.3, 0.4, -1.7};

/// The token's iteration without agents: `steps` steps of R replicas, γ_n = (n+1)^−a, β_n = (n+1)^−power.
Variances sample(double alpha, double a, double power, std::int64_t steps, int replicas,
                 algorithm::WalkOptions::Repellence repellence = {}) {
  const auto graph = topology::Digraph::from_links(3, {{0, 1}, {1, 2}}, false);
  algorithm::WalkOptions options{algorithm::WalkOptions::Kind::metropolis_hastings, false, alpha, a};
  options.repellence = repellence;
  const algorithm::WalkLaw law(graph, options);
  std::vector<double> beta(static_cast<std::size_t>(steps) + 1);
  for (std::int64_t n = 0; n <= steps; ++n) beta[static_cast<std::size_t>(n)] = math::pow(static_cast<double>(n + 1), -power);
  double sum[3] = {}, squares[3] = {};
  for (int r = 0; r < replicas; ++r) {
    algorithm::Walk walk(law, 1000 + static_cast<std::uint64_t>(r));
    AgentId at = static_cast<AgentId>(r % 3);
    double theta = 0;
    for (std::int64_t n = 1; n <= steps; ++n) {
      at = walk.next(at, n - 1);
      walk.visit(at, n);
      theta += beta[static_cast<std::size_t>(n)] * (b[at] - theta);
    }
    const double values[] = {walk.share(0), walk.share(1), theta};
    for (int c = 0; c < 3; ++c) {
      sum[c] += values[c];
      squares[c] += values[c] * values[c];
    }
  }
  const double gamma = math::pow(static_cast<double>(steps + 1), -a);
  const auto variance = [&](int c) { return (squares[c] - sum[c] * sum[c] / replicas) / (replicas - 1); };
  return {variance(0) / gamma, variance(1) / gamma, variance(2) / beta.back()};
}

/// Whether a variance over so many replicas is what `expected` would give, in 999 cases of 1,000.
bool fits(double found, double expected, int replicas) {
  // The interval of χ²/f, f = R − 1, by Wilson and Hilferty's cube root.
  const double f = replicas - 1, z = 3.29;
  const auto end = [&](double sign) { return std::pow(1 - 2 / (9 * f) + sign * z * std::sqrt(2 / (9 * f)), 3); };
  return found > expected * end(-1) && found < expected * end(1);
}

/// The part of regime (ii)'s variance that eigenvalue λ gives, with κ ρ for κ in its bracket, κ = 1; ρ = 0 is regime (i).
double part(double lambda, double alpha, double rho) {
  const double r2 = lambda > 0 ? 1.5 : 0.08, s = (1 + lambda) / (1 - lambda), c = alpha * (1 + lambda);
  return r2 * s / 2 * (1 - c * (c + 2) / ((c + 1) * (c + 1 + rho)));
}
double theta_variance(double alpha, double rho) { return part(0.5, alpha, rho) + part(-0.5, alpha, rho); }

}  // namespace

TEST_CASE("self-repellent walk: a = 1, α = 2, 20,000 steps, 1,500 replicas: n var x is E8's 0.077601 and 0.024691") {
  const auto v = sample(2, 1, 1, 20'000, 1500);
  CAPTURE(v.first, v.middle, v.theta);
  CHECK(fits(v.first, 1.0 / 14 + 1.0 / 162, 1500));
  CHECK(fits(v.middle, 2.0 / 81, 1500));
  CHECK(!fits(v.first, 0.5 / 4 + 1.0 / 108, 1500));  // α = 1 would show
  CHECK(fits(v.theta, 0.652, 1500));                 // regime (ii), a = b = 1
}

TEST_CASE("self-repellent walk: α = 0 is the chain itself: var θ is 4.527 with b = 1") {
  const auto v = sample(0, 1, 1, 10'000, 1500);
  CAPTURE(v.first, v.theta);
  CHECK(fits(v.first, 0.5185, 1500));
  CHECK(fits(v.theta, 4.527, 1500));
  CHECK(!fits(v.theta, 0.652, 1500));
}

TEST_CASE("self-repellent walk: a = b = 0.8, α = 2: var x is 0.0671 and var θ 0.569, scaled (regime ii)") {
  const auto v = sample(2, 0.8, 0.8, 30'000, 1000);
  CAPTURE(v.first, v.theta);
  CHECK(fits(v.first, 0.0671, 1000));
  CHECK(theta_variance(2, 1) == Approx(0.569).epsilon(1e-3));
  CHECK(fits(v.theta, 0.569, 1000));
}

TEST_CASE("self-repellent walk: a = 0.6, b = 0.9, α = 2 (regime i): var θ is E9's 0.1440 but for what is left at n = 100,000") {
  CHECK(theta_variance(2, 0) == Approx(0.1440).epsilon(1e-3));
  const std::int64_t n = 100'000;
  const auto v = sample(2, 0.6, 0.9, n, 600);
  const double corrected = theta_variance(2, std::pow(static_cast<double>(n + 1), -0.3));
  CAPTURE(v.first, v.theta, corrected);
  CHECK(fits(v.theta, corrected, 600));
  CHECK(fits(v.theta, 0.1440, 600));
  CHECK(!fits(v.theta, theta_variance(2, 1), 600));  // regime (ii): 0.569
  CHECK(!fits(v.theta, theta_variance(1, 0), 600));  // α = 1: four times that of a large α = 2
  CHECK(fits(v.first, 0.0671, 600));
}

TEST_CASE("self-repellent walk: a = 0.9, b = 0.6, α = 2 (regime iii): var θ is 2.263, as without repellence") {
  CHECK(theta_variance(0, 0) == Approx(2.263).epsilon(1e-3));
  const auto v = sample(2, 0.9, 0.6, 50'000, 600);
  CAPTURE(v.theta);
  CHECK(fits(v.theta, 2.263, 600));
}

TEST_CASE("self-repellent walk: by history-driven target, α = 2, var x is that of the chain divided by 2α + 1, or by α + 1 for a = 0.8") {
  const double of_chain = 0.5 + 1.0 / 54, of_middle = 4.0 / 54;  // V_00 and V_11 of theory.md 3.3, α = 0 and a = 1
  const auto target = algorithm::WalkOptions::Repellence::history_driven_target;
  const auto v = sample(2, 1, 1, 20'000, 1500, target);
  CAPTURE(v.first, v.middle);
  CHECK(fits(v.first, of_chain / 5, 1500));
  CHECK(fits(v.middle, of_middle / 5, 1500));
  CHECK(!fits(v.first, 1.0 / 14 + 1.0 / 162, 1500));  // that of the self-repellent kernel
  const auto slow = sample(2, 0.8, 0.9, 30'000, 1000, target);
  CHECK(fits(slow.first, of_chain / 6, 1000));  // (2 (α + 1)) in the place of 2α + 1, and V(0) has 2 in that of 1
}
