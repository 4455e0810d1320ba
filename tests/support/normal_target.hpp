// A normal target with everything known, and draws made by hand: what tests of samplers' measures and bounds run on.
#pragma once
#include <functional>
#include <vector>

#include "core/base/random.hpp"
#include "core/problem/objective.hpp"
#include "core/problem/predictor.hpp"
#include "core/trace/draws.hpp"

namespace taubar::test {

/// f_i = F = ½ (x − mean)ᵀ A (x − mean) for all agents, A symmetric; the test gives A^−1 too.
class NormalTarget : public problem::Problem {
 public:
  NormalTarget(std::int64_t agents, Vector mean, Matrix precision, Matrix covariance, problem::Constants constants)
      : agents_(agents), mean_(std::move(mean)), precision_(std::move(precision)), covariance_(std::move(covariance)),
        constants_(constants) {}

  std::int64_t agents() const override { return agents_; }
  std::int64_t dimension() const override { return mean_.size(); }
  double value(const ConstVectorRef& x) const override { return 0.5 * (x - mean_).dot(precision_ * (x - mean_)); }
  void gradient(const ConstVectorRef& x, VectorRef g) const override { g = precision_ * (x - mean_); }
  double local_value(AgentId, const ConstVectorRef& x) const override { return value(x); }
  void local_gradient(AgentId, const ConstVectorRef& x, VectorRef g) const override { gradient(x, g); }
  void sampled_gradient(AgentId, const ConstVectorRef& x, std::span<const std::int64_t>, VectorRef g) const override {
    gradient(x, g);
  }
  problem::Constants constants() const override { return constants_; }
  problem::Constants local_constants(AgentId) const override { return constants_; }
  std::optional<Vector> minimiser(const std::vector<double>&, double, const Vector&) const override { return mean_; }
  std::string content_hash() const override { return "normal target of a test"; }
  std::optional<problem::KnownLaw> law(double temperature) const override {
    if (!known) return std::nullopt;
    return problem::KnownLaw{mean_, temperature * covariance_, gaussian};
  }
  const problem::Predictor* predictor() const override { return model; }

  bool known = true, gaussian = true;
  const problem::Predictor* model = nullptr;

 private:
  std::int64_t agents_;
  Vector mean_;
  Matrix precision_, covariance_;
  problem::Constants constants_;
};

/// Draws of `particles` particles at every update, `count` of them: `next` moves the m×d values from one to the next.
inline trace::Draws draws_of(std::int64_t particles, std::int64_t dimension, std::int64_t count,
                             const std::function<void(std::span<double>)>& next, trace::DrawRule rule = {}) {
  rule.keep = std::max<std::int64_t>(rule.keep, 2);
  trace::Draws draws(rule, particles, dimension);
  std::vector<double> values(static_cast<std::size_t>(particles * dimension));
  for (std::int64_t clock = 1; draws.count() * draws.stride() < count; ++clock) {
    next(values);
    draws.see(clock, values);
  }
  return draws;
}

}  // namespace taubar::test
