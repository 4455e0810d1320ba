#include "tests/support/catch.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

TEST_CASE("a mixture of weights 1 and 3 spends the first quarter of (0, 1) on its first component, whole") {
  const auto law = test::law(R"({"kind": "mixture", "weights": [1, 3], "components":
      [{"kind": "uniform", "low": 0, "high": 4}, {"kind": "uniform", "low": 10, "high": 13}]})");
  CHECK(law->quantile(0.125) == Approx(2));
  CHECK(law->quantile(0.25 - 1e-9) == Approx(4).epsilon(1e-7));
  CHECK(law->quantile(0.25 + 1e-9) == Approx(10).epsilon(1e-7));
  CHECK(law->quantile(0.5) == Approx(11));
  CHECK(law->mean() == Approx(0.25 * 2 + 0.75 * 11.5));
  CHECK(law->cdf(2) == Approx(0.125));
  CHECK(law->cdf(11) == Approx(0.5));
  CHECK(law->support().low == 0);
  CHECK(law->support().high == 13);
}

TEST_CASE("components of weight 0 are never drawn and do not count for mean and support") {
  const auto law = test::law(R"({"kind": "mixture", "weights": [0, 1, 1, 0], "components":
      [{"kind": "pareto", "shape": 0.5, "minimum": 1}, 2, 3, {"kind": "exponential", "mean": 1}]})");
  CHECK(law->mean() == 2.5);
  CHECK(law->support().low == 2);
  CHECK(law->support().high == 3);
  CHECK(law->quantile(0x1p-53) == 2);
  CHECK(law->quantile(1 - 0x1p-53) == 3);
}

TEST_CASE("mixtures nest: three quarters of a half are three eighths") {
  const auto law = test::law(R"({"kind": "mixture", "weights": [1, 1], "components":
      [{"kind": "mixture", "weights": [1, 3], "components": [1, 2]}, 5]})");
  CHECK(law->cdf(1) == 0.125);
  CHECK(law->cdf(2) == 0.5);
  CHECK(law->mean() == Approx(0.125 + 0.75 + 2.5));
}
