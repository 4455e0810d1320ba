// F(x) = w Σ ℓ_s(x) + (l2/2)‖x‖² over N samples: the mean loss (w = 1/N) or, as a posterior's potential, the sum
// (w = 1). Samples dealt out to n agents: f_i = n w Σ_{s of i} ℓ_s + (l2/2)‖x‖². Samples that everybody has:
// f_i = F.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/problem/held_out.hpp"
#include "core/problem/objective.hpp"
#include "core/problem/partition.hpp"

namespace taubar::problem {

/// ‖x‖², term by term: Eigen's sum would depend on whether it was built with vector instructions.
double squared_norm(const ConstVectorRef& x);

/// How a sum over samples becomes F and the f_i.
struct Shares {
  enum class Of { mean, sum };
  Of of = Of::mean;
  double l2 = 0;
  std::int64_t agents = 1;
  std::optional<Partition> partition;  ///< nothing: every agent has all samples
};

/// F is summed in the order of the data as read, so that it does not depend on the partition by a single bit;
/// the local functions work on a copy of the rows in which each agent's stand together.
class EmpiricalRisk : public Problem {
 public:
  /// `held_out`: the same model on samples kept apart, or null.
  EmpiricalRisk(std::shared_ptr<const SampleTerms> terms, Shares shares,
                std::shared_ptr<const SampleTerms> held_out);

  std::int64_t agents() const final { return agents_; }
  bool shared() const final { return everybody_has_all(); }
  std::int64_t dimension() const final { return all_->dimension(); }
  double value(const ConstVectorRef& x) const final;
  void gradient(const ConstVectorRef& x, VectorRef g) const final;
  double local_value(AgentId i, const ConstVectorRef& x) const final;
  void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const final;
  std::int64_t local_samples(AgentId i) const final;
  void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t> samples,
                        VectorRef g) const final;
  Vector starting_point(Stream& stream) const final { return all_->starting_point(stream); }
  const Predictor* predictor() const final { return held_out_.get(); }
  std::string content_hash() const final { return hash_; }

  /// Unknown, unless the model is linear.
  Constants constants() const override;
  Constants local_constants(AgentId) const override { return constants(); }
  std::optional<Vector> minimiser(const std::vector<double>&, double, const Vector&) const override {
    return std::nullopt;
  }

 protected:
  bool everybody_has_all() const { return start_.empty(); }
  Run everything() const { return {0, all_->samples()}; }
  Run own(AgentId i) const;
  /// w: what a sample weighs in F, and in f_i.
  double weight() const { return 1.0 / parts_; }
  double local_weight() const {
    return everybody_has_all() ? weight() : static_cast<double>(agents_) / parts_;
  }
  double l2() const { return l2_; }
  const SampleTerms& all() const { return *all_; }
  const SampleTerms& local() const { return *local_; }
  /// What agents weigh, sample by sample in the order of the data.
  std::vector<double> by_sample(const std::vector<double>& by_agent) const;

 private:
  std::shared_ptr<const SampleTerms> all_;    ///< in the order of the data
  std::shared_ptr<const SampleTerms> local_;  ///< agent by agent; `all_` itself where that is the same
  std::int64_t agents_;
  double parts_;  ///< 1/w: N or 1
  double l2_;
  std::vector<std::int64_t> order_, start_;  ///< as in Partition; empty where everybody has all
  std::unique_ptr<const HeldOut> held_out_;
  std::string hash_;
};

}  // namespace taubar::problem
