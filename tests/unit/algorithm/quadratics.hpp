// Quadratic objectives with known everything, mixing matrices written as dense matrices, and schedules: what
// the tests of algorithms run on. The gradients and recursions here are written apart from the code under
// test.
#pragma once
#include "core/algorithm/builders.hpp"
#include "core/base/error.hpp"
#include "core/base/linear_algebra.hpp"
#include "core/problem/shared_problem.hpp"

namespace taubar::test {

/// f_i(x) = ½ Σ_c a_ic (x_c − b_ic)², with curvatures a and centres b as n×d matrices.
class Quadratics final : public problem::Problem {
 public:
  Quadratics(Matrix a, Matrix b) : a_(std::move(a)), b_(std::move(b)) {}

  std::int64_t agents() const override { return a_.rows(); }
  std::int64_t dimension() const override { return a_.cols(); }
  double value(const ConstVectorRef& x) const override {
    double sum = 0;
    for (AgentId i = 0; i < a_.rows(); ++i) sum += local_value(i, x);
    return sum / static_cast<double>(agents());
  }
  void gradient(const ConstVectorRef& x, VectorRef g) const override {
    Vector local(x.size());
    g.setZero();
    for (AgentId i = 0; i < a_.rows(); ++i) {
      local_gradient(i, x, local);
      g += local / static_cast<double>(agents());
    }
  }
  double local_value(AgentId i, const ConstVectorRef& x) const override {
    return 0.5 * (a_.row(i).array() * (x.transpose() - b_.row(i)).array().square()).sum();
  }
  void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const override {
    for (Eigen::Index c = 0; c < x.size(); ++c) g[c] = a_(i, c) * (x[c] - b_(i, c));
  }
  void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t>,
                        VectorRef g) const override {
    local_gradient(i, x, g);
  }
  problem::Constants constants() const override {
    return {a_.colwise().mean().maxCoeff(), a_.colwise().mean().minCoeff()};
  }
  problem::Constants local_constants(AgentId i) const override {
    return {a_.row(i).maxCoeff(), a_.row(i).minCoeff()};
  }
  std::optional<Vector> minimiser(const std::vector<double>& weights, double, const Vector&) const override {
    const ConstVectorView w(weights.data(), a_.rows());
    const Vector curvature = a_.transpose() * w;
    const Vector pull = a_.cwiseProduct(b_).transpose() * w;
    return pull.cwiseQuotient(curvature);
  }
  std::string content_hash() const override { return "quadratics of a test"; }

  /// Row i: ∇f_i(z_i).
  Matrix gradients(const Matrix& z) const { return a_.cwiseProduct(z - b_); }
  Vector minimiser() const {
    return *minimiser(std::vector<double>(static_cast<std::size_t>(a_.rows()), 1.0), 0, Vector());
  }

 private:
  Matrix a_, b_;
};

/// F(x) = ½ Σ_c a_c x_c², the same function for every agent: exp(−F/T) is N(0, T / a).
class SharedQuadratic final : public problem::SharedProblem {
 public:
  SharedQuadratic(std::int64_t agents, Vector a) : SharedProblem(agents), a_(std::move(a)) {}
  std::int64_t dimension() const override { return a_.size(); }
  double value(const ConstVectorRef& x) const override { return 0.5 * (a_.array() * x.array().square()).sum(); }
  void gradient(const ConstVectorRef& x, VectorRef g) const override { g = a_.cwiseProduct(x); }
  problem::Constants constants() const override { return {a_.maxCoeff(), a_.minCoeff()}; }
  std::string content_hash() const override { return "shared quadratic of a test"; }

 protected:
  std::optional<Vector> known_minimiser() const override { return Vector::Zero(a_.size()); }

 private:
  Vector a_;
};

/// 5 agents, d = 3, curvatures from 0.3 to 2, centres of both signs.
inline Quadratics five_quadratics() {
  Matrix a(5, 3), b(5, 3);
  a << 1.0, 0.5, 2.0, 0.3, 1.5, 0.7, 1.2, 0.9, 0.4, 0.8, 1.1, 1.9, 1.6, 0.6, 1.3;
  b << 1.0, -2.0, 0.5, -0.7, 0.3, 1.4, 2.2, -1.1, -0.2, -1.5, 0.8, 0.9, 0.1, 1.7, -2.4;
  return {a, b};
}
/// One start an agent.
inline Matrix five_starts() {
  Matrix x(5, 3);
  x << 0.2, -0.4, 1.1, 1.0, 0.6, -0.9, -1.2, 0.5, 0.3, 0.7, -1.6, 0.8, -0.1, 1.3, -0.5;
  return x;
}

