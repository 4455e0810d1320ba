// What every law states, against its draws and against itself. The list of texts is the catalogue's examples
// and more parameters. False alarms: 9.3e-7 for each law and for each Kolmogorov–Smirnov test, 6e-7 for each
// mean.
#include <boost/math/special_functions/expint.hpp>

#include "sim/law/law.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/kolmogorov.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

/// Laws with a finite variance, so that means can be tested; those without follow below.
std::vector<std::string> texts() {
  std::vector<std::string> all;
  for (const auto& entry : law::laws().any().entries) all.emplace_back(entry.example);
  all.insert(
      all.end(),
      {
          R"({"kind": "uniform", "low": 0, "high": 1})",
          R"({"kind": "uniform", "low": 3, "high": 3})",
          R"({"kind": "exponential", "mean": "2min"})",
          R"({"kind": "shifted_exponential", "shift": 0, "mean": 2})",
          R"({"kind": "gamma", "shape": 0.05, "mean": 1})",
          R"({"kind": "gamma", "shape": 0.7, "mean": 3})",
          R"({"kind": "gamma", "shape": 1, "mean": "5ms"})",
          R"({"kind": "gamma", "shape": 900, "mean": 1})",
          R"({"kind": "lognormal", "median": 5, "sigma": 0.01})",
          R"({"kind": "lognormal", "median": "10us", "sigma": 1})",
          R"({"kind": "weibull", "shape": 0.6, "scale": 1})",
          R"({"kind": "weibull", "shape": 7, "scale": 0.2})",
          R"({"kind": "pareto", "shape": 5.5, "minimum": 2})",
          R"({"kind": "mixture", "weights": [0, 2, 1], "components": [9, {"kind": "exponential", "mean": 1}, 4]})",
          R"({"kind": "exponential", "mean": 1, "clip": {"high": 2}})",
          R"({"kind": "exponential", "mean": 1, "clip": {"low": 0.5, "high": 2}})",
          R"({"kind": "lognormal", "median": 1, "sigma": 2, "clip": {"low": 0.1, "high": 5}})",
          R"({"kind": "gamma", "shape": 0.3, "mean": 1, "clip": {"low": 0.2, "high": 3}})",
          R"({"kind": "weibull", "shape": 0.5, "scale": 1, "clip": {"high": 4}})",
          R"({"kind": "pareto", "shape": 0.8, "minimum": 1, "clip": {"high": 50}})",
          R"({"kind": "pareto", "shape": 1, "minimum": 1, "clip": {"low": 1.5, "high": 50}})",
          R"({"kind": "uniform", "low": 1, "high": 2, "clip": {"low": 3}})",
          R"({"kind": "empirical", "samples": [1, 5, "500ms", 5], "clip": {"low": 0.75}})",
          R"({"kind": "mixture", "weights": [1, 3], "components": [{"kind": "pareto", "shape": 1.1, "minimum": 1, "clip": {"high": 10}}, 2], "clip": {"high": 5}})",
      });
  return all;
}

const std::string heavy[] = {
    R"({"kind": "pareto", "shape": 0.5, "minimum": 1})", R"({"kind": "pareto", "shape": 1, "minimum": 1})",
    R"({"kind": "pareto", "shape": 1.3, "minimum": 0.001})",
    R"({"kind": "lognormal", "median": 1, "sigma": 3})", R"({"kind": "weibull", "shape": 0.2, "scale": 1})"};

constexpr std::size_t count = 100000;

}  // namespace

TEST_CASE("values of 1,000 levels at once are those of each level, to the bit, for every law") {
  for (const auto& text : texts()) {
    const auto law = test::law(text);
    std::vector<double> levels;
    for (int i = 0; i < 1000; ++i) levels.push_back((i + 0.5) / 1000);
    auto values = levels;
    law->quantiles(values);
    for (std::size_t i = 0; i < levels.size(); ++i) REQUIRE(values[i] == law->quantile(levels[i]));
  }
}

TEST_CASE(
    "100,000 draws of each law keep to its cdf (Kolmogorov-Smirnov, false alarm 9.3e-7 each) and support") {
  auto all = texts();
  all.insert(all.end(), std::begin(heavy), std::end(heavy));
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i]);
    const auto law = test::law(all[i]);
    const auto draws = test::draw(count, i, [&](double u) { return law->quantile(u); });
    CHECK(test::kolmogorov_distance(draws, [&](double x) { return law->cdf(x); }) < test::one_in_a_million);
    const auto support = law->support();
    const auto [least, greatest] = std::minmax_element(draws.begin(), draws.end());
    CHECK(*least >= support.low);
    CHECK(*greatest <= support.high);
    CHECK(law->cdf(support.low * (1 - 1e-12) - 1e-300) == 0);
    if (std::isfinite(support.high)) CHECK(law->cdf(support.high) == 1);
  }
}

TEST_CASE("the mean of 100,000 draws is each law's mean() within 5 standard errors") {
  const auto all = texts();
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i]);
    const auto law = test::law(all[i]);
    double sum = 0, square = 0;
    for (double x : test::draw(count, 1000 + i, [&](double u) { return law->quantile(u); })) {
      sum += x;
      square += x * x;
    }
    const double mean = sum / count, variance = std::max(square / count - mean * mean, 0.0);
    CHECK(std::fabs(mean - law->mean()) <= 5 * std::sqrt(variance / count) + 1e-12 * law->mean());
  }
}

