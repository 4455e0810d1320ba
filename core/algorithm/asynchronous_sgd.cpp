// Asynchronous SGD: the server applies each gradient as it comes, and nobody waits.
//   x^{k+1} = x^k − α_k ∇f_{i_k}(x^{k−τ_k}; ξ_k)
// k = 0, 1, … counts the server's updates; worker i_k's gradient comes as number k; its delay τ_k is the number of
// updates since x^{k−τ_k} was sent to it; it is sent x^{k+1} next. The step by `rule`, with n workers:
//   constant          α_k = α(k)
//   delay_adaptive    α_k = α(k) · n / max(n, τ_k)
//   dropping          α_k = α(k) where τ_k <= threshold; else the gradient is dropped, and k stays
// dropping with threshold n is the delay-adaptive step of Koloskova et al. with the value 0 for late gradients; so is
// delay_adaptive, up to the strictness of an inequality, where α <= 1/(4 L n).
//
// The theory is for homogeneous data (f_i = F): a worker's f_i weighs as often as its gradients come. The server is
// agent n, without data or compute time; x^0 is the mean of the initial iterates. Duplicates are ignored; a lost
// message stops one worker for ever.
//
// Sources: Mishchenko, Bach, Even, Woodworth, "Asynchronous SGD beats minibatch SGD under arbitrary delays", NeurIPS
// 2022 (arXiv 2206.07638), the delay-adaptive rule as in the authors' program; Koloskova, Stich, Jaggi, "Sharper
// convergence guarantees for asynchronous SGD", NeurIPS 2022 (arXiv 2206.08307), theorems 6 and 8.
#include <algorithm>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/first_come_server.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

DelayRule delay_rule(StepSize step_size, const AsynchronousSgdOptions& options, std::int64_t workers) {
  switch (options.rule) {
    case AsynchronousSgdOptions::Rule::delay_adaptive:
      return [step_size, workers](std::int64_t k, std::int64_t delay) {
        const double scale = static_cast<double>(workers) / static_cast<double>(std::max(workers, delay));
        return std::optional(step_size->at(k) * scale);
      };
    case AsynchronousSgdOptions::Rule::dropping:
      return [step_size, threshold = options.threshold.value_or(workers)](std::int64_t k, std::int64_t delay) {
        return delay <= threshold ? std::optional(step_size->at(k)) : std::nullopt;
      };
    default:
      return [step_size](std::int64_t k, std::int64_t) { return std::optional(step_size->at(k)); };
  }
}

struct AsynchronousSgdSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  AsynchronousSgdOptions options;

  void fields(config::Fields& f) override {
    using Rule = AsynchronousSgdOptions::Rule;
    f.choice("step_size", step_size, schedules(), "α(k) over the server's updates k = 0, 1, …",
             config::required);
    f.one_of<Rule>("rule", options.rule,
                   {{"constant", Rule::constant},
                    {"delay_adaptive", Rule::delay_adaptive},
                    {"dropping", Rule::dropping}},
                   "the step for a gradient of delay τ: α(k), α(k)·n/max(n, τ), or α(k) where τ <= threshold");
    f.integer("threshold", options.threshold, config::at_least(0),
              "dropping: gradients with a longer delay are dropped; default: the number of workers");
    f.demand(!options.threshold || options.rule == Rule::dropping, "threshold",
             "is accepted with rule \"dropping\" only");
  }
  Programs build(const Inputs& inputs) const override {
    return build_asynchronous_sgd(inputs, step_size.spec, options);
  }
  Overlay overlay() const override { return Overlay::server; }
  bool asynchronous() const override { return true; }
  std::optional<std::int64_t> longest_delay(std::int64_t workers) const override {
    const bool drops = options.rule == AsynchronousSgdOptions::Rule::dropping;
    return drops ? std::optional(options.threshold.value_or(workers)) : std::nullopt;
  }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return expected_bytes_of_first_come(scale);
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_asynchronous_sgd(const Inputs& inputs, StepSize step_size, const AsynchronousSgdOptions& options) {
  const auto workers = static_cast<std::int64_t>(inputs.graph.agents());
  return build_first_come(inputs, delay_rule(std::move(step_size), options, workers));
}

extern const config::Entry<AlgorithmSpec> asynchronous_sgd;
const config::Entry<AlgorithmSpec> asynchronous_sgd{
    "asynchronous_sgd", "a server applies each gradient as it comes; the step may depend on its delay",
    "Mishchenko, Bach, Even, Woodworth, Asynchronous SGD beats minibatch SGD under arbitrary delays, NeurIPS 2022",
    R"({"kind": "asynchronous_sgd", "step_size": 0.05, "rule": "delay_adaptive"})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<AsynchronousSgdSpec>(); }};

}  // namespace taubar::algorithm
