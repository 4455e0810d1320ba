#include "core/problem/gamma.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

namespace {

/// √N sup |F_N − F| of sorted draws.
template <class Distribution>
double kolmogorov(std::vector<double> draws, const Distribution& law) {
  std::sort(draws.begin(), draws.end());
  const auto count = static_cast<double>(draws.size());
  double distance = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double f = law(draws[i]);
    distance =
        std::max({distance, f - static_cast<double>(i) / count, static_cast<double>(i + 1) / count - f});
  }
  return std::sqrt(count) * distance;
}

std::vector<double> gamma_draws(double shape, int count, std::uint64_t number) {
  Stream stream(21, Purpose::test, number);
  std::vector<double> draws;
  for (int i = 0; i < count; ++i) draws.push_back(math::exp(problem::log_gamma_draw(stream, shape)));
  return draws;
}

// P(√N D > 2.69) = 2 exp(−2 · 2.69²) = 1e-6.
constexpr double one_in_a_million = 2.69;

}  // namespace

TEST_CASE(
    "Gamma(1), (2) and (½) have their closed distribution functions: Kolmogorov–Smirnov at 1e-6, 50,000 "
    "draws") {
  CHECK(kolmogorov(gamma_draws(1, 50000, 1), [](double x) { return 1 - std::exp(-x); }) < one_in_a_million);
  CHECK(kolmogorov(gamma_draws(2, 50000, 2), [](double x) { return 1 - (1 + x) * std::exp(-x); }) <
        one_in_a_million);
  CHECK(kolmogorov(gamma_draws(0.5, 50000, 3), [](double x) { return std::erf(std::sqrt(x)); }) <
        one_in_a_million);
}

TEST_CASE("Gamma(7.3) has mean and variance 7.3 within 5 standard errors of 100,000 draws") {
  const auto draws = gamma_draws(7.3, 100000, 4);
  double mean = 0, square = 0;
  for (const double x : draws) mean += x / 1e5;
  for (const double x : draws) square += (x - mean) * (x - mean) / 1e5;
  CHECK(std::abs(mean - 7.3) < 5 * std::sqrt(7.3 / 1e5));
  // Fourth central moment of Gamma(k): 3k² + 6k.
  CHECK(std::abs(square - 7.3) < 5 * std::sqrt((2 * 7.3 * 7.3 + 6 * 7.3) / 1e5));
}

TEST_CASE("Dirichlet(½, ½) has arcsine coordinates: Kolmogorov–Smirnov at 1e-6; shape 1e-3 gives no NaN") {
  Stream stream(22, Purpose::test);
  std::vector<double> first;
  for (int i = 0; i < 20000; ++i) first.push_back(problem::dirichlet_draw(stream, 2, 0.5)[0]);
  CHECK(kolmogorov(first, [](double x) {
          return 2 / std::acos(-1.0) * std::asin(std::sqrt(std::min(1.0, x)));
        }) < one_in_a_million);
  for (int i = 0; i < 1000; ++i) {
    double sum = 0;
    for (const double share : problem::dirichlet_draw(stream, 5, 1e-3)) {
      REQUIRE(share >= 0);
      sum += share;
    }
    REQUIRE(sum == Approx(1).epsilon(1e-12));
  }
}
