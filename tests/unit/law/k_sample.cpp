#include "sim/law/k_sample.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include "sim/law/alike.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/kolmogorov.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

std::vector<double> draws_of(const std::string& text, std::uint64_t name, std::size_t count) {
  const auto given = test::law(text);
  return test::draw(count, 9000 + name, [&](double u) { return given->quantile(u); });
}

/// A² of two samples without ties by its definition, (1/(n m)) Σ (M_i N − n i)² / (i (N − i)) (Pettitt, Biometrika 63, 1976).
double pettitt(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  std::sort(all.begin(), all.end());
  const double N = static_cast<double>(all.size()), n = static_cast<double>(a.size());
  double sum = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const double rank = static_cast<double>(i);
    const double M = static_cast<double>(std::count_if(a.begin(), a.end(), [&](double x) { return x <= all[i - 1]; }));
    sum += (M * N - n * rank) * (M * N - n * rank) / (rank * (N - rank));
  }
  return sum / (n * (N - n));
}

}  // namespace

TEST_CASE("the tail of Anderson and Darling's statistic is 0.10, 0.05 and 0.01 at 1.93296, 2.49237 and 3.87813") {
  // For a given law in the limit: Marsaglia and Marsaglia, Journal of Statistical Software 9, 2004.
  CHECK(law::anderson_darling_tail(1.93296, 1) == Approx(0.10).epsilon(1e-3));
  CHECK(law::anderson_darling_tail(2.49237, 1) == Approx(0.05).epsilon(1e-3));
  CHECK(law::anderson_darling_tail(3.87813, 1) == Approx(0.01).epsilon(1e-3));
}

TEST_CASE("far out the tail is that of its first term, sqrt(3) P(chi-squared > 2x), and 1 at 0") {
  const boost::math::chi_squared one(1);
  for (double x : {8.0, 12.0, 16.0}) {
    const double first = std::sqrt(3.0) * boost::math::cdf(boost::math::complement(one, 2 * x));
    CHECK(law::anderson_darling_tail(x, 1) == Approx(first).epsilon(0.04));
  }
  CHECK(law::anderson_darling_tail(0, 1) == 1);
  CHECK(law::anderson_darling_tail(100, 1) == 0);
}

TEST_CASE("for 2, 5 and 20 degrees the tail is that of 20,000 drawn sums, within 5 standard errors") {
  for (int m : {2, 5, 20}) {
    CAPTURE(m);
    Stream stream(1, Purpose::test, 31, static_cast<std::uint64_t>(m));
    const double x = m * 1.3;
    int above = 0;
    constexpr int sums = 20000, terms = 60;
    for (int s = 0; s < sums; ++s) {
      double sum = static_cast<double>(m) / (terms + 1);
      for (int j = 1; j <= terms; ++j)
        for (int d = 0; d < m; ++d) {
          const double z = stream.normal();
          sum += z * z / (j * (j + 1.0));
        }
      above += sum >= x;
    }
    const double p = law::anderson_darling_tail(x, m);
    CHECK(std::fabs(above / static_cast<double>(sums) - p) < 5 * std::sqrt(p * (1 - p) / sums));
  }
}

TEST_CASE("for two samples without ties p is that of Pettitt's statistic, but for the correction of finite samples") {
  const auto a = draws_of(R"({"kind": "exponential", "mean": 1})", 1, 400);
  const auto b = draws_of(R"({"kind": "exponential", "mean": 1.15})", 2, 500);
  CHECK(law::anderson_darling_p({a, b}) == Approx(law::anderson_darling_tail(pettitt(a, b), 1)).epsilon(0.05));
}

TEST_CASE("3 samples of 30 of one law have p < 0.05 in 5 % of 1,000 trials, within 5 standard errors; with ties too") {
  int plain = 0, tied = 0;
  for (std::uint64_t trial = 0; trial < 1000; ++trial) {
    std::vector<std::vector<double>> groups, rounded;
    for (std::uint64_t g = 0; g < 3; ++g) {
      groups.push_back(draws_of(R"({"kind": "gamma", "shape": 2, "mean": 1})", 100 + 3 * trial + g, 30));
      rounded.push_back(groups.back());
      for (double& x : rounded.back()) x = std::round(5 * x);
    }
    plain += law::anderson_darling_p(groups) < 0.05;
    tied += law::anderson_darling_p(rounded) < 0.05;
  }
  CHECK(std::abs(plain - 50) < 5 * std::sqrt(1000 * 0.05 * 0.95));
  CHECK(std::abs(tied - 50) < 5 * std::sqrt(1000 * 0.05 * 0.95));
}

