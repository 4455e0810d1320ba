// Gradient descent with a server, in rounds: the server holds x ∈ R^d, the n workers the f_i. Round k:
//   server:    send x^k to every worker
//   worker i:  g_i = ∇f_i(x^k), sent to the server
//   server:    x^{k+1} = x^k − α(k) (1/n) Σ_i g_i      when all have come, summed in increasing i
// The server is agent n, without data or compute time; x^0 is the mean of the initial iterates. Duplicates
// are ignored; a lost message stops everyone.
//
// Source: Li et al., "Scaling distributed machine learning with the parameter server", OSDI 2014,
// algorithm 1.
#include "core/algorithm/round_server.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

struct MasterWorkerGradientDescentSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the server's rounds k = 0, 1, …",
             config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_master_worker_gradient_descent(inputs, step_size.spec);
  }
  Overlay overlay() const override { return Overlay::server; }
  std::int64_t gradients_an_update(std::int64_t workers) const override { return workers; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return expected_bytes_of_rounds(scale, 1);
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_master_worker_gradient_descent(const Inputs& inputs, StepSize step_size) {
  return build_rounds(inputs, std::move(step_size), 1);
}

extern const config::Entry<AlgorithmSpec> master_worker_gradient_descent;
const config::Entry<AlgorithmSpec> master_worker_gradient_descent{
    "master_worker_gradient_descent", "a server averages the gradients of all agents, round by round",
    "Li et al., Scaling distributed machine learning with the parameter server, OSDI 2014, algorithm 1",
    R"({"kind": "master_worker_gradient_descent", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<MasterWorkerGradientDescentSpec>(); }};

}  // namespace taubar::algorithm
