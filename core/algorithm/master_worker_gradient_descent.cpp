// Gradient descent with a server, in rounds: the server holds x ∈ R^d, the n workers the f_i. Round k:
//   server:    send x^k to every worker
//   worker i:  g_i = ∇f_i(x^k), sent to the server
//   server:    x^{k+1} = x^k − α(k) (1/n) Σ_i g_i      when all have come, summed in increasing i
// The server is agent n, without data or compute time; x^0 is the mean of the initial iterates. Duplicates
// are ignored; a lost message stops everyone.
//
// Source: Li et al., "Scaling distributed machine learning with the parameter server", OSDI 2014,
// algorithm 1.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/round_buffer.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

constexpr agent::MessageKind model = 2;
constexpr agent::MessageKind gradient = 3;

void send_values(agent::Runtime& runtime, AgentId to, agent::MessageKind kind, std::int64_t round,
                 std::span<const double> values) {
  agent::Payload payload = runtime.payload(kind, round, values.size());
  as_vector(payload.values()) = as_vector(values);
  runtime.send(to, std::move(payload));
}

class Worker final : public agent::AgentProgram {
 public:
  Worker(const Inputs& inputs, const Vector& start, AgentId i)
      : gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        server_(static_cast<AgentId>(inputs.graph.agents())),
        vectors_(2, start.size()) {
    x() = start;
  }

  void on_start(agent::Runtime&) override {}
  void compute() override { gradient_(x(), g()); }

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    if (message.stamp <= round_) return;  // a duplicate
    round_ = message.stamp;
    x() = as_vector(message.values);
    runtime.begin_compute(gradient_.samples());
  }

  void on_compute_done(agent::Runtime& runtime) override {
    // g_i = ∇f_i(x^k), sent to the server
    send_values(runtime, server_, gradient, round_, vectors_.span(1));
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.integer(round_);
  }

 private:
  VectorView x() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }

  problem::GradientOracle gradient_;
  AgentId server_;
  VectorStack vectors_;      ///< x, gradient
  std::int64_t round_ = -1;  ///< of x; -1 before the first
};

class Server final : public agent::AgentProgram {
 public:
  Server(StepSize step_size, const Vector& start, std::size_t workers)
      : step_size_(std::move(step_size)),
        workers_(workers),
        vectors_(2, start.size()),
        received_(workers, vectors_.span(0).size()) {
    x() = start;
  }

  void on_start(agent::Runtime& runtime) override { begin_round(runtime); }
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    received_.store(message.stamp, message.from, message.values);
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

 private:
  void begin_round(agent::Runtime& runtime) {
    // Send x^k to every worker.
    for (std::size_t i = 0; i < workers_; ++i)
      send_values(runtime, static_cast<AgentId>(i), model, received_.round(), vectors_.span(0));
  }

  VectorView x() { return vectors_[0]; }
  VectorView sum() { return vectors_[1]; }

  StepSize step_size_;
  std::size_t workers_;
  VectorStack vectors_;   ///< x, Σ_i g_i
  RoundBuffer received_;  ///< the workers' gradients; its round is k
};

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
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    // Two vectors of the worker, and its place in the server's buffer.
    return sizeof(Worker) + sizeof(void*) + 8 * 2 * scale.dimension +
           RoundBuffer::expected_bytes(1, scale.dimension, 1) + 2 * allocation_overhead;
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_master_worker_gradient_descent(const Inputs& inputs, StepSize step_size) {
  const Vector start = common_start(inputs.initial);
  auto programs =
      one_program_an_agent(inputs, [&](AgentId i) { return std::make_unique<Worker>(inputs, start, i); });
  programs.push_back(std::make_unique<Server>(std::move(step_size), start, inputs.graph.agents()));
  return programs;
}

extern const config::Entry<AlgorithmSpec> master_worker_gradient_descent;
const config::Entry<AlgorithmSpec> master_worker_gradient_descent{
    "master_worker_gradient_descent", "a server averages the gradients of all agents, round by round",
    "Li et al., Scaling distributed machine learning with the parameter server, OSDI 2014, algorithm 1",
    R"({"kind": "master_worker_gradient_descent", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<MasterWorkerGradientDescentSpec>(); }};

}  // namespace taubar::algorithm