TEST_CASE("four laboratories' paper, with ties: the standardised statistic is 4.480 as published") {
  // Scholz and Stephens 1987, section 7: smoothness of paper.
  const std::vector<std::vector<double>> laboratories = {{38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0},
                                                         {39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8},
                                                         {34.0, 35.0, 39.0, 40.0, 43.0, 43.0, 44.0, 45.0},
                                                         {34.0, 34.8, 34.8, 35.4, 37.2, 37.8, 41.2, 42.8}};
  const double p = law::anderson_darling_p(laboratories);
  CHECK(p == Approx(law::anderson_darling_tail(3 + 4.480 * std::sqrt(3 * 0.579736), 3)).epsilon(2e-3));
}

TEST_CASE("500 draws of equal median and unequal spread are told apart; a sample is like itself") {
  const auto narrow = draws_of(R"({"kind": "lognormal", "median": 1, "sigma": 0.5})", 3, 500);
  const auto wide = draws_of(R"({"kind": "lognormal", "median": 1, "sigma": 0.8})", 4, 500);
  CHECK(law::anderson_darling_p({narrow, wide}) < 1e-4);
  CHECK(law::anderson_darling_p({narrow, narrow}) > 0.99);
  CHECK(law::anderson_darling_p({{1, 1, 1}, {1, 1}}) > 0.1);
}

TEST_CASE("eight agents of one law are one group (false alarm 0.01)") {
  std::vector<std::vector<double>> samples;
  for (std::uint64_t i = 0; i < 8; ++i) samples.push_back(draws_of(R"({"kind": "gamma", "shape": 5, "mean": 1})", 10 + i, 300));
  const auto alike = law::alike(samples);
  CHECK(alike.p >= 0.01);
  CHECK(alike.groups == std::vector<std::vector<std::size_t>>{{0, 1, 2, 3, 4, 5, 6, 7}});
}

TEST_CASE("agents 2 and 5 of eight are slow, agent 7 slower: groups of 5, 2 and 1, the largest first") {
  std::vector<std::vector<double>> samples;
  for (std::uint64_t i = 0; i < 8; ++i) {
    const char* mean = i == 7 ? "9" : i == 2 || i == 5 ? "3" : "1";
    samples.push_back(draws_of(std::string(R"({"kind": "gamma", "shape": 5, "mean": )") + mean + "}", 20 + i, 200 + 10 * i));
  }
  const auto alike = law::alike(samples);
  CHECK(alike.p < 1e-6);
  CHECK(alike.groups == std::vector<std::vector<std::size_t>>{{0, 1, 3, 4, 6}, {2, 5}, {7}});
}

TEST_CASE("300 steps that are a fifth longer are told from those of seven other agents; the seven stay together") {
  std::vector<std::vector<double>> samples;
  for (std::uint64_t i = 0; i < 8; ++i)
    samples.push_back(draws_of(std::string(R"({"kind": "gamma", "shape": 5, "mean": )") + (i == 4 ? "1.2" : "1") + "}", 60 + i, 300));
  CHECK(law::alike(samples).groups == std::vector<std::vector<std::size_t>>{{0, 1, 2, 3, 5, 6, 7}, {4}});
}

TEST_CASE("an agent whose 8 steps all took ten times as long is not taken for the others") {
  std::vector<std::vector<double>> samples;
  for (std::uint64_t i = 0; i < 5; ++i) samples.push_back(draws_of(R"({"kind": "gamma", "shape": 5, "mean": 1})", 40 + i, 300));
  samples.push_back(draws_of(R"({"kind": "gamma", "shape": 5, "mean": 10})", 45, 8));
  CHECK(law::alike(samples).groups == std::vector<std::vector<std::size_t>>{{0, 1, 2, 3, 4}, {5}});
}
