// The real sets, where TAUBAR_DATA points to them.
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

bool skipped() {
  if (!data_directory().empty()) return false;
  WARN("SKIPPED: real data sets (TAUBAR_DATA not set)");
  return true;
}

std::string with_file(const std::string& kind, const std::string& file, const std::string& rest) {
  return R"({"kind": ")" + kind + R"(", "data": {"file": ")" + data_directory() + "/" + file + R"(")" + rest +
         "}";
}

struct Known {
  const char* file;
  std::int64_t samples, features;
  double objective, iterate_norm;
};

// F(x*) and ‖x*‖₂ of logistic regression, l2 = 1e-3, computed apart from this code: numpy 1.24.2 and
// scipy 1.10.1, Newton's method in double precision from dense matrices (numpy.linalg.solve, last steps below
// 1e-14, final gradient norms below 7e-17), F summed with math.fsum over math.log1p(math.exp(·)).
const Known known[] = {
    {"a9a.libsvm.gz", 32561, 123, 0.33334075206871605, 3.98833484121011},
    {"ijcnn1.libsvm.gz", 49990, 22, 0.26912386939698779, 9.26173015103556},
    {"mushrooms.libsvm", 8124, 112, 0.050301979486148007, 7.34790083975355},
    {"w8a.libsvm.gz", 49749, 300, 0.18336724102565882, 6.90708254152198},
    {"phishing.head8404.libsvm.gz", 8404, 68, 0.30643151249724593, 12.6218140896928},
    {"german.numer_scale.libsvm", 1000, 24, 0.47093375373563112, 2.19182738031579},
    {"australian_scale.libsvm", 690, 14, 0.32873516618902221, 3.32420284280474},
};

}  // namespace

TEST_CASE("logistic regression on 7 real sets: F(x*) agrees with numpy to 14 digits, ‖x*‖ to 12") {
  if (skipped()) return;
  for (const auto& [file, samples, features, objective, norm] : known) {
    INFO(file);
    const auto p = build_problem(with_file("logistic_regression", file, R"(}, "l2": 1e-3)"), 8);
    std::int64_t count = 0;
    for (AgentId i = 0; i < 8; ++i) count += p->local_samples(i);
    CHECK(count == samples);
    CHECK(p->dimension() == features);
    const auto reference = problem::reference(*p, "");
    REQUIRE(reference);
    CHECK(std::abs(reference->objective - objective) <= 1e-14 * objective);
    CHECK(std::abs(reference->minimiser.norm() - norm) <= 1e-12 * norm);
  }
}

TEST_CASE(
    "Covertype's first 20,000 rows: 54 features, 7 classes, minmax, solved to 1e-12 of the gradient at 0") {
  if (skipped()) return;
  const auto p = build_problem(
      with_file("softmax_regression", "covtype.first20k.csv.gz", R"(, "scale": "minmax"}, "l2": 1e-4)"), 16);
  CHECK(p->dimension() == 7 * 54);
  CHECK(p->local_samples(3) == 1250);
  // All classes alike: log 7.
  CHECK(p->value(Vector::Zero(378)) == Approx(std::log(7.0)).epsilon(1e-14));
  const auto reference = problem::reference(*p, "");
  REQUIRE(reference);
  CHECK(reference->gradient_norm <= 1e-12 * gradient_at(*p, Vector::Zero(378)).norm());
}

TEST_CASE(
    "class 2 of Covertype against the rest: 6,022 of 20,000, so the mean of the labels is known at x = 0") {
  if (skipped()) return;
  const auto p = build_problem(with_file("logistic_regression", "covtype.first20k.csv.gz",
                                         R"(, "positive_class": 2, "intercept": true})"),
                               4);
  // The intercept's partial derivative at 0 is −½ mean(y).
  CHECK(gradient_at(*p, Vector::Zero(55))[54] == Approx(-0.5 * (6022.0 - 13978.0) / 20000).epsilon(1e-12));
  CHECK_THROWS(build_problem(with_file("logistic_regression", "covtype.first20k.csv.gz", "}"), 4));
}
