// Minibatch SGD: a server holds x ∈ R^d, the n workers the f_i. Round k:
//   server:    send x^k to every worker
//   worker i:  g_i = (1/batch) Σ_b ∇f_i(x^k; ξ_ib), `batch` local steps; sent to the server
//   server:    x^{k+1} = x^k − α(k) (1/n) Σ_i g_i      when all have come, summed in increasing i
// Every round lasts as long as its slowest worker. Unbiased for heterogeneous data as well: every f_i has its share.
// The server is agent n, without data or compute time; x^0 is the mean of the initial iterates. Duplicates are
// ignored; a lost message stops everyone.
//
// Source: Dekel, Gilad-Bachrach, Shamir, Xiao, "Optimal distributed online prediction using mini-batches", JMLR 13,
// 2012, algorithm 1 with a gradient step; as the baseline of Tyurin, Richtárik, "Optimal time complexities of parallel
// stochastic optimization methods under a fixed computation model", NeurIPS 2023.
#include "core/algorithm/round_server.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

struct MinibatchSgdSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  std::int64_t batch = 1;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the server's rounds k = 0, 1, …",
             config::required);
    f.integer("batch", batch, config::at_least(1), "gradients that each worker computes in a round");
  }
  Programs build(const Inputs& inputs) const override {
    return build_minibatch_sgd(inputs, step_size.spec, batch);
  }
  Overlay overlay() const override { return Overlay::server; }
  std::int64_t gradients_an_update(std::int64_t workers) const override { return workers * batch; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return expected_bytes_of_rounds(scale, batch);
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_minibatch_sgd(const Inputs& inputs, StepSize step_size, std::int64_t batch) {
  return build_rounds(inputs, std::move(step_size), batch);
}

extern const config::Entry<AlgorithmSpec> minibatch_sgd;
const config::Entry<AlgorithmSpec> minibatch_sgd{
    "minibatch_sgd", "a server waits for a minibatch from every worker, then steps with their mean",
    "Dekel, Gilad-Bachrach, Shamir, Xiao, Optimal distributed online prediction using mini-batches, JMLR 13, 2012",
    R"({"kind": "minibatch_sgd", "step_size": 0.1, "batch": 2})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<MinibatchSgdSpec>(); }};

}  // namespace taubar::algorithm
