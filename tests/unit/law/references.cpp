// Boost.Math as an independent authority on the named distributions.
#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/pareto.hpp>
#include <boost/math/distributions/weibull.hpp>
#include <cstdio>

#include "tests/support/catch.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

std::string text(const char* format, double a, double b) {
  char buffer[200];
  std::snprintf(buffer, sizeof buffer, format, a, b);
  return buffer;
}

/// cdf and quantile at 199 levels and the mean, all to 1e-12.
template <class Reference>
void compare(const std::string& json, const Reference& reference) {
  CAPTURE(json);
  const auto law = test::law(json);
  for (int i = 1; i < 200; ++i) {
    const double u = i / 200.0, x = boost::math::quantile(reference, u);
    CAPTURE(u, x);
    CHECK(law->quantile(u) == Approx(x).epsilon(1e-12).margin(0));
    CHECK(law->cdf(x) == Approx(boost::math::cdf(reference, x)).epsilon(1e-12).margin(0));
  }
}

}  // namespace

TEST_CASE("exponential laws of means 0.2 ms, 1 s and 3 h equal Boost's") {
  for (double mean : {2e-4, 1.0, 10800.0}) {
    const auto json = text(R"({"kind": "exponential", "mean": %.17g})", mean, 0);
    compare(json, boost::math::exponential(1 / mean));
    CHECK(test::law(json)->mean() == mean);
  }
}

TEST_CASE("gamma laws of shapes 0.1 to 500 equal Boost's") {
  for (double shape : {0.1, 0.5, 1.0, 2.5, 40.0, 500.0}) {
    const auto json = text(R"({"kind": "gamma", "shape": %.17g, "mean": %.17g})", shape, 0.03);
    const boost::math::gamma_distribution<> reference(shape, 0.03 / shape);
    compare(json, reference);
    CHECK(test::law(json)->mean() == Approx(boost::math::mean(reference)).epsilon(1e-14));
  }
}

TEST_CASE("lognormal laws of sigma 0.05 to 3 equal Boost's") {
  for (double sigma : {0.05, 0.5, 1.0, 3.0}) {
    const auto json = text(R"({"kind": "lognormal", "median": %.17g, "sigma": %.17g})", 0.25, sigma);
    const boost::math::lognormal reference(std::log(0.25), sigma);
    compare(json, reference);
    CHECK(test::law(json)->mean() == Approx(boost::math::mean(reference)).epsilon(1e-14));
  }
}

TEST_CASE("weibull laws of shapes 0.4 to 12 equal Boost's") {
  for (double shape : {0.4, 1.0, 1.5, 3.0, 12.0}) {
    const auto json = text(R"({"kind": "weibull", "shape": %.17g, "scale": %.17g})", shape, 0.7);
    const boost::math::weibull reference(shape, 0.7);
    compare(json, reference);
    CHECK(test::law(json)->mean() == Approx(boost::math::mean(reference)).epsilon(1e-13));
  }
}

TEST_CASE("pareto laws of shapes 0.5 to 8 equal Boost's; up to shape 1 the mean is infinite") {
  for (double shape : {0.5, 1.0, 1.5, 8.0}) {
    const auto json = text(R"({"kind": "pareto", "shape": %.17g, "minimum": %.17g})", shape, 0.004);
    const boost::math::pareto reference(0.004, shape);
    compare(json, reference);
    if (shape > 1)
      CHECK(test::law(json)->mean() == Approx(boost::math::mean(reference)).epsilon(1e-14));
    else
      CHECK(test::law(json)->mean() == config::unbounded);
  }
}
