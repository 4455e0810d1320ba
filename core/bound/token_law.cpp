#include "core/bound/token_law.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"

namespace taubar::bound {
namespace {

using Array = Eigen::ArrayXd;
using Grid = Eigen::ArrayXXd;

/// Steps made one by one, and the part of n that an implicit step then covers.
constexpr double steps_singly = 200, part = 1.0 / 64;

/// What the recursion carries: E z², E zy, E y² (m), E zδ, E yδ (m×d), E δδ (d×d).
struct Moments {
  Array zz, zy, yy;
  Grid zd, yd;
  Eigen::MatrixXd dd;

  /// this + factor (other − before)
  Moments moved(double factor, const Moments& other) const {
    return {zz + factor * (other.zz - zz), zy + factor * (other.zy - zy), yy + factor * (other.yy - yy),
            zd + factor * (other.zd - zd), yd + factor * (other.yd - yd), dd + factor * (other.dd - dd)};
  }
};

class Recursion {
 public:
  explicit Recursion(const TokenLaw& law)
      : law_(law),
        lambda_(law.eigenvalues.array()),
        push_(law.repulsion().array() * (1 - lambda_)),
        noise_(1 - lambda_.square()),
        pull_(law.pull.array()) {}

  Moments start() const {
    const auto m = lambda_.size(), d = pull_.cols();
    return {Array::Ones(m), Array::Zero(m), Array::Zero(m), Grid::Zero(m, d), Grid::Zero(m, d), Eigen::MatrixXd::Zero(d, d)};
  }

  /// M' of the step that leads to n.
  Moments after(const Moments& from, double n) const {
    const double gamma = law_.gamma(n), beta = law_.beta(n);
    Moments to = walked(from, gamma);
    const Array keep = kept(beta);
    const Grid zd = visited(from), yd = (1 - gamma) * from.yd + gamma * zd;
    to.zd = zd.rowwise() * keep.transpose() + beta * (pull_.colwise() * to.zz);
    to.yd = yd.rowwise() * keep.transpose() + beta * (pull_.colwise() * to.zy);
    to.dd = (keep.matrix() * keep.matrix().transpose()).cwiseProduct(from.dd) + driven(zd, to.zz, keep, beta);
    return to;
  }

  /// The M with M = from + h (M'(M) − M), coefficients of the step that leads to n.
  Moments implicitly(const Moments& from, double n, double h) const {
    const double gamma = law_.gamma(n), beta = law_.beta(n);
    Moments to = from;
    for (Eigen::Index i = 0; i < lambda_.size(); ++i) solve_mode(to, i, gamma, h);
    const Moments next = walked(to, gamma);
    const Array keep = kept(beta);
    for (Eigen::Index k = 0; k < keep.size(); ++k) {
      const Array own = 1 + h - h * keep[k] * lambda_, of_y = h * keep[k] * push_;
      const Array of_z = -h * keep[k] * gamma * lambda_, other = 1 + h - h * keep[k] * (1 - gamma - gamma * push_);
      const Array z = from.zd.col(k) + h * beta * pull_.col(k) * next.zz;
      const Array y = from.yd.col(k) + h * beta * pull_.col(k) * next.zy;
      const Array determinant = own * other - of_y * of_z;
      to.zd.col(k) = (other * z - of_y * y) / determinant;
      to.yd.col(k) = (own * y - of_z * z) / determinant;
    }
    to.dd = from.dd + h * driven(visited(to), next.zz, keep, beta);
    to.dd.array() /= 1 + h - h * (keep.matrix() * keep.matrix().transpose()).array();
    return to;
  }

 private:
  Array kept(double beta) const { return 1 - beta * law_.curvature.array(); }
  /// E z' δ
  Grid visited(const Moments& m) const { return m.zd.colwise() * lambda_ - m.yd.colwise() * push_; }

  Moments walked(const Moments& from, double gamma) const {
    Moments to;
    to.zz = lambda_.square() * from.zz - 2 * lambda_ * push_ * from.zy + push_.square() * from.yy + noise_;
    const Array zy = lambda_ * from.zy - push_ * from.yy;  // E z' y
    to.zy = (1 - gamma) * zy + gamma * to.zz;
    to.yy = (1 - gamma) * (1 - gamma) * from.yy + 2 * gamma * (1 - gamma) * zy + gamma * gamma * to.zz;
    return to;
  }

  /// What a step adds to E δδ: of E z'δ and E z'z'.
  Eigen::MatrixXd driven(const Grid& zd, const Array& zz, const Array& keep, double beta) const {
    const Eigen::MatrixXd mixed = pull_.matrix().transpose() * (zd.rowwise() * keep.transpose()).matrix();
    const Eigen::MatrixXd noise = pull_.matrix().transpose() * (pull_.colwise() * zz).matrix();
    return beta * (mixed + mixed.transpose()) + beta * beta * noise;
  }

