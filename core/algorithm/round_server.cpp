#include "core/algorithm/round_server.hpp"

#include "core/algorithm/gradient_worker.hpp"
#include "core/algorithm/round_buffer.hpp"

namespace taubar::algorithm {
namespace {

class RoundServer final : public agent::AgentProgram {
 public:
  RoundServer(StepSize step_size, const Vector& start, std::size_t workers)
      : step_size_(std::move(step_size)),
        vectors_(2, start.size()),
        workers_(workers),
        received_(workers, vectors_.span(0).size()) {
    x() = start;
  }

  void on_start(agent::Runtime& runtime) override { begin_round(runtime); }
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    if (!received_.store(message.stamp, message.from, message.values)) return;
    delays_.add(0);
    concurrency_sum_ += in_flight() + 1;
    if (!received_.complete()) return;
    // x^{k+1} = x^k − α(k) (1/n) Σ_i g_i
    sum().setZero();
    for (std::size_t i = 0; i < workers_; ++i) sum() += as_vector(received_.values(i));
    x() -= (step_size_->at(received_.round()) / static_cast<double>(workers_)) * sum();
    received_.next_round();
    begin_round(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    received_.state(visitor);
  }
  /// Every gradient is used in the round it was asked in.
  std::optional<agent::ServerFigures> server_figures() const override {
    agent::ServerFigures figures;
    figures.updates = received_.round();
    figures.applied = delays_.count();
    figures.in_flight = in_flight();
    figures.concurrency_sum = concurrency_sum_;
    if (figures.applied > 0) figures.concurrency_max = static_cast<std::int64_t>(workers_);
    return figures;
  }
  const trace::Staleness* delays() const override { return &delays_; }

 private:
  void begin_round(agent::Runtime& runtime) {
    // Send x^k to every worker.
    for (std::size_t i = 0; i < workers_; ++i)
      send_values(runtime, static_cast<AgentId>(i), model_message, received_.round(), vectors_.span(0));
  }
  std::int64_t in_flight() const { return static_cast<std::int64_t>(workers_ - received_.heard()); }

  VectorView x() { return vectors_[0]; }
  VectorView sum() { return vectors_[1]; }

  StepSize step_size_;
  VectorStack vectors_;   ///< x, Σ_i g_i
  std::size_t workers_;
  RoundBuffer received_;  ///< the workers' gradients; its round is k
  trace::Staleness delays_;
  std::int64_t concurrency_sum_ = 0;
};

}  // namespace

Programs build_rounds(const Inputs& inputs, StepSize step_size, std::int64_t batch) {
  const Vector start = common_start(inputs.initial);
  auto programs = one_program_an_agent(
      inputs, [&](AgentId i) { return std::make_unique<GradientWorker>(inputs, start, i, batch); });
  programs.push_back(std::make_unique<RoundServer>(std::move(step_size), start, inputs.graph.agents()));
  return programs;
}

double expected_bytes_of_rounds(const Scale& scale, std::int64_t batch) {
  return GradientWorker::expected_bytes(scale.dimension, batch) + RoundBuffer::expected_bytes(1, scale.dimension, 1) +
         (sizeof(RoundServer) + 8 * 2 * scale.dimension) / scale.agents;
}

}  // namespace taubar::algorithm
