// Rennala SGD: the server collects S gradients at its present iterate from whoever delivers, then steps.
//   on g = ∇f_i(y; ξ):   y = x^k:  G ← G + g, s ← s + 1;   else g is stale and ignored
//                        s = S:    x^{k+1} = x^k − α(k) G / S,  k ← k + 1,  G ← 0,  s ← 0
//   then worker i is sent the present x.
// k = 0, 1, … counts the server's updates; S = `batch`. Quick workers deliver several times in one round, slow ones
// are not waited for; stale gradients are never used.
//
// The theory is for homogeneous data (f_i = F): a worker's f_i weighs as often as its gradients are collected. The
// server is agent n, without data or compute time; x^0 is the mean of the initial iterates. Duplicates are ignored; a
// lost message stops one worker for ever.
//
// Source: Tyurin, Richtárik, "Optimal time complexities of parallel stochastic optimization methods under a fixed
// computation model", NeurIPS 2023 (arXiv 2305.12387), Rennala SGD.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/gradient_worker.hpp"
#include "core/algorithm/job_book.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

class RennalaServer final : public agent::AgentProgram {
 public:
  RennalaServer(StepSize step_size, const Vector& start, std::size_t workers, std::int64_t batch)
      : step_size_(std::move(step_size)), batch_(batch), vectors_(2, start.size()), jobs_(workers) {
    x() = start;
  }

  void on_start(agent::Runtime& runtime) override {
    for (AgentId i = 0; i < jobs_.workers(); ++i) ask(runtime, i);
  }
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    const auto delay = jobs_.end(message.from, message.stamp);
    if (!delay) return;  // a duplicate
    if (*delay == 0)
      collect(as_vector(message.values));
    else
      jobs_.drop(*delay);
    ask(runtime, message.from);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.reals(vectors_.span(1));
    visitor.integer(collected_);
    jobs_.state(visitor);
  }
  std::optional<agent::ServerFigures> server_figures() const override { return jobs_.figures(); }
  const trace::Staleness* delays() const override { return &jobs_.delays(); }

 private:
  void collect(const ConstVectorView& g) {
    // G ← G + g, s ← s + 1
    sum() += g;
    jobs_.use(0);
    if (++collected_ < batch_) return;
    // x^{k+1} = x^k − α(k) G / S
    x() -= (step_size_->at(jobs_.version()) / static_cast<double>(batch_)) * sum();
    sum().setZero();
    collected_ = 0;
    jobs_.update();
  }
  /// Sends the present x to the worker.
  void ask(agent::Runtime& runtime, AgentId worker) {
    send_values(runtime, worker, model_message, jobs_.begin(worker), vectors_.span(0));
  }
  VectorView x() { return vectors_[0]; }
  VectorView sum() { return vectors_[1]; }

  StepSize step_size_;
  std::int64_t batch_;
  VectorStack vectors_;         ///< x, G
  std::int64_t collected_ = 0;  ///< s
  JobBook jobs_;                ///< its version is k
};

struct RennalaSgdSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  std::int64_t batch = 0;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the server's updates k = 0, 1, …",
             config::required);
    f.integer("batch", batch, config::at_least(1), "S: gradients at one iterate that make a step",
              config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_rennala_sgd(inputs, step_size.spec, batch);
  }
  Overlay overlay() const override { return Overlay::server; }
  std::int64_t gradients_an_update(std::int64_t) const override { return batch; }
  std::optional<std::int64_t> longest_delay(std::int64_t) const override { return 0; }
  bool asynchronous() const override { return true; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return GradientWorker::expected_bytes(scale.dimension, 1) + JobBook::bytes_per_worker +
           (sizeof(RennalaServer) + 8 * 2 * scale.dimension) / scale.agents;
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_rennala_sgd(const Inputs& inputs, StepSize step_size, std::int64_t batch) {
  const Vector start = common_start(inputs.initial);
  auto programs = one_program_an_agent(
      inputs, [&](AgentId i) { return std::make_unique<GradientWorker>(inputs, start, i); });
  programs.push_back(
      std::make_unique<RennalaServer>(std::move(step_size), start, inputs.graph.agents(), batch));
  return programs;
}

extern const config::Entry<AlgorithmSpec> rennala_sgd;
const config::Entry<AlgorithmSpec> rennala_sgd{
    "rennala_sgd", "a server collects `batch` gradients at its iterate from whoever delivers, then steps",
    "Tyurin, Richtárik, Optimal time complexities of parallel stochastic optimization methods, NeurIPS 2023",
    R"({"kind": "rennala_sgd", "step_size": 0.1, "batch": 4})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<RennalaSgdSpec>(); }};

}  // namespace taubar::algorithm
