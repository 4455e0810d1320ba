// The law of a token's walk and iterate: against closed forms, against solutions of Lyapunov's equation by elimination, and
// against the recursion with dense matrices over all agents, step by step.
#include "core/bound/token_law.hpp"

#include <cmath>

#include "core/algorithm/walk.hpp"
#include "core/base/dense.hpp"
#include "core/base/random.hpp"
#include "core/bound/chi_square.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

namespace {

using Dense = Eigen::MatrixXd;
using Kind = algorithm::WalkOptions::Kind;

topology::ReversibleChain chain_of(const topology::Digraph& graph, const algorithm::WalkLaw& walk) {
  topology::ReversibleChain chain{&graph, {}, {}, {walk.target().begin(), walk.target().end()}};
  for (AgentId i = 0; i < graph.agents(); ++i) {
    chain.own.push_back(walk.staying(i));
    for (const double p : walk.along_links(i)) chain.link.push_back(p);
  }
  return chain;
}
Dense matrix_of(const topology::ReversibleChain& chain) {
  const auto n = static_cast<Eigen::Index>(chain.target.size());
  Dense p = Dense::Zero(n, n);
  std::size_t link = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    p(i, i) = chain.own[static_cast<std::size_t>(i)];
    for (const AgentId j : chain.graph->out_neighbours(static_cast<AgentId>(i))) p(i, j) = chain.link[link++];
  }
  return p;
}

topology::Digraph path_of_three() { return topology::Digraph::from_links(3, {{0, 1}, {1, 2}}, false); }
/// 6 agents without symmetry.
topology::Digraph six() {
  return topology::Digraph::from_links(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {0, 2}, {1, 4}}, false);
}

/// A chain, and a token with gradients h at θ* (n×d, rows H_j; Σ μ_j H_j = 0) and curvatures κ.
struct LawStage {
  LawStage(topology::Digraph over, algorithm::WalkOptions options, const Dense& h, const Vector& curvature, bound::PowerStep step)
      : graph(std::move(over)), walk(graph, options), chain(chain_of(graph, walk)), modes(topology::modes(chain)) {
    law = {modes.eigenvalues, options.alpha, options.history_power, false, step, modes.left.transpose() * h, curvature};
    p = matrix_of(chain);
    mu = ConstVectorView(walk.target().data(), static_cast<Eigen::Index>(walk.agents()));
    gradients = h;
  }
  topology::Digraph graph;
  algorithm::WalkLaw walk;
  topology::ReversibleChain chain;
  topology::ChainModes modes;
  bound::TokenLaw law;
  Dense p, gradients;
  Vector mu;
};

/// theory.md 3.3: f_i = ½(θ − b_i)².
LawStage three(double alpha, double a, double power) {
  Dense h(3, 1);
  h << 1.3, 0.4, -1.7;
  return {path_of_three(), {Kind::metropolis_hastings, false, alpha, a}, h, Vector::Ones(1), {1, power, 2}};
}

/// Six agents, two coordinates, unequal target.
LawStage of_six(double alpha, double a, bound::PowerStep step) {
  algorithm::WalkOptions options{Kind::metropolis_hastings, true, alpha, a};
  options.target = {1, 2, 1.5, 0.7, 1, 1.8};
  Dense h(6, 2);
  h << 1, -0.4, -0.6, 0.3, 0.8, 1.1, -1.2, 0.5, 0.2, -0.9, 0, 0;
  Vector mu = ConstVectorView(options.target.data(), 6) / 8.0;
  h.row(5) = -(mu.transpose() * h) / mu[5];
  return {six(), options, h, (Vector(2) << 0.8, 1.7).finished(), step};
}

Dense covariance_of_history(const LawStage& s, const Vector& moments) {
  return s.modes.left * moments.asDiagonal() * s.modes.left.transpose();
}

/// J V + V Jᵀ + Q = 0 by elimination: (I ⊗ J + J ⊗ I) vec V = −vec Q.
Dense lyapunov(const Dense& j, const Dense& q) {
  const auto n = j.rows();
  Dense k = Dense::Zero(n * n, n * n);
  for (Eigen::Index c = 0; c < n; ++c)
    for (Eigen::Index r = 0; r < n; ++r)
      for (Eigen::Index i = 0; i < n; ++i) {
        k(c * n + r, c * n + i) += j(r, i);
        k(c * n + r, i * n + r) += j(c, i);
      }
  const Eigen::VectorXd v = solve(k, -Eigen::Map<const Eigen::VectorXd>(q.data(), n * n));
  return Eigen::Map<const Dense>(v.data(), n, n);
}