/// The links of a dense mixing matrix: P(j, i) > 0 is a link i → j.
inline topology::Digraph graph_of(const Matrix& p, bool directed) {
  std::vector<topology::Link> links;
  for (AgentId i = 0; i < p.rows(); ++i)
    for (AgentId j = 0; j < p.rows(); ++j)
      if (i != j && p(j, i) > 0 && (directed || i < j)) links.push_back({i, j});
  return topology::Digraph::from_links(static_cast<std::size_t>(p.rows()), std::move(links), directed);
}
template <class Weights>
Weights weights_of(const Matrix& p, const topology::Digraph& graph) {
  Weights weights;
  for (AgentId i = 0; i < p.rows(); ++i) {
    for (const AgentId j : graph.out_neighbours(i)) weights.link.push_back(p(j, i));
    weights.own.push_back(p(i, i));
  }
  return weights;
}

/// Directed ring of 5 with chords 0→2, 1→4, 3→0 and 3→1. P(j, i) weighs what j receives from i; columns sum
/// to 1.
inline Matrix directed_pattern() {
  Matrix links = Matrix::Identity(5, 5);
  for (int i = 0; i < 5; ++i) links((i + 1) % 5, i) = 1;
  links(2, 0) = links(4, 1) = links(0, 3) = links(1, 3) = 1;
  return links;
}
/// 1/(out-degree + 1) for all.
inline Matrix uniform_directed() {
  Matrix p = directed_pattern();
  for (int i = 0; i < 5; ++i) p.col(i) /= p.col(i).sum();
  return p;
}
/// Unequal shares: receiver j is given a share in proportion to 1 + j, the sender itself to 2.
inline Matrix uneven_directed() {
  Matrix p = directed_pattern();
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) p(j, i) *= j == i ? 2 : 1 + j;
    p.col(i) /= p.col(i).sum();
  }
  return p;
}
/// Ring of 5 with the chord 0–2, Metropolis weights 1/(1 + max(d_i, d_j)): symmetric, rows and columns sum
/// to 1.
inline Matrix undirected_metropolis() {
  const int edges[6][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}, {0, 2}};
  int degree[5] = {};
  for (const auto& e : edges) ++degree[e[0]], ++degree[e[1]];
  Matrix w = Matrix::Zero(5, 5);
  for (const auto& e : edges)
    w(e[0], e[1]) = w(e[1], e[0]) = 1.0 / (1 + std::max(degree[e[0]], degree[e[1]]));
  for (int i = 0; i < 5; ++i) w(i, i) = 1 - w.col(i).sum();
  return w;
}

/// α(k) = value, or initial / (k + 1)^½.
struct TestStep final : algorithm::ScheduleSpec {
  double initial;
  bool falling;
  TestStep(double step, bool falls) : initial(step), falling(falls) {}
  void fields(config::Fields&) override {}
  double at(std::int64_t k) const override {
    return falling ? initial / std::sqrt(static_cast<double>(k) + 1) : initial;
  }
};
inline algorithm::StepSize step(double value) { return std::make_shared<TestStep>(value, false); }
inline algorithm::StepSize falling_step(double initial) { return std::make_shared<TestStep>(initial, true); }

inline const problem::GradientRule full_gradient{};

inline algorithm::Inputs inputs_of(const problem::Problem& problem, const topology::Digraph& graph,
                                   const Matrix& initial) {
  return {problem, full_gradient, graph, topology::MixingKind::default_for_method, 0, initial, 1, {}};
}

/// Largest difference between the states of a recursion, reference[k] n×d, and what agents began their steps
/// at.
inline double deviation(const std::vector<std::vector<Vector>>& trajectory,
                        const std::vector<Matrix>& reference) {
  double largest = 0;
  for (std::size_t k = 0; k < reference.size(); ++k)
    for (Eigen::Index i = 0; i < reference[k].rows(); ++i)
      largest =
          std::max(largest, (trajectory[static_cast<std::size_t>(i)].at(k) - reference[k].row(i).transpose())
                                .cwiseAbs()
                                .maxCoeff());
  return largest;
}

}  // namespace taubar::test
