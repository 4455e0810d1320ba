// Problems in which every agent has the same function: f_i = F for every i, so that any weights give the same
// minimiser.
#pragma once
#include "core/problem/objective.hpp"

namespace taubar::problem {

class SharedProblem : public Problem {
 public:
  explicit SharedProblem(std::int64_t agents) : agents_(agents) {}

  std::int64_t agents() const final { return agents_; }
  bool shared() const final { return true; }
  double local_value(AgentId, const ConstVectorRef& x) const final { return value(x); }
  void local_gradient(AgentId, const ConstVectorRef& x, VectorRef g) const final { gradient(x, g); }
  void sampled_gradient(AgentId, const ConstVectorRef& x, std::span<const std::int64_t>,
                        VectorRef g) const final {
    gradient(x, g);
  }
  Constants local_constants(AgentId) const final { return constants(); }
  std::optional<Vector> minimiser(const std::vector<double>&, double, const Vector&) const final {
    return known_minimiser();
  }

 protected:
  /// A global minimiser of F; nothing where none is known.
  virtual std::optional<Vector> known_minimiser() const = 0;

 private:
  std::int64_t agents_;
};

}  // namespace taubar::problem