/// Long-run covariance of (e_X, H^T e_X), without eigenvectors: by the fundamental matrix Z = (I − P + 1μᵀ)^−1.
Dense long_run(const LawStage& s) {
  const auto n = s.p.rows();
  const Dense one = Vector::Ones(n) * s.mu.transpose(), identity = Dense::Identity(n, n);
  const Dense z = inverse(identity - s.p + one), d = s.mu.asDiagonal();
  const Dense sigma = d * z + z.transpose() * d - d - s.mu * s.mu.transpose();
  Dense both(n + s.gradients.cols(), n);
  both << identity, s.gradients.transpose();
  return both * sigma * both.transpose();
}

/// The joint Jacobian of theory.md 3.2, θ scaled by ρ = β/γ; all of R^n, where 2αμ1ᵀ stands for what the simplex takes away.
Dense jacobian(const LawStage& s, double rho) {
  const auto n = s.p.rows(), d = s.gradients.cols();
  const double alpha = s.law.alpha;
  const Dense mass = 2 * alpha * s.mu * Vector::Ones(n).transpose();
  const Dense identity = Dense::Identity(n, n);
  Dense j = Dense::Zero(n + d, n + d);
  j.topLeftCorner(n, n) = mass - alpha * s.p.transpose() - (alpha + 1) * identity;
  j.bottomLeftCorner(d, n) = rho * s.gradients.transpose() * (mass - alpha * s.p.transpose() - alpha * identity);
  j.bottomRightCorner(d, d) = -rho * Dense(s.law.curvature.asDiagonal());
  return j;
}

/// The recursion of e_X, x and θ with dense matrices over the agents: second moments about the mean after n steps, from x and θ
/// as they are after the law's first steps.
Dense by_steps(const LawStage& s, std::int64_t steps) {
  const auto n = s.p.rows(), d = s.gradients.cols();
  const double alpha = s.law.alpha;
  const Dense identity = Dense::Identity(n, n), dmu = s.mu.asDiagonal(), inverse = s.mu.cwiseInverse().asDiagonal();
  // e_X' − μ = Pᵀ (e_X − μ) − α (x − μ) + α D P² D^−1 (x − μ) + ε, because Σ_i μ_i P_ij P_ik = (D P²)_jk.
  const Dense back = alpha * (dmu * s.p * s.p * inverse - identity);
  const Dense noise = dmu - s.p.transpose() * dmu * s.p;
  const auto all = 2 * n + d;
  Dense m = Dense::Zero(all, all);
  m.topLeftCorner(n, n) = dmu - s.mu * s.mu.transpose();
  for (auto k = static_cast<std::int64_t>(s.law.first_steps()) + 1; k <= steps; ++k) {
    const double gamma = std::pow(static_cast<double>(k) + 1, -s.law.history_power);
    const double beta = s.law.step.initial * std::pow(static_cast<double>(k) - 1 + s.law.step.offset, -s.law.step.power);
    Dense where = Dense::Zero(all, all);
    where.topRows(n) << s.p.transpose(), back, Dense::Zero(n, d);
    where.block(n, n, n, n) = (1 - gamma) * identity;
    where.block(2 * n, 2 * n, d, d) = Dense::Identity(d, d) - beta * Dense(s.law.curvature.asDiagonal());
    Dense into = Dense::Zero(all, n);
    into << identity, gamma * identity, beta * s.gradients.transpose();
    where.middleRows(n, n) += gamma * where.topRows(n);
    where.bottomRows(d) += beta * s.gradients.transpose() * where.topRows(n);
    m = (where * m * where.transpose() + into * noise * into.transpose()).eval();
  }
  return m;
}

}  // namespace

