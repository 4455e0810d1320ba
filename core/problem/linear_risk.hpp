// The risk of a linear model: convex, so that L, mu and the minimiser are known.
#pragma once
#include <mutex>

#include "core/problem/empirical_risk.hpp"
#include "core/problem/sample_sum.hpp"

namespace taubar::problem {

class LinearRisk final : public EmpiricalRisk {
 public:
  LinearRisk(std::shared_ptr<const SampleSum> samples, Shares shares,
             std::shared_ptr<const SampleTerms> held_out);

  Constants constants() const override;
  Constants local_constants(AgentId i) const override;
  std::optional<Vector> minimiser(const std::vector<double>& weights, double tolerance,
                                  const Vector& start) const override;

 private:
  const SampleSum& linear(const SampleTerms& terms) const { return static_cast<const SampleSum&>(terms); }
  Constants constants_of(const SampleTerms& terms, Run run, double weight) const;

  mutable std::once_flag known_;
  mutable Constants constants_;  ///< of F
};

}  // namespace taubar::problem
