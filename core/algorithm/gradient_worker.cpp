#include "core/algorithm/gradient_worker.hpp"

#include "core/algorithm/builders.hpp"

namespace taubar::algorithm {

void send_values(agent::Runtime& runtime, AgentId to, agent::MessageKind kind, std::int64_t number,
                 std::span<const double> values) {
  agent::Payload payload = runtime.payload(kind, number, values.size());
  as_vector(payload.values()) = as_vector(values);
  runtime.send(to, std::move(payload));
}

GradientWorker::GradientWorker(const Inputs& inputs, const Vector& start, AgentId i, std::int64_t batch)
    : gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
      server_(static_cast<AgentId>(inputs.graph.agents())),
      batch_(batch),
      vectors_(batch > 1 ? 3 : 2, start.size()) {
  x() = start;
}

void GradientWorker::on_message(agent::Runtime& runtime, const agent::Message& message) {
  if (message.stamp <= job_) return;  // a duplicate
  job_ = message.stamp;
  x() = as_vector(message.values);
  runtime.begin_compute(gradient_.samples());
}

void GradientWorker::on_compute_done(agent::Runtime& runtime) {
  if (batch_ == 1) return send_values(runtime, server_, gradient_message, job_, vectors_.span(1));
  if (done_ == 0) sum().setZero();
  sum() += g();
  if (++done_ < batch_) return runtime.begin_compute(gradient_.samples());
  // g_i = (1/batch) Σ_b ∇f_i(x; ξ_b)
  done_ = 0;
  sum() /= static_cast<double>(batch_);
  send_values(runtime, server_, gradient_message, job_, vectors_.span(2));
}

void GradientWorker::state(agent::StateVisitor& visitor) {
  visitor.reals(vectors_.span(0));
  visitor.integer(job_);
  if (batch_ == 1) return;
  visitor.reals(vectors_.span(2));
  visitor.integer(done_);
}

double GradientWorker::expected_bytes(double dimension, std::int64_t batch) {
  return sizeof(GradientWorker) + sizeof(void*) + 8 * (batch > 1 ? 3 : 2) * dimension + 2 * allocation_overhead;
}

}  // namespace taubar::algorithm