TEST_CASE("the modes of a lazy Metropolis-Hastings chain on 6 agents solve Pᵀu = λu and vᵀDv = I to 1e-13") {
  const auto s = of_six(0, 1, {1, 1, 2});
  const auto& [lambda, right, left] = s.modes;
  CHECK((s.p.transpose() * left - left * lambda.asDiagonal()).cwiseAbs().maxCoeff() < 1e-13);
  CHECK((right.transpose() * s.mu.asDiagonal() * right - Dense::Identity(5, 5)).cwiseAbs().maxCoeff() < 1e-13);
  CHECK((left - Dense(s.mu.asDiagonal()) * right).cwiseAbs().maxCoeff() < 1e-15);
  CHECK(left.colwise().sum().cwiseAbs().maxCoeff() < 1e-13);
}

TEST_CASE("E8: the limit of the history on the path of 3 is V_00 = 1/14 + 1/162 and V_11 = 2/81 for a = 1, alpha = 2") {
  const auto s = three(2, 1, 1);
  const Dense v = covariance_of_history(s, limit_moments(s.law).history);
  CHECK(v(0, 0) == Approx(1.0 / 14 + 1.0 / 162).epsilon(1e-12));
  CHECK(v(1, 1) == Approx(2.0 / 81).epsilon(1e-12));
  CHECK(v(0, 2) == Approx(-1.0 / 14 + 1.0 / 162).epsilon(1e-12));
}

TEST_CASE("the limit of a history-driven target is that of the base chain over 2 alpha + 1, for a = 1") {
  auto s = three(2, 1, 1);
  s.law.history_driven_target = true;
  auto base = s.law;
  base.alpha = 0;
  CHECK((5 * limit_moments(s.law).history - limit_moments(base).history).norm() < 1e-14);
}

TEST_CASE("E9: the limits of the iterate on the path of 3: 4.527, .652, .569, .1440, .0322 and 2.263") {
  const auto limit = [](double alpha, double a, double power) { return limit_moments(three(alpha, a, power).law).iterate(0, 0); };
  CHECK(limit(0, 1, 1) == Approx(4.527).margin(5e-4));
  CHECK(limit(2, 1, 1) == Approx(0.652).margin(5e-4));
  CHECK(limit(2, 0.8, 0.8) == Approx(0.569).margin(5e-4));
  CHECK(limit(2, 0.6, 0.9) == Approx(0.1440).margin(5e-5));
  CHECK(limit(5, 0.6, 0.9) == Approx(0.0322).margin(5e-5));
  CHECK(limit(2, 0.9, 0.6) == Approx(2.263).margin(5e-4));
}

