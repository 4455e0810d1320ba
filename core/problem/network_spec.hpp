// How a scenario asks for a multilayer perceptron, and what its margins mean.
#pragma once
#include "core/problem/network_sum.hpp"
#include "core/problem/sample_problem.hpp"

namespace taubar::problem {

struct NetworkSpec {
  enum class Job { classification, regression };
  Job job = Job::classification;
  NetworkShape shape{{10}, Activation::tanh};

  /// `task`, `layers`, `activation`.
  void fields(config::Fields& f);

  data::Targets targets() const {
    return job == Job::regression ? data::Targets::numbers : data::Targets::classes;
  }
  /// Two classes: one margin and the logistic loss; K > 2: K margins and softmax; regression: one margin, the mean, and
  /// the given variance. InputError for labels that are all alike.
  Task task(std::vector<double> labels, const std::string& source, double variance) const;
};

/// A problem of data whose model is a network; `Base` says how its losses become F and the f_i.
template <class Base>
struct NetworkProblemSpec : Base {
  NetworkSpec network;

 protected:
  data::Targets targets() const override { return network.targets(); }
  double unknowns(std::int64_t features, std::int64_t outputs) const override {
    return network_unknowns(network.shape, features, outputs);
  }
  std::shared_ptr<const SampleTerms> terms(FeatureMatrix features, Task task) const override {
    return std::make_shared<NetworkSum>(std::move(features), std::move(task.targets), std::move(task.loss),
                                        network.shape);
  }
  std::shared_ptr<const Problem> risk(std::shared_ptr<const SampleTerms> training, Shares shares,
                                      std::shared_ptr<const SampleTerms> held_out) const override {
    return std::make_shared<EmpiricalRisk>(std::move(training), std::move(shares), std::move(held_out));
  }
};

}  // namespace taubar::problem
