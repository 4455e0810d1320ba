#include "core/algorithm/first_come_server.hpp"

#include "core/algorithm/builders.hpp"
#include "core/algorithm/gradient_worker.hpp"
#include "core/algorithm/job_book.hpp"

namespace taubar::algorithm {
namespace {

/// x^{k+1} = x^k − α g
class GradientStep final : public ArrivalRule {
 public:
  explicit GradientStep(DelayRule rule) : rule_(std::move(rule)) {}

  bool update(VectorView x, const ConstVectorView& g, std::int64_t k, std::int64_t delay, Time) override {
    const auto step = rule_(k, delay);
    if (step) x -= *step * g;
    return step.has_value();
  }

 private:
  DelayRule rule_;
};

class FirstComeServer final : public agent::AgentProgram {
 public:
  FirstComeServer(std::unique_ptr<ArrivalRule> rule, const Vector& start, std::size_t workers)
      : rule_(std::move(rule)), vectors_(1, start.size()), jobs_(workers) {
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
    if (rule_->update(x(), as_vector(message.values), jobs_.version(), *delay, runtime.now())) {
      jobs_.use(*delay);
      jobs_.update();
    } else {
      jobs_.drop(*delay);
    }
    ask(runtime, message.from);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    jobs_.state(visitor);
  }
  std::optional<agent::ServerFigures> server_figures() const override { return jobs_.figures(); }
  const trace::Staleness* delays() const override { return &jobs_.delays(); }
  const trace::Draws* draws() const override { return rule_->draws(); }
  std::span<const double> particles() const override { return rule_->draws() ? iterate() : std::span<const double>(); }

 private:
  /// Sends the present x to the worker.
  void ask(agent::Runtime& runtime, AgentId worker) {
    send_values(runtime, worker, model_message, jobs_.begin(worker), vectors_.span(0));
  }
  VectorView x() { return vectors_[0]; }

  std::unique_ptr<ArrivalRule> rule_;
  VectorStack vectors_;  ///< x
  JobBook jobs_;         ///< its version is k
};

}  // namespace

Programs build_first_come(const Inputs& inputs, std::unique_ptr<ArrivalRule> rule) {
  const Vector start = common_start(inputs.initial);
  auto programs = one_program_an_agent(
      inputs, [&](AgentId i) { return std::make_unique<GradientWorker>(inputs, start, i); });
  programs.push_back(std::make_unique<FirstComeServer>(std::move(rule), start, inputs.graph.agents()));
  return programs;
}

Programs build_first_come(const Inputs& inputs, DelayRule rule) {
  return build_first_come(inputs, std::make_unique<GradientStep>(std::move(rule)));
}

double expected_bytes_of_first_come(const Scale& scale) {
  return GradientWorker::expected_bytes(scale.dimension, 1) + JobBook::bytes_per_worker +
         (sizeof(FirstComeServer) + 8 * scale.dimension) / scale.agents;
}

}  // namespace taubar::algorithm
