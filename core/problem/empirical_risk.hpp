// F(x) = (1/N) Σ ℓ_s(x) + (l2/2)‖x‖², its samples dealt out to n agents: f_i = (n/N) Σ_{s of i} ℓ_s +
// (l2/2)‖x‖².
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/problem/objective.hpp"
#include "core/problem/partition.hpp"
#include "core/problem/sample_sum.hpp"

namespace taubar::problem {

/// F and the minimiser are summed in the order of the data as read, so that neither depends on the partition
/// by a single bit; the local functions work on a copy of the rows in which each agent's stand together.
class EmpiricalRisk final : public Problem {
 public:
  EmpiricalRisk(SampleSum samples, const Partition& partition, double l2);

  std::int64_t agents() const override { return static_cast<std::int64_t>(start_.size()) - 1; }
  std::int64_t dimension() const override { return all_->dimension(); }
  double value(const ConstVectorRef& x) const override;
  void gradient(const ConstVectorRef& x, VectorRef g) const override;
  double local_value(AgentId i, const ConstVectorRef& x) const override;
  void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const override;
  std::int64_t local_samples(AgentId i) const override;
  void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t> samples,
                        VectorRef g) const override;
  Constants constants() const override;
  Constants local_constants(AgentId i) const override;
  std::optional<Vector> minimiser(const std::vector<double>& weights, double tolerance,
                                  const Vector& start) const override;
  std::string content_hash() const override { return hash_; }

 private:
  Run own(AgentId i) const;
  /// n/N: what a sample weighs in f_i.
  double local_weight() const { return static_cast<double>(agents()) / static_cast<double>(all_->samples()); }
  Constants constants_of(const SampleSum& samples, Run run, double weight) const;

  std::shared_ptr<const SampleSum> all_;    ///< in the order of the data
  std::shared_ptr<const SampleSum> local_;  ///< agent by agent; `all_` itself where that is the same
  std::vector<std::int64_t> order_, start_;
  double l2_;
  std::string hash_;
};

}  // namespace taubar::problem
