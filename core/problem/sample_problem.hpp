// What the problems made of data share: the data, its held-out part, a model with a loss, and how the sum over
// samples becomes F and the f_i.
#pragma once
#include <vector>

#include "core/problem/data/data_spec.hpp"
#include "core/problem/empirical_risk.hpp"
#include "core/problem/feature_matrix.hpp"
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {

/// A loss with the targets it wants, one a sample.
struct Task {
  std::shared_ptr<const Loss> loss;
  std::vector<double> targets;
};

struct SampleProblemSpec : ProblemSpec {
  data::DataSpec data;

  SampleProblemSpec();
  std::shared_ptr<const Problem> build(std::int64_t agents, std::uint64_t structure_seed) const override;
  double expected_bytes(std::int64_t agents) const override;

 protected:
  /// initial, gradient, objective, data.
  void sample_fields(config::Fields& f);

  virtual data::Targets targets() const = 0;
  virtual bool takes_positive_class() const { return false; }
  /// From the labels as read; `source` names the data in complaints. InputError for unusable labels.
  virtual Task task(std::vector<double> labels, const std::string& source) const = 0;
  /// d for a row of so many features and a loss of so many outputs, as a double: it may be far too large.
  virtual double unknowns(std::int64_t features, std::int64_t outputs) const;
  /// The model on the given samples; linear, unless overridden together with `risk`.
  virtual std::shared_ptr<const SampleTerms> terms(FeatureMatrix features, Task task) const;
  virtual Shares shares(std::span<const double> targets, std::int64_t agents,
                        std::uint64_t structure_seed) const = 0;
  virtual std::shared_ptr<const Problem> risk(std::shared_ptr<const SampleTerms> training, Shares shares,
                                              std::shared_ptr<const SampleTerms> held_out) const;
};

/// Targets −1 and +1 for two classes: +1 for the positive class, by default the larger of two labels.
Task two_class_task(std::vector<double> labels, const std::optional<double>& positive_class,
                    const std::string& source);

/// Targets 0 … K−1 for K classes, labels ascending. InputError for too many.
Task many_class_task(std::vector<double> labels, const std::string& source);

/// The different values among the labels, ascending. InputError above `most`; `accepted` ends the message.
std::vector<double> classes_of(const std::vector<double>& labels, std::size_t most, const std::string& source,
                               const std::string& accepted);

/// "0, 3, 7", at most five of them.
std::string listed(const std::vector<double>& labels);

}  // namespace taubar::problem
