#include "core/problem/newton.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/dense.hpp"

namespace taubar::problem {
namespace {

constexpr int max_steps = 100;
constexpr std::int64_t max_products = 20'000;

/// One run of the method.
class Newton {
 public:
  Newton(const TwiceDifferentiable& f, const Vector& start, double tolerance)
      : f_(f), exact_(f.dimension() <= max_hessian_dimension), x_(start), g_(start.size()) {
    f.gradient(Vector::Zero(start.size()), g_);
    scale_ = g_.norm();
    goal_ = tolerance * scale_;
    f.gradient(x_, g_);
    value_ = f.value(x_);
  }

  std::optional<Vector> run() {
    for (int step = 0; step < max_steps && wants_more(); ++step)
      if (!direction() || !advance()) break;
    if (!(g_.norm() <= goal_) || !x_.allFinite()) return std::nullopt;
    return x_;
  }

 private:
  // Forming the Hessian is cheap enough to go on until the gradient no longer halves.
  bool wants_more() const {
    const double norm = g_.norm();
    if (!std::isfinite(norm) || norm == 0) return false;
    return norm > goal_ || (exact_ && !stalled_);
  }

  bool direction() { return exact_ ? factorised_direction() : conjugate_direction(); }

  bool factorised_direction() {
    f_.hessian(x_, h_);
    const auto step = solve_positive_definite(h_, -g_);
    if (!step) return false;
    p_ = *step;
    return p_.allFinite();
  }

  // Conjugate gradients with the Hessian's diagonal as preconditioner, until the residual is a share of the
  // gradient that falls with it (Dembo, Eisenstat, Steihaug, "Inexact Newton methods", SINUM 19(2), 1982).
  bool conjugate_direction() {
    const double norm = g_.norm();
    const double share = std::max(std::min(0.1, std::sqrt(norm / scale_)), 0.3 * goal_ / norm);
    Vector diagonal(g_.size()), q(g_.size());
    f_.hessian_diagonal(x_, diagonal);
    Vector residual = -g_, z = residual.cwiseQuotient(diagonal), along = z;
    p_ = Vector::Zero(g_.size());
    double rz = residual.dot(z);
    while (residual.norm() > share * norm) {
      if (++products_ > max_products) return false;
      f_.hessian_times(x_, along, q);
      const double step = rz / along.dot(q);
      if (!std::isfinite(step)) return false;
      p_ += step * along;
      residual -= step * q;
      z = residual.cwiseQuotient(diagonal);
      const double next = residual.dot(z);
      along = z + (next / rz) * along;
      rz = next;
    }
    return true;
  }

  // Armijo's rule while F can tell a decrease from rounding; below that the full step, if it lowers the
  // gradient.
  bool advance() {
    const double slope = g_.dot(p_);
    if (!(slope < 0)) return false;
    const bool resolved = -slope > 1e-11 * std::fabs(value_);
    double step = 1;
    for (int halvings = 0; halvings < 60; ++halvings, step *= 0.5) {
      trial_ = x_ + step * p_;
      const double value = f_.value(trial_);
      if (resolved && !(value <= value_ + 1e-4 * step * slope)) continue;
      return take(value, resolved);
    }
    return false;
  }

  bool take(double value, bool resolved) {
    Vector g(g_.size());
    f_.gradient(trial_, g);
    const double before = g_.norm(), after = g.norm();
    if (!resolved && !(after < before)) return false;
    stalled_ = !resolved && after > 0.5 * before;
    x_ = trial_;
    g_ = g;
    value_ = value;
    return true;
  }

  const TwiceDifferentiable& f_;
  bool exact_, stalled_ = false;
  Vector x_, g_, p_, trial_;
  Matrix h_;
  double scale_ = 0, goal_ = 0, value_ = 0;
  std::int64_t products_ = 0;
};

}  // namespace

std::optional<Vector> newton(const TwiceDifferentiable& f, const Vector& start, double tolerance) {
  return Newton(f, start, tolerance).run();
}

bool positive_definite(const Matrix& h) {
  const auto pivots = cholesky_diagonal(h);
  if (!pivots) return false;
  for (Eigen::Index j = 0; j < h.rows(); ++j) {
    const double pivot = (*pivots)[j];
    if (!(pivot * pivot > 1e-11 * h(j, j))) return false;
  }
  return true;
}

}  // namespace taubar::problem
