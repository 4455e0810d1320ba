#include "core/problem/loss.hpp"

#include <algorithm>
#include <vector>

#include "core/base/math.hpp"

namespace taubar::problem {
namespace {

/// (m − y)²/(2 σ²)
class Squared final : public Loss {
 public:
  explicit Squared(double variance) : variance_(variance), precision_(1 / variance) {}
  std::string_view name() const override { return "squared"; }
  std::int64_t outputs() const override { return 1; }
  double value(const double* m, double y) const override { return 0.5 * precision_ * (*m - y) * (*m - y); }
  void slope(double* m, double y) const override { *m = precision_ * (*m - y); }
  void curvature(const double*, double, double* packed) const override { *packed = precision_; }
  void curvature_times(const double*, double, double* u) const override { *u *= precision_; }
  double largest_curvature() const override { return precision_; }
  bool quadratic() const override { return true; }
  std::int64_t classes() const override { return 0; }
  double noise_variance() const override { return variance_; }
  std::int64_t class_of(double) const override { return 0; }
  void predict(const double* m, double* out) const override { *out = *m; }

 private:
  double variance_, precision_;
};

/// log(1 + exp(−y m)), y = ±1
class Logistic final : public Loss {
 public:
  std::string_view name() const override { return "logistic"; }
  std::int64_t outputs() const override { return 1; }
  double value(const double* m, double y) const override {
    const double t = y * *m;
    return t > 0 ? math::log1p(math::exp(-t)) : math::log1p(math::exp(t)) - t;
  }
  void slope(double* m, double y) const override { *m = -y * sigmoid(-y * *m); }
  void curvature(const double* m, double, double* packed) const override {
    *packed = sigmoid(*m) * sigmoid(-*m);
  }
  void curvature_times(const double* m, double, double* u) const override {
    *u *= sigmoid(*m) * sigmoid(-*m);
  }
  double largest_curvature() const override { return 0.25; }
  std::int64_t classes() const override { return 2; }
  std::int64_t class_of(double y) const override { return y > 0 ? 1 : 0; }
  void predict(const double* m, double* out) const override {
    out[0] = sigmoid(-*m);
    out[1] = sigmoid(*m);
  }

 private:
  static double sigmoid(double t) {
    if (t >= 0) return 1 / (1 + math::exp(-t));
    const double e = math::exp(t);
    return e / (1 + e);
  }
};

/// log Σ_c exp(m_c) − m_y, y = 0 … K−1
class Softmax final : public Loss {
 public:
  explicit Softmax(std::int64_t classes) : classes_(classes) {}
  std::string_view name() const override { return "softmax"; }
  std::int64_t outputs() const override { return classes_; }
  double value(const double* m, double y) const override {
    const double top = *std::max_element(m, m + classes_);
    double sum = 0;
    for (std::int64_t c = 0; c < classes_; ++c) sum += math::exp(m[c] - top);
    return math::log(sum) + (top - m[static_cast<std::int64_t>(y)]);
  }
  void slope(double* m, double y) const override {
    probabilities(m);
    m[static_cast<std::int64_t>(y)] -= 1;
  }
  /// p_k (δ_kl − p_l); the diagonal is the sum of the others, which keeps its digits where p_k is nearly 1.
  void curvature(const double* m, double, double* packed) const override {
    thread_local std::vector<double> p;
    p.assign(m, m + classes_);
    probabilities(p.data());
    for (std::size_t k = 0; k < p.size(); ++k) {
      double others = 0;
      for (std::size_t l = 0; l < p.size(); ++l) others += l == k ? 0 : p[l];
      *packed++ = p[k] * others;
      for (std::size_t l = k + 1; l < p.size(); ++l) *packed++ = -p[k] * p[l];
    }
  }
  void curvature_times(const double* m, double, double* u) const override {
    const double top = *std::max_element(m, m + classes_);
    double sum = 0, mean = 0;
    for (std::int64_t c = 0; c < classes_; ++c) {
      const double e = math::exp(m[c] - top);
      sum += e;
      mean += e * u[c];
    }
    mean /= sum;
    for (std::int64_t c = 0; c < classes_; ++c) u[c] = math::exp(m[c] - top) / sum * (u[c] - mean);
  }
  /// diag(p) − ppᵀ has no eigenvalue above ½ (Gershgorin: p_k(1−p_k) + p_k Σ_{l≠k} p_l = 2 p_k (1−p_k) <= ½).
  double largest_curvature() const override { return 0.5; }
  std::int64_t classes() const override { return classes_; }
  std::int64_t class_of(double y) const override { return static_cast<std::int64_t>(y); }
  void predict(const double* m, double* out) const override {
    std::copy_n(m, classes_, out);
    probabilities(out);
  }

 private:
  void probabilities(double* m) const {
    const double top = *std::max_element(m, m + classes_);
    double sum = 0;
    for (std::int64_t c = 0; c < classes_; ++c) sum += m[c] = math::exp(m[c] - top);
    for (std::int64_t c = 0; c < classes_; ++c) m[c] /= sum;
  }

  std::int64_t classes_;
};

}  // namespace

std::shared_ptr<const Loss> squared_loss(double variance) { return std::make_shared<Squared>(variance); }
std::shared_ptr<const Loss> logistic_loss() { return std::make_shared<Logistic>(); }
std::shared_ptr<const Loss> softmax_loss(std::int64_t classes) { return std::make_shared<Softmax>(classes); }

}  // namespace taubar::problem
