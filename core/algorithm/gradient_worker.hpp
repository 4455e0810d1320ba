// The worker of methods with a server. It is sent a model x ∈ R^d, computes `batch` estimates of ∇f_i(x), one local step
// each, and sends their mean back:
//   on (model, number):  x_i ← x;   g_i ← (1/batch) Σ_b ∇f_i(x_i; ξ_b);   send (gradient, number)
// The server numbers the jobs of a worker upwards; a number that is not new is a duplicate and ignored. A worker has no
// more than one job at a time, and none for ever once a message of its exchange is lost.
#pragma once
#include "core/agent/program.hpp"
#include "core/algorithm/algorithm.hpp"
#include "core/algorithm/vector_stack.hpp"

namespace taubar::algorithm {

/// Messages between a server and its workers: d values each, the stamp is the number of the job.
inline constexpr agent::MessageKind model_message = 2;
inline constexpr agent::MessageKind gradient_message = 3;

void send_values(agent::Runtime& runtime, AgentId to, agent::MessageKind kind, std::int64_t number,
                 std::span<const double> values);

class GradientWorker final : public agent::AgentProgram {
 public:
  GradientWorker(const Inputs& inputs, const Vector& start, AgentId i, std::int64_t batch = 1);

  void on_start(agent::Runtime&) override {}
  void compute() override { gradient_(x(), g()); }
  void on_message(agent::Runtime& runtime, const agent::Message& message) override;
  void on_compute_done(agent::Runtime& runtime) override;

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override;

  /// Bytes of one, an upper estimate.
  static double expected_bytes(double dimension, std::int64_t batch);

 private:
  VectorView x() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }
  VectorView sum() { return vectors_[2]; }

  problem::GradientOracle gradient_;
  AgentId server_;
  std::int64_t batch_;
  VectorStack vectors_;    ///< x, gradient; with a batch also Σ of the estimates so far
  std::int64_t job_ = -1;  ///< the number of the last; −1 before the first
  std::int64_t done_ = 0;  ///< estimates of this job's batch
};

}  // namespace taubar::algorithm
