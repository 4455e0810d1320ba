// The descent identity and the block certificate on hand-made updates of two quadratics.
#include "core/bound/descent.hpp"

#include <cmath>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::bound;

namespace {

/// f_i = a_i (x − b_i)² / 2 in one dimension, without the catalogue.
class Scalars final : public problem::Problem {
 public:
  Scalars(std::vector<double> a, std::vector<double> b) : a_(std::move(a)), b_(std::move(b)) {}
  std::int64_t agents() const override { return std::ssize(a_); }
  std::int64_t dimension() const override { return 1; }
  double value(const ConstVectorRef&) const override { return 0; }
  void gradient(const ConstVectorRef&, VectorRef) const override {}
  double local_value(AgentId i, const ConstVectorRef& x) const override { return a_[i] * (x[0] - b_[i]) * (x[0] - b_[i]) / 2; }
  void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const override { g[0] = a_[i] * (x[0] - b_[i]); }
  void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t>, VectorRef g) const override {
    local_gradient(i, x, g);
  }
  problem::Constants constants() const override { return {0, 0}; }
  problem::Constants local_constants(AgentId i) const override { return {a_[i], a_[i]}; }
  std::optional<Vector> minimiser(const std::vector<double>& w, double, const Vector&) const override {
    double pull = 0, weight = 0;
    for (std::size_t i = 0; i < a_.size(); ++i) {
      pull += w[i] * a_[i] * b_[i];
      weight += w[i] * a_[i];
    }
    return Vector::Constant(1, pull / weight);
  }
  std::string content_hash() const override { return ""; }

 private:
  std::vector<double> a_, b_;
};

/// Updates at stale points z = x̄ + error, so that the certificate has something to bound.
PushTestimony run(const Scalars& problem, double step, double error, int updates, double extra = 0) {
  const auto graph = topology::Digraph::from_links(2, {{0, 1}, {1, 0}}, true);
  Setting setting;
  setting.problem = &problem;
  setting.graph = &graph;
  const Vector minimiser = *problem.minimiser({0.5, 0.5}, 0, Vector::Zero(1));
  setting.minimiser = &minimiser;
  Vector mean = Vector::Constant(1, 4.0), g(1);
  Descent descent(setting, mean);
  Stream random(5, Purpose::data, 9);
  for (int u = 0; u < updates; ++u) {
    const auto i = static_cast<AgentId>(random.uniform() * 2);
    const Vector z = mean + Vector::Constant(1, error * random.normal());
    problem.local_gradient(i, z, g);
    const Vector eta = -(step + extra) * g;
    descent.update(i, step, eta, 0, z, mean);
    mean += eta / 2;
    descent.moved(mean, u + 1);
  }
  PushTestimony testimony;
  descent.finish(mean, testimony);
  return testimony;
}

}  // namespace

TEST_CASE("the descent identity leaves a residual below 1e-13 over 10,000 updates at stale points") {
  const auto testimony = run(Scalars({1, 3}, {2, -1}), 0.05, 0.3, 10'000);
  CHECK(testimony.has_identity);
  CHECK(testimony.identity_error < 1e-13);
}

TEST_CASE("the block certificate holds on every block, and is an equality for updates at the mean of equal quadratics") {
  const auto stale = run(Scalars({1, 3}, {2, -1}), 0.05, 0.3, 10'000);
  REQUIRE(stale.blocks.size() > 10);
  for (const auto& block : stale.blocks) {
    REQUIRE(block.applies);
    CHECK(block.after <= block.bound * (1 + 1e-12));
  }
  // One update a block: step 2 on curvature 1/2 each gives mu_G = L_G = 1/2, and f_G is f_i / 2.
  const auto fresh = run(Scalars({0.5, 0.5}, {2, -1}), 2, 0, 10);
  for (const auto& block : fresh.blocks) {
    CHECK(block.events == 1);
    CHECK(block.after == Approx(block.bound).margin(1e-14));
  }
}

TEST_CASE("a step nine times as long as it claims breaks the block certificate") {
  const auto doubled = run(Scalars({1, 1}, {2, 2}), 0.5, 0, 20, 4);
  bool broken = false;
  for (const auto& block : doubled.blocks) broken = broken || block.after > block.bound * (1 + 1e-9);
  CHECK(broken);
}
