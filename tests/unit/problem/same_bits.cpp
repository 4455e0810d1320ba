// Bits that must not change with compiler, optimisation level or sanitizer: this file passes in every build.
#include "core/problem/content_hash.hpp"
#include "core/problem/feature_matrix.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

/// Of the data, F, ∇F, each f_i and ∇f_i, and five minibatch gradients.
std::string fingerprint(const std::string& json) {
  const auto p = build_problem(json, 5);
  problem::ContentHash hash;
  hash.text(p->content_hash());
  const Vector x = random_point(p->dimension(), 1, 0.1);
  Vector g(x.size());
  const auto add = [&](double value) {
    hash.real(value);
    hash.reals({g.data(), static_cast<std::size_t>(g.size())});
  };
  p->gradient(x, g);
  add(p->value(x));
  problem::GradientRule rule;
  rule.kind = problem::GradientRule::Kind::minibatch;
  rule.batch = 4;
  for (AgentId i = 0; i < 5; ++i) {
    p->local_gradient(i, x, g);
    add(p->local_value(i, x));
    problem::GradientOracle(*p, i, rule, 9)(x, g);
    add(0);
  }
  return hash.hex();
}

}  // namespace

TEST_CASE("data, values and gradients have the same bits in every build: six fingerprints") {
  CHECK(fingerprint(R"({"kind": "quadratic", "dimension": 7})") == "713d326cc8e8f4a5008e2a8ed499de89");
  CHECK(fingerprint(
            R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 203, "dimension": 7}})") ==
        "8ebd0d4787aa630c85c4da554ba3dafe");
  CHECK(fingerprint(
            R"({"kind": "logistic_regression", "l2": 0.1, "partition": {"kind": "dirichlet", "alpha": 0.3},
                        "data": {"generator": "gaussian", "rows": 203, "dimension": 7}})") ==
        "79437d1a518965799719540f7884f44a");
  CHECK(fingerprint(R"({"kind": "softmax_regression", "l2": 0.1,
                        "data": {"generator": "forest_cover", "rows": 301, "scale": "standardise"}})") ==
        "5ee8c5c967dc26c9f8b49275b7f60d61");
  CHECK(fingerprint(R"({"kind": "neural_network", "layers": [5, 3], "activation": "softplus", "l2": 0.1,
                        "data": {"generator": "forest_cover", "rows": 301, "scale": "standardise", "held_out": 0.2}})") ==
        "8cfcfadc76109a51363da2ebf8cfc856");
  CHECK(fingerprint(R"({"kind": "bayesian_neural_network", "layers": [7], "task": "regression", "noise": 0.2,
                        "data": {"generator": "sine", "rows": 203}})") ==
        "eb75bcb13bccf41571769a27b02c7c28");
}

TEST_CASE("sums do not depend on where a vector lies: shifted by 8 bytes they have the same bits") {
  for (const auto& entry : problem::problems().any().entries) {
    const auto p = build_problem(std::string(entry.example), 3);
    const auto d = p->dimension();
    const Vector x = random_point(d, 2);
    std::vector<double> memory(static_cast<std::size_t>(d) + 1), result(memory.size());
    for (const std::size_t shift : {0, 1}) {
      std::copy(x.begin(), x.end(), memory.begin() + static_cast<std::ptrdiff_t>(shift));
      const ConstVectorView view(memory.data() + shift, d);
      CHECK(p->value(view) == p->value(x));
      CHECK(p->local_value(1, view) == p->local_value(1, x));
      VectorView g(result.data() + shift, d);
      p->local_gradient(1, view, g);
      CHECK(g == local_gradient_at(*p, 1, x));
    }
  }
}

TEST_CASE("dense and sparse storage agree to 1e-13 in margins and sums, for 1, 2, 3, 7, 10 and 13 outputs") {
  problem::data::Table table;
  table.columns = 23;
  Stream stream(4, Purpose::test);
  for (int s = 0; s < 40; ++s) {
    for (int j = 0; j < 23; ++j)
      if (stream.uniform() < 0.5) table.push(j, stream.normal());
    table.end_row(0);
  }
  const problem::FeatureMatrix dense(table, 0), sparse(table, 2);
  REQUIRE(dense.dense());
  REQUIRE_FALSE(sparse.dense());
  for (const std::int64_t outputs : {1, 2, 3, 7, 10, 13}) {
    const auto width = problem::padded(outputs);
    const Vector w = random_point(23 * width, 3), c = random_point(width, 4);
    for (std::int64_t s = 0; s < 40; ++s) {
      Vector expected = Vector::Zero(width), by_dense(width), by_sparse(width);
      dense.for_each(s, [&](std::int64_t j, double a) { expected += a * w.segment(j * width, width); });
      dense.multiply(s, w.data(), width, by_dense.data());
      sparse.multiply(s, w.data(), width, by_sparse.data());
      CHECK((by_dense - expected).norm() < 1e-13);
      CHECK((by_sparse - expected).norm() < 1e-13);
      for (const std::int64_t from : {0, 9}) {
        Vector sums_dense = Vector::Zero(23 * width), sums_sparse = sums_dense, plain = sums_dense;
        dense.for_each(s, [&](std::int64_t j, double a) {
          if (j >= from) plain.segment(j * width, width) += a * c;
        });
        dense.accumulate(s, c.data(), width, sums_dense.data(), from);
        sparse.accumulate(s, c.data(), width, sums_sparse.data(), from);
        CHECK(sums_dense == plain);
        CHECK(sums_sparse == plain);
      }
    }
  }
}
