// U(θ) = Σ_s −log p(y_s | a_s, θ) + ‖θ‖²/(2σ²), m the margins of a multilayer perceptron (network_sum.hpp). Classes:
// p from logistic or softmax margins. Numbers: p = N(y; m, noise²), so that −log p = (y − m)²/(2 noise²) but for a
// constant.
#include "core/config/fields.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/network_spec.hpp"
#include "core/problem/posterior.hpp"

namespace taubar::problem {
namespace {

struct BayesianNeuralNetwork final : NetworkProblemSpec<PosteriorSpec> {
  std::optional<double> noise;  ///< regression; 0.1

  void fields(config::Fields& f) override {
    PosteriorSpec::fields(f);
    network.fields(f);
    f.real("noise", noise, config::between(1e-100, 1e100),
           "regression: standard deviation of the likelihood N(y; m, noise²) (default 0.1)");
    f.demand(!noise || network.job == NetworkSpec::Job::regression, "noise", "goes with task \"regression\" only");
  }
  Task task(std::vector<double> labels, const std::string& source) const override {
    const double deviation = noise.value_or(0.1);
    return network.task(std::move(labels), source, deviation * deviation);
  }
};

}  // namespace

const config::Entry<ProblemSpec> bayesian_neural_network_entry{
    "bayesian_neural_network",
    "posterior of a multilayer perceptron with a Gaussian prior, for classes or numbers: U = −Σ log p(y|a,θ) + "
    "‖θ‖²/(2σ²)",
    "Neal, Bayesian Learning for Neural Networks, 1996",
    R"({"kind": "bayesian_neural_network", "task": "regression", "layers": [6], "noise": 0.2,
        "data": {"generator": "sine", "rows": 60, "noise": 0.2, "held_out": 0.25}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<BayesianNeuralNetwork>(); }};

}  // namespace taubar::problem