  /// E z², E zy, E y² of mode i: (1 + h − h F) to = from + h (what F adds).
  void solve_mode(Moments& to, Eigen::Index i, double gamma, double h) const {
    const double l = lambda_[i], q = push_[i];
    const Eigen::RowVector3d zz(l * l, -2 * l * q, q * q), zy(0, l, -q);
    Eigen::Matrix3d f;
    f.row(0) = zz;
    f.row(1) = (1 - gamma) * zy + gamma * zz;
    f.row(2) = 2 * gamma * (1 - gamma) * zy + gamma * gamma * zz + Eigen::RowVector3d(0, 0, (1 - gamma) * (1 - gamma));
    const Eigen::Vector3d right =
        Eigen::Vector3d(to.zz[i], to.zy[i], to.yy[i]) + h * noise_[i] * Eigen::Vector3d(1, gamma, gamma * gamma);
    const Eigen::Vector3d x = ((1 + h) * Eigen::Matrix3d::Identity() - h * f).inverse() * right;
    to.zz[i] = x[0], to.zy[i] = x[1], to.yy[i] = x[2];
  }

  const TokenLaw& law_;
  Array lambda_, push_, noise_;
  Grid pull_;
};

bool is_one(double power) { return power == 1; }

}  // namespace

Vector TokenLaw::repulsion() const {
  const auto m = eigenvalues.size();
  return alpha * (history_driven_target ? Vector(Vector::Ones(m)) : Vector(Vector::Ones(m) + eigenvalues)).cwiseMax(0);
}
double TokenLaw::gamma(double n) const { return math::pow(n + 1, -history_power); }
double TokenLaw::beta(double n) const { return step.initial * math::pow(n - 1 + step.offset, -step.power); }
double TokenLaw::margin() const { return curvature.minCoeff() - (is_one(step.power) ? 0.5 / step.initial : 0); }
double TokenLaw::first_steps() const {
  const Array c = repulsion().array(), lambda = eigenvalues.array();
  const double swing = 1 + (c > 0).select(c * (1 - lambda) / (1 + lambda), 0).maxCoeff();
  const double of_walk = math::pow(swing, 1 / history_power) - 1;
  const double steepest = curvature.size() > 0 ? step.initial * curvature.maxCoeff() : 0;
  const double of_iterate = steepest > 0 ? math::pow(steepest, 1 / step.power) - step.offset + 1 : 0;
  return std::ceil(std::max({0.0, of_walk, of_iterate}));
}

TokenMoments moments_after(const TokenLaw& law, std::int64_t n) {
  const Recursion recursion(law);
  const double end = static_cast<double>(n);
  Moments moments = recursion.start();
  double at = law.first_steps();
  while (at < std::min(end, std::max(steps_singly, 2 * law.first_steps()))) moments = recursion.after(moments, ++at);
  // Alexander's L-stable method (SIAM J. Numer. Anal. 14, 1977); half a step earlier, because a step's coefficients hold from
  // n − 1 to n.
  const double g = 1 - std::sqrt(0.5);
  while (at < end) {
    const double h = std::min(end - at, at * part);
    const Moments first = recursion.implicitly(moments, at + g * h + 0.5, g * h);
    moments = recursion.implicitly(moments.moved((1 - g) / g, first), at + h + 0.5, g * h);
    at += h;
  }
  return {moments.yy.matrix(), moments.dd};
}

TokenMoments limit_moments(const TokenLaw& law) {
  const Array lambda = law.eigenvalues.array();
  const Array c = law.repulsion().array(), s = (1 + lambda) / (1 - lambda);
  const double one_a = is_one(law.history_power) ? 1 : 0, one_b = is_one(law.step.power) ? 1 : 0;
  const Array history = s / (2 * (1 + c) - one_a);
  const auto d = law.curvature.size();
  const Grid pull = law.pull.array();
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(d, d);
  const auto weighed = [&](const Grid& other, const Array& weights) -> Eigen::MatrixXd {
    return pull.matrix().transpose() * (other.colwise() * weights).matrix();
  };
  if (law.step.power > law.history_power) {
    sum = weighed(pull, s / (1 + c).square());
  } else {
    sum = weighed(pull, s);
    if (law.step.power == law.history_power) {
      Grid mixed = pull.colwise() * (s - c * history);
      for (Eigen::Index k = 0; k < d; ++k) mixed.col(k) /= 1 + c + law.step.initial * law.curvature[k] - one_a;
      const Eigen::MatrixXd less = weighed(mixed, c);
      sum -= less + less.transpose();
    }
  }
  for (Eigen::Index k = 0; k < d; ++k)
    for (Eigen::Index l = 0; l < d; ++l)
      sum(k, l) /= law.curvature[k] + law.curvature[l] - (one_b > 0 ? 1 / law.step.initial : 0);
  return {history.matrix(), sum};
}

double order_in_alpha(const TokenLaw& law) {
  if (law.step.power > law.history_power) return -2;
  return law.step.power == law.history_power ? -1 : 0;
}

}  // namespace taubar::bound
