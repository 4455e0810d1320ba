#include "core/problem/averaging.hpp"

#include "core/problem/content_hash.hpp"

namespace taubar::problem {
namespace {

class Averaging final : public Problem {
 public:
  explicit Averaging(Matrix initial) : initial_(std::move(initial)) {
    mean_ = Vector::Zero(initial_.cols());
    for (Eigen::Index i = 0; i < initial_.rows(); ++i) mean_ += initial_.row(i).transpose();
    mean_ /= static_cast<double>(initial_.rows());
    for (Eigen::Index i = 0; i < initial_.rows(); ++i) spread_ += local_value(static_cast<AgentId>(i), mean_);
    spread_ /= static_cast<double>(initial_.rows());
  }
  std::int64_t agents() const override { return initial_.rows(); }
  std::int64_t dimension() const override { return initial_.cols(); }
  /// F(x) = ½‖x − mean‖² + F(mean).
  double value(const ConstVectorRef& x) const override { return 0.5 * (x - mean_).squaredNorm() + spread_; }
  void gradient(const ConstVectorRef& x, VectorRef g) const override { g = x - mean_; }
  double local_value(AgentId i, const ConstVectorRef& x) const override {
    return 0.5 * (x - initial_.row(i).transpose()).squaredNorm();
  }
  void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const override {
    g = x - initial_.row(i).transpose();
  }
  void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t>,
                        VectorRef g) const override {
    local_gradient(i, x, g);
  }
  Constants constants() const override { return {1, 1}; }
  Constants local_constants(AgentId) const override { return {1, 1}; }
  std::optional<Vector> minimiser(const std::vector<double>& weights, double, const Vector&) const override {
    Vector weighted = Vector::Zero(initial_.cols());
    for (std::size_t i = 0; i < weights.size(); ++i)
      weighted += weights[i] * initial_.row(static_cast<Eigen::Index>(i)).transpose();
    return weighted;
  }
  std::string content_hash() const override {
    ContentHash hash;
    hash.text("averaging").real(spread_).reals({mean_.data(), static_cast<std::size_t>(mean_.size())});
    return hash.hex();
  }

 private:
  Matrix initial_;
  Vector mean_;
  double spread_ = 0;  ///< F(mean)
};

}  // namespace

std::shared_ptr<const Problem> averaging(const Matrix& initial) {
  return std::make_shared<Averaging>(initial);
}

}  // namespace taubar::problem
