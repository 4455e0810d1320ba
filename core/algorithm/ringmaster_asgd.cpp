// Ringmaster ASGD: asynchronous SGD that applies only gradients that are young enough.
//   on g = ∇f_i(x^{k−τ}; ξ):   τ < threshold:  x^{k+1} = x^k − α(k) g,  k ← k + 1;   else g is dropped
//   either way worker i goes on at the present x.
// k = 0, 1, … counts the server's updates, τ those since x^{k−τ} was sent to the worker. threshold 1 is SGD with
// whoever comes first; with threshold R = max{1, ⌈σ²/ε⌉} the method attains the optimal time complexity.
//
// The theory is for homogeneous data (f_i = F): a worker's f_i weighs as often as its gradients are applied. The
// server is agent n, without data or compute time; x^0 is the mean of the initial iterates. Duplicates are ignored; a
// lost message stops one worker for ever.
//
// Source: Maranjyan, Tyurin, Richtárik, "Ringmaster ASGD: the first asynchronous SGD with optimal time complexity",
// ICML 2025, algorithm 1 (without the stops of algorithm 2: a late gradient is computed to its end).
#include "core/algorithm/builders.hpp"
#include "core/algorithm/first_come_server.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

struct RingmasterAsgdSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  std::int64_t threshold = 0;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the server's updates k = 0, 1, …",
             config::required);
    f.integer("threshold", threshold, config::at_least(1),
              "R: gradients with a delay of R updates or more are dropped", config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_ringmaster_asgd(inputs, step_size.spec, threshold);
  }
  Overlay overlay() const override { return Overlay::server; }
  bool asynchronous() const override { return true; }
  std::optional<std::int64_t> longest_delay(std::int64_t) const override { return threshold - 1; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return expected_bytes_of_first_come(scale);
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_ringmaster_asgd(const Inputs& inputs, StepSize step_size, std::int64_t threshold) {
  return build_first_come(inputs, [step_size, threshold](std::int64_t k, std::int64_t delay) {
    return delay < threshold ? std::optional(step_size->at(k)) : std::nullopt;
  });
}

extern const config::Entry<AlgorithmSpec> ringmaster_asgd;
const config::Entry<AlgorithmSpec> ringmaster_asgd{
    "ringmaster_asgd", "asynchronous SGD that drops gradients with a delay of `threshold` updates or more",
    "Maranjyan, Tyurin, Richtárik, Ringmaster ASGD: the first asynchronous SGD with optimal time complexity, ICML 2025",
    R"({"kind": "ringmaster_asgd", "step_size": 0.05, "threshold": 8})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<RingmasterAsgdSpec>(); }};

}  // namespace taubar::algorithm
