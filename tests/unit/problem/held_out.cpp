// Samples kept apart: which they are, how they are scaled, and what models say of them.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.hpp"
#include "core/problem/data/split.hpp"
#include "core/problem/predictor.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;
using problem::Predictor;

namespace {

/// N rows of two features, numbered in the first and in the target.
problem::data::Table numbered_rows(std::int64_t rows) {
  problem::data::Table table;
  table.columns = 2;
  for (std::int64_t r = 0; r < rows; ++r) {
    table.push(0, static_cast<double>(r));
    table.push(1, 1.0);
    table.end_row(static_cast<double>(r));
  }
  return table;
}

std::vector<std::string> refusals_of(const std::string& data) {
  try {
    problem_spec(R"({"kind": "least_squares", "data": )" + data + "}");
  } catch (const InputError& e) {
    return e.complaints();
  }
  return {};
}

Matrix predictions_at(const Predictor& model, const Vector& x) {
  Matrix out;
  model.predict(x, out);
  return out;
}

}  // namespace

TEST_CASE("a fifth of 103 rows: 21 are held out, the parts are disjoint and complete, and keep the order") {
  const auto parts = problem::data::split(numbered_rows(103), 0.2, 7);
  CHECK(parts.held_out.rows() == 21);
  CHECK(parts.training.rows() == 82);
  std::map<double, int> seen;
  for (const auto* part : {&parts.training, &parts.held_out}) {
    CHECK(part->columns == 2);
    CHECK(std::is_sorted(part->target.begin(), part->target.end()));
    for (std::int64_t r = 0; r < part->rows(); ++r) {
      ++seen[part->target[static_cast<std::size_t>(r)]];
      CHECK(part->start[static_cast<std::size_t>(r) + 1] - part->start[static_cast<std::size_t>(r)] ==
            (part->target[static_cast<std::size_t>(r)] == 0 ? 1 : 2));
    }
  }
  CHECK(seen.size() == 103);
  CHECK(problem::data::split(numbered_rows(103), 0.2, 7).held_out.target == parts.held_out.target);
  CHECK_FALSE(problem::data::split(numbered_rows(103), 0.2, 8).held_out.target == parts.held_out.target);
  CHECK(problem::data::split(numbered_rows(2), 0.001, 1).held_out.rows() == 1);
  CHECK(problem::data::split(numbered_rows(2), 0.999, 1).training.rows() == 1);
  CHECK_THROWS_AS(problem::data::split(numbered_rows(1), 0.5, 1), InputError);
}

TEST_CASE("3 of 10 rows held out: each row equally often over 20,000 seeds, chi-square below its 1e-6 quantile") {
  int counts[10] = {};
  for (std::uint64_t seed = 0; seed < 20000; ++seed)
    for (const double row : problem::data::split(numbered_rows(10), 0.3, seed).held_out.target)
      ++counts[static_cast<int>(row)];
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - 6000, 2) / 6000.0;
  // Without replacement Σ (count − 6000)² / 6000 is (1 − 0.3) · 10/9 times a chi-square of 9 degrees of freedom.
  CHECK(chi_square / (0.7 * 10 / 9) < 45.1);
}

TEST_CASE("held-out samples are the same for 3 partitions and 1, 4 and 7 agents, and F is that of the rest") {
  const std::string head = R"({"kind": "logistic_regression", "l2": 0.01, "data": {"generator": "gaussian", "rows": 90,
                              "dimension": 4, "held_out": 0.3, "scale": "standardise"}, "partition": {"kind": ")";
  const auto first = build_problem(head + "contiguous\"}}", 1);
  const Vector x = random_point(4, 1);
  for (const std::string partition : {"uniform", "contiguous", "by_label"})
    for (const std::int64_t n : {1, 4, 7}) {
      const auto p = build_problem(head + partition + "\"}}", n);
      CHECK(p->content_hash() == first->content_hash());
      CHECK(p->value(x) == first->value(x));
      REQUIRE(p->predictor());
      CHECK(predictions_at(*p->predictor(), x) == predictions_at(*first->predictor(), x));
      std::int64_t count = 0;
      for (AgentId i = 0; i < n; ++i) count += p->local_samples(i);
      CHECK(count == 63);
      CHECK(p->predictor()->samples() == 27);
    }
  CHECK(build_problem(R"({"kind": "logistic_regression"})", 2)->predictor() == nullptr);
  CHECK(build_problem(R"({"kind": "quadratic"})", 2)->predictor() == nullptr);
}

TEST_CASE("both parts are scaled by the training part's constants: minmax of 0 … 10, then 20 becomes 2") {
  const TemporaryDirectory directory;
  const auto train = directory.write("train.csv", "0,1\n5,2\n10,3\n"), test = directory.write("test.csv", "20,4\n-5,5\n");
  const auto p = build_problem(R"({"kind": "least_squares", "data": {"file": ")" + train + R"(", "held_out_file": ")" +
                                   test + R"(", "scale": "minmax", "intercept": true}})",
                               1);
  // F = ½ mean (x₁ a + x₂ − y)² with a = 0, ½, 1.
  Vector x(2);
  x << 3, 0.5;
  CHECK(p->value(x) == Approx(0.5 * (0.25 + 0 + 0.25) / 3).epsilon(1e-15));
  const auto* model = p->predictor();
  REQUIRE(model);
  CHECK(model->samples() == 2);
  CHECK(model->classes() == 0);
  CHECK(model->noise_variance() == 1);
  CHECK(model->target(1) == 5);
  CHECK(predictions_at(*model, x) == (Matrix(2, 1) << 6.5, -1).finished());
}