TEST_CASE("quantile and cdf undo each other to 1e-11 where a law is continuous") {
  for (const std::string text :
       {R"({"kind": "uniform", "low": 1, "high": 4})", R"({"kind": "exponential", "mean": 0.2})",
        R"({"kind": "shifted_exponential", "shift": 1, "mean": 3})",
        R"({"kind": "gamma", "shape": 0.4, "mean": 2})", R"({"kind": "gamma", "shape": 12, "mean": 2})",
        R"({"kind": "lognormal", "median": 3, "sigma": 0.8})",
        R"({"kind": "weibull", "shape": 1.7, "scale": 5})",
        R"({"kind": "pareto", "shape": 1.2, "minimum": 3})"}) {
    CAPTURE(text);
    const auto law = test::law(text);
    double before = 0;
    for (int i = 1; i < 1000; ++i) {
      const double u = i / 1000.0, x = law->quantile(u);
      CHECK(std::fabs(law->cdf(x) - u) < 1e-11);
      CHECK(x >= before);
      before = x;
    }
  }
}

TEST_CASE("E min(X, x) is the integral of 1 - cdf over [0, x], by 20,000 trapezia, to 1e-4 of x") {
  auto all = texts();
  all.insert(all.end(), std::begin(heavy), std::end(heavy));
  for (const auto& text : all) {
    CAPTURE(text);
    const auto law = test::law(text);
    const double end = 2 * law->quantile(0.9);
    constexpr int parts = 20000;
    double area = 0;
    for (int i = 0; i <= parts; ++i)
      area += (i == 0 || i == parts ? 0.5 : 1.0) * (1 - law->cdf(end * i / parts)) * end / parts;
    CHECK(std::fabs(law->limited_mean(end) - area) < 1e-4 * end);
    CHECK(law->limited_mean(end) <= law->mean() * (1 + 1e-12));
  }
}

TEST_CASE("E 1/X is the mean of 1/quantile over 100,000 levels, to 1e-3") {
  for (
      const std::string text :
      {R"(4)", R"({"kind": "uniform", "low": 1, "high": 4})", R"({"kind": "uniform", "low": 2, "high": 2})",
       R"({"kind": "shifted_exponential", "shift": 0.5, "mean": 3})",
       R"({"kind": "gamma", "shape": 3, "mean": 2})", R"({"kind": "lognormal", "median": 3, "sigma": 0.8})",
       R"({"kind": "weibull", "shape": 3, "scale": 5})", R"({"kind": "pareto", "shape": 1.2, "minimum": 3})",
       R"({"kind": "empirical", "samples": [1, 2, 4]})",
       R"({"kind": "mixture", "weights": [3, 7], "components": [2, {"kind": "uniform", "low": 1, "high": 2}]})",
       R"({"kind": "exponential", "mean": 1, "clip": {"low": 4, "high": 4}})"}) {
    CAPTURE(text);
    const auto law = test::law(text);
    constexpr int parts = 100000;
    double sum = 0;
    for (int i = 0; i < parts; ++i) sum += 1 / law->quantile((i + 0.5) / parts);
    CHECK(law->mean_inverse() == Approx(sum / parts).epsilon(1e-3));
  }
}

TEST_CASE("E 1/X by quadrature equals closed forms with the exponential integral to 1e-4") {
  const auto e1 = [](double x) { return boost::math::expint(1, x); };
  CHECK(test::law(R"({"kind": "shifted_exponential", "shift": 0.5, "mean": 3})")->mean_inverse() ==
        Approx(std::exp(0.5 / 3) * e1(0.5 / 3) / 3).epsilon(1e-4));
  CHECK(test::law(R"({"kind": "exponential", "mean": 1, "clip": {"low": 0.5, "high": 2}})")->mean_inverse() ==
        Approx((1 - std::exp(-0.5)) / 0.5 + e1(0.5) - e1(2) + std::exp(-2) / 2).epsilon(1e-4));
}

TEST_CASE("E 1/X is infinite where small values are too likely") {
  for (const std::string text :
       {R"(0)", R"({"kind": "uniform", "low": 0, "high": 4})", R"({"kind": "exponential", "mean": 1})",
        R"({"kind": "shifted_exponential", "shift": 0, "mean": 3})",
        R"({"kind": "gamma", "shape": 1, "mean": 2})", R"({"kind": "weibull", "shape": 0.9, "scale": 5})",
        R"({"kind": "empirical", "samples": [0, 2, 4]})",
        R"({"kind": "exponential", "mean": 1, "clip": {"high": 2}})"}) {
    CAPTURE(text);
    CHECK(test::law(text)->mean_inverse() == config::unbounded);
  }
}

TEST_CASE("a bare 2 and a bare \"2s\" are the constant 2, with nothing drawn below or above") {
  for (const std::string text : {"2", "\"2s\"", R"({"kind": "constant", "value": "2000ms"})"}) {
    const auto law = test::law(text);
    CHECK(law->quantile(0.01) == 2);
    CHECK(law->quantile(0.99) == 2);
    CHECK(law->cdf(std::nextafter(2.0, 0)) == 0);
    CHECK(law->cdf(2) == 1);
    CHECK(law->mean() == 2);
    CHECK_FALSE(law->depends_on_time());
  }
}

TEST_CASE("the catalogue has 11 laws in alphabetical order, each saying its law, mean and support") {
  const auto& entries = law::laws().any().entries;
  REQUIRE(entries.size() == 11);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    CAPTURE(entries[i].name);
    if (i > 0) CHECK(entries[i - 1].name < entries[i].name);
    CHECK(entries[i].summary.find("mean") != std::string_view::npos);
    CHECK(entries[i].summary.find("support") != std::string_view::npos);
  }
}