TEST_CASE("the law at n = 200,000 has 2 κ − b/(nβ) for 2 κ in theory.md's correction of finite n, .1576 and .0390, within 3 %") {
  for (const auto& [alpha, corrected] : {std::pair(2.0, 0.1576), {5.0, 0.0390}}) {
    const auto s = three(alpha, 0.6, 0.9);
    const double beta = s.law.beta(2e5), found = moments_after(s.law, 200'000).iterate(0, 0) / beta;
    CAPTURE(alpha, found);
    CHECK(found == Approx(corrected * 2 / (2 - 0.9 / (2e5 * beta))).epsilon(0.03));
  }
}

TEST_CASE("the limit for a = b solves the joint equation of Lyapunov on 6 agents to 1e-9, a = b = 1 and a = b = 0.7, s = 1.5") {
  for (const double power : {1.0, 0.7}) {
    const auto s = of_six(3, power, {1.5, power, 2});
    const auto n = s.p.rows(), d = s.gradients.cols();
    Dense j = jacobian(s, 1.5);
    if (power == 1) j += Dense::Identity(n + d, n + d) / 2;
    Dense scale = Dense::Identity(n + d, n + d);
    scale.bottomRightCorner(d, d) *= 1.5;
    const Dense v = lyapunov(j, scale * long_run(s) * scale);
    const auto limit = limit_moments(s.law);
    CAPTURE(power);
    CHECK((covariance_of_history(s, limit.history) - v.topLeftCorner(n, n)).cwiseAbs().maxCoeff() < 1e-9);
    CHECK((1.5 * limit.iterate - v.bottomRightCorner(d, d)).cwiseAbs().maxCoeff() < 1e-9);
  }
}

TEST_CASE("the limits for b > a and b < a solve Lyapunov's equation with U(alpha) and U(0) on 6 agents to 1e-10") {
  for (const bool faster : {false, true}) {
    const auto s = faster ? of_six(3, 0.9, {2, 0.6, 2}) : of_six(3, 0.6, {2, 1, 2});
    const auto n = s.p.rows(), d = s.gradients.cols();
    const Dense j = jacobian(s, 1), sigma = long_run(s);
    Dense eliminate = Dense::Zero(d, n + d);  // I − J_θx J_xx^−1, Konda and Tsitsiklis
    eliminate.rightCols(d) = Dense::Identity(d, d);
    if (!faster) eliminate.leftCols(n) = -j.bottomLeftCorner(d, n) * inverse(j.topLeftCorner(n, n));
    Dense own = j.bottomRightCorner(d, d);
    if (!faster) own += Dense::Identity(d, d) / (2 * 2.0);
    const Dense v = lyapunov(own, eliminate * sigma * eliminate.transpose());
    CAPTURE(faster);
    CHECK((limit_moments(s.law).iterate - v).cwiseAbs().maxCoeff() < 1e-10);
  }
}

TEST_CASE("the law after 150 steps is that of the recursion with dense matrices over 6 agents, to 1e-11") {
  const auto s = of_six(2, 0.7, {0.9, 0.85, 3});
  const Dense all = by_steps(s, 150);
  const auto law = moments_after(s.law, 150);
  CHECK((covariance_of_history(s, law.history) - all.block(6, 6, 6, 6)).cwiseAbs().maxCoeff() < 1e-11);
  CHECK((law.iterate - all.bottomRightCorner(2, 2)).cwiseAbs().maxCoeff() < 1e-11);
}

TEST_CASE("the law after 5,000 steps, most of them together, is that of the recursion step by step to 2e-4, all regimes") {
  for (const auto& [a, power] : {std::pair(0.6, 0.9), {0.8, 0.8}, {1.0, 1.0}, {0.9, 0.6}}) {
    const auto s = of_six(4, a, {1.3, power, 2});
    const Dense all = by_steps(s, 5000), history = all.block(6, 6, 6, 6), iterate = all.bottomRightCorner(2, 2);
    const auto law = moments_after(s.law, 5000);
    CAPTURE(a, power, (law.iterate - iterate).norm() / iterate.norm());
    CHECK((covariance_of_history(s, law.history) - history).norm() < 2e-4 * history.norm());
    CHECK((law.iterate - iterate).norm() < 2e-4 * iterate.norm());
  }
}

TEST_CASE("the law at n = 1e9 is its limit to 2e-3 where a = b = .8, and to 7 % where b = .9, whose 1/(n β) is larger") {
  const auto same = of_six(2, 0.8, {1, 0.8, 2});
  CHECK((moments_after(same.law, 1'000'000'000).iterate / same.law.beta(1e9) - limit_moments(same.law).iterate).norm() <
        2e-3 * limit_moments(same.law).iterate.norm());
  const auto apart = of_six(2, 0.6, {1, 0.9, 2});
  CHECK((moments_after(apart.law, 1'000'000'000).iterate / apart.law.beta(1e9) - limit_moments(apart.law).iterate).norm() <
        7e-2 * limit_moments(apart.law).iterate.norm());
}

TEST_CASE("the ends of one chi-square are its quantiles to 2e-3, and 1 % of 20,000 weighted sums is beyond each end") {
  // Quantiles of χ²_29 and χ²_9 at .01 and .99.
  const auto many = bound::ends_of_sum(Vector::Constant(1, 2), 29, 0.01);
  CHECK(many.low == Approx(2 * 14.2565).epsilon(2e-3));
  CHECK(many.high == Approx(2 * 49.5879).epsilon(2e-3));
  const auto few = bound::ends_of_sum(Vector::Ones(1), 9, 0.01);
  CHECK(few.low == Approx(2.0879).epsilon(2e-3));
  CHECK(few.high == Approx(21.6660).epsilon(2e-3));
  const Vector weights = (Vector(3) << 3, 1, 0.2).finished();
  const auto ends = bound::ends_of_sum(weights, 9, 0.01);
  Stream random(5, Purpose::test);
  int below = 0, above = 0;
  for (int r = 0; r < 20'000; ++r) {
    double sum = 0;
    for (const double w : weights)
      for (int k = 0; k < 9; ++k) {
        const double z = random.normal();
        sum += w * z * z;
      }
    below += sum < ends.low;
    above += sum > ends.high;
  }
  CHECK((below > 150 && below < 250));  // 3.5 standard deviations
  CHECK((above > 150 && above < 250));
}
