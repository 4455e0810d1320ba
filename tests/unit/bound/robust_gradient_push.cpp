// The bounds on methods with running sums, on runs written by hand.
#include "core/bound/bound.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"

using namespace taubar;
using bound::Outcome;

namespace {

/// Four agents on the complete graph, f_i = ¼ ‖x − 1‖²: mu = 0.5, d = 2.
struct RobustRun {
  test::Quadratics problem{Matrix::Constant(4, 2, 0.5), Matrix::Ones(4, 2)};
  topology::Digraph graph = test::graph_of(Matrix::Constant(4, 4, 0.25), true);
  Matrix initial = Matrix::Zero(4, 2);
  Vector minimiser = Vector::Ones(2);
  bound::Setting setting;
  trace::Trace trace;

  RobustRun() {
    setting.problem = &problem;
    setting.graph = &graph;
    setting.initial = &initial;
    setting.minimiser = &minimiser;
    setting.method.name = "robust_asynchronous_gradient_push";
    setting.method.push = setting.method.asynchronous = setting.method.running_sums = true;
    setting.method.step = [](std::int64_t k) { return 2 / (static_cast<double>(k) + 1); };
    trace.counts.updates = 1000;
    trace.counts.taken = 2000;
    trace.counts.lost = 900;
    trace.steps = {240, 250, 250, 260};
    trace.k = 700;
    trace.tau_proc = 9;
    trace.minimum_weight = 0.01;
    trace.final = {{"mass_error", 1e-13}, {"distance_worst", 0.1}};
  }
  bound::Verdict judge(const char* name) const {
    return bound::judge(*bound::find_bound(name), bound::Evidence{setting, trace});
  }
};

}  // namespace

TEST_CASE("robust_push_sum.mass: 1e-13 of mass is within (1000 (3 + 2) + 2001) u n = 3.1e-12; 4e-12 is not, nor a weight of -0.01") {
  RobustRun run;
  auto verdict = run.judge("robust_push_sum.mass");
  CHECK(verdict.outcome == Outcome::holds);
  CHECK(*verdict.limit == Approx(7001 * 0x1p-53 * 4).epsilon(1e-12));
  CHECK(*verdict.slack_decades == Approx(std::log10(*verdict.limit / 1e-13)).epsilon(1e-12));
  run.trace.final["mass_error"] = 4e-12;
  CHECK(run.judge("robust_push_sum.mass").outcome == Outcome::violated);
  run.trace.final["mass_error"] = 0;
  verdict = run.judge("robust_push_sum.mass");
  CHECK(verdict.outcome == Outcome::holds);
  CHECK(!verdict.slack_decades);
  run.trace.minimum_weight = -0.01;
  CHECK(run.judge("robust_push_sum.mass").outcome == Outcome::violated);
  run.setting.method.running_sums = false;
  CHECK(run.judge("robust_push_sum.mass").outcome == Outcome::does_not_apply);
}

TEST_CASE(
    "robust_gradient_push.rate reports k dist^2 beside L_u s^2/(n mu^2): 240 x 0.01 beside 4/(4 x 0.25); with ticks of time "
    "700 x 0.01 beside 9 times that") {
  RobustRun run;
  run.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 2.0};
  auto verdict = run.judge("robust_gradient_push.rate");
  CHECK(verdict.outcome == Outcome::reported);
  CHECK(*verdict.measured == Approx(2.4).epsilon(1e-12));
  CHECK(*verdict.limit == Approx(4.0).epsilon(1e-12));
  run.setting.method.step = [](std::int64_t) { return 0.0; };
  verdict = run.judge("robust_gradient_push.rate");
  CHECK(*verdict.measured == Approx(7.0).epsilon(1e-12));
  CHECK(*verdict.limit == Approx(36.0).epsilon(1e-12));
  CHECK(bound::promise(*bound::find_bound("robust_gradient_push.rate"), run.setting).outcome == Outcome::reported);
  run.setting.gradient.kind = problem::GradientRule::Kind::minibatch;
  verdict = run.judge("robust_gradient_push.rate");
  CHECK(verdict.outcome == Outcome::does_not_apply);
  CHECK(verdict.reason.find("noise") != std::string::npos);
  run.setting.method.running_sums = false;
  CHECK(run.judge("robust_gradient_push.rate").outcome == Outcome::does_not_apply);
}