TEST_CASE("logistic, softmax and networks predict probabilities of classes in the order of labels") {
  const TemporaryDirectory directory;
  const auto two = directory.write("two.csv", "1,2,7\n2,0.5,3\n0,1,3\n"), asked = directory.write("asked.csv", "1,-1,7\n3,1,3\n");
  const auto three = directory.write("three.csv", "1,2,7\n2,0.5,3\n0,1,5\n");
  const auto model_of = [&](const std::string& kind, const std::string& file, const std::string& rest = "") {
    return build_problem(R"({"kind": ")" + kind + R"(", "data": {"file": ")" + file + R"(", "held_out_file": ")" + asked +
                             "\"}" + rest + "}",
                         1);
  };
  Vector x(2);
  x << 0.5, -1;
  for (const std::string kind : {"logistic_regression", "bayesian_logistic_regression"}) {
    const auto p = model_of(kind, two);
    const auto* model = p->predictor();
    REQUIRE(model);
    CHECK(model->classes() == 2);
    CHECK(model->target(0) == 1);  // 7, the larger label
    CHECK(model->target(1) == 0);
    const Matrix said = predictions_at(*model, x);
    CHECK(said(0, 1) == Approx(1 / (1 + std::exp(-1.5))).epsilon(1e-15));
    CHECK(said(1, 0) == Approx(1 / (1 + std::exp(0.5))).epsilon(1e-15));
    CHECK((said.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-15);
  }
  const auto softmax = model_of("softmax_regression", three);
  Vector w(6);
  w << 1, 0, 0, 1, -1, 0.5;
  const Matrix said = predictions_at(*softmax->predictor(), w);
  REQUIRE(said.cols() == 3);
  CHECK(softmax->predictor()->target(0) == 2);
  const double sum = std::exp(1.0) + std::exp(-1.0) + std::exp(-1.5);
  CHECK(said(0, 0) == Approx(std::exp(1.0) / sum).epsilon(1e-15));
  CHECK(said(0, 2) == Approx(std::exp(-1.5) / sum).epsilon(1e-15));
  // Without hidden layers: margins with offsets.
  const auto network = model_of("neural_network", two, R"(, "layers": [])");
  Vector theta(3);
  theta << 0.5, -1, 0.25;
  CHECK(predictions_at(*network->predictor(), theta)(0, 1) == Approx(1 / (1 + std::exp(-1.75))).epsilon(1e-15));
  const auto bayesian = model_of("bayesian_neural_network", two, R"(, "layers": [], "task": "regression", "noise": 0.5)");
  CHECK(bayesian->predictor()->noise_variance() == 0.25);
  CHECK(bayesian->predictor()->target(0) == 7);
  CHECK(predictions_at(*bayesian->predictor(), theta)(1, 0) == 0.75);
}

TEST_CASE("a LIBSVM test file may stop short of the training file's features, but not go beyond") {
  const TemporaryDirectory directory;
  const auto train = directory.write("train.libsvm", "1 1:1 4:2\n2 2:3\n");
  const auto with = [&](const std::string& content) {
    const auto test = directory.write("test.libsvm", content);
    return build_problem(
        R"({"kind": "logistic_regression", "data": {"file": ")" + train + R"(", "held_out_file": ")" + test + "\"}}", 1);
  };
  CHECK(with("1 1:1\n2 2:1\n2 3:1\n")->predictor()->samples() == 3);
  CHECK_THROWS_AS(with("1 5:1\n"), InputError);
  CHECK_THROWS_AS(with("3 1:1\n"), InputError);  // a third label
  CHECK_THROWS_AS(with(""), InputError);
  const auto narrow = directory.write("narrow.csv", "1,2\n"), wide = directory.write("wide.csv", "1,2,3\n");
  CHECK_THROWS_AS(build_problem(R"({"kind": "least_squares", "data": {"file": ")" + narrow + R"(", "held_out_file": ")" +
                                    wide + "\"}}",
                                1),
                  InputError);
}

TEST_CASE("held_out goes from above 0 to below 1, beside no file; what is wrong is said once") {
  const TemporaryDirectory directory;
  const auto csv = directory.write("rows.csv", "1,2\n3,4\n"), odd = directory.write("rows.dat", "1,2\n");
  const std::string file = R"({"file": ")" + csv + "\"";
  CHECK(refusals_of(R"({"generator": "gaussian", "held_out": 0})").size() == 1);
  CHECK(refusals_of(R"({"generator": "gaussian", "held_out": 1})").size() == 1);
  CHECK(refusals_of(R"({"generator": "gaussian", "held_out": "0.2"})").size() == 1);
  CHECK(refusals_of(R"({"generator": "gaussian", "held_out_file": ")" + csv + "\"}").size() == 1);
  CHECK(refusals_of(file + R"(, "held_out": 0.5, "held_out_file": ")" + csv + "\"}").size() == 1);
  CHECK(refusals_of(file + R"(, "held_out_file": ")" + odd + "\"}").size() == 1);
  CHECK(refusals_of(file + R"(, "held_out_file": "nowhere.csv"})").size() == 1);
  CHECK(refusals_of(R"({"generator": "sine", "dimension": 2})").size() == 1);
  CHECK(refusals_of(file + R"(, "held_out_file": ")" + csv + "\"}").empty());
}
