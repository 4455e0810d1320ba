#include "sim/law/incomplete_gamma.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "tests/support/catch.hpp"

using namespace taubar;

namespace {

const double shapes[] = {0.01, 0.03, 0.2, 0.5, 0.9999, 1, 1.5, 2, 3.7, 10, 15.99, 16, 40, 333, 1e4, 1e5};
const double levels[] = {1e-15,  1e-9, 1e-4, 0.01, 0.1,     0.3,      0.4999,   0.5,
                         0.5001, 0.7,  0.9,  0.99, 0.99999, 1 - 1e-9, 1 - 1e-13};

double relative_error(double value, double reference) { return std::fabs(value / reference - 1); }

}  // namespace

TEST_CASE(
    "the inverse of P(a, .) equals Boost's to 1e-12 for shapes 0.01 to 1e5 and levels 1e-15 to 1 - 1e-13") {
  for (double a : shapes)
    for (double u : levels) {
      // Where u > 1/2, the exact 1 - u names the level, as Boost would lose digits of it.
      const double reference = u <= 0.5 ? boost::math::gamma_p_inv(a, u) : boost::math::gamma_q_inv(a, 1 - u);
      if (reference < 1e-300) continue;
      const double error = relative_error(law::gamma_p_inverse(a, u), reference);
      CAPTURE(a, u, reference, error);
      CHECK(error < 1e-12);
    }
}

TEST_CASE("P equals Boost's to 2e-13 of itself, and Q to 2e-13 of itself or 2e-16, for shapes 0.01 to 1e5") {
  for (double a : shapes)
    for (double u : levels) {
      const double x = boost::math::gamma_p_inv(a, u);
      if (x < 1e-300) continue;
      const double p = boost::math::gamma_p(a, x), q = boost::math::gamma_q(a, x);
      CAPTURE(a, u, x);
      CHECK(std::fabs(law::gamma_p(a, x) - p) < 2e-13 * p);
      CHECK(std::fabs(law::gamma_q(a, x) - q) < 2e-13 * std::max(q, 1e-3));
    }
}

TEST_CASE("the inverse of P(a, .) does not decrease over 20,000 levels") {
  for (double a : {0.05, 0.7, 1.0, 4.0, 250.0}) {
    double before = 0;
    for (int i = 0; i < 20000; ++i) {
      const double x = law::gamma_p_inverse(a, (i + 0.5) / 20000);
      if (x < before) FAIL("decreases at shape " << a << ", level " << (i + 0.5) / 20000);
      before = x;
    }
  }
}

TEST_CASE("the extreme levels 2^-53 and 1 - 2^-53 have finite inverses") {
  for (double a : shapes) {
    CHECK(law::gamma_p_inverse(a, 0x1p-53) >= 0);
    CHECK(std::isfinite(law::gamma_p_inverse(a, 1 - 0x1p-53)));
  }
}

TEST_CASE("Gamma(a) equals the C library's to (1+a)e-14 up to 33 and 1e-12 up to 170") {
  for (double a : {0.05, 0.3, 0.5, 1.0, 1.0001, 1.5, 2.0, 5.0, 10.3, 33.0, 101.0, 170.0}) {
    CAPTURE(a);
    CHECK(relative_error(law::gamma_function(a), std::tgamma(a)) < (a < 50 ? 1e-14 * (1 + a) : 1e-12));
  }
}

TEST_CASE("the normal distribution function equals erfc to 3e-13, relative, from -30 to 8") {
  for (double z = -30; z <= 8; z += 0.37) {
    CAPTURE(z);
    CHECK(relative_error(law::normal_cdf(z), 0.5 * boost::math::erfc(-z / std::sqrt(2.0))) < 3e-13);
  }
}
