// Gradient descent with a ring all-reduce: agents on a ring hold the same x ∈ R^d and add up their gradients
// in pieces.
//
// A vector is n chunks of ⌈d/n⌉ values (the last ones shorter or empty); agent i talks to agent i + 1 only,
// all numbers modulo n. Round k:
//   g ← ∇f_i(x)
//   reduce-scatter, s = 0 … n−2:     send chunk i − s of g;  add what arrives to chunk i − s − 1
//   all-gather,     s = n−1 … 2n−3:  send chunk i − s of g;  put what arrives in place of chunk i − s − 1
//   x ← x − α(k) g / n               g is now Σ_j ∇f_j(x), the same bits everywhere
// 2(n − 1) messages an agent and round, about 2d values in all whatever n; an agent works as soon as its
// predecessor's piece is there, so a straggler holds up the ring. Empty chunks are sent too, as headers. x^0
// is the mean of the initial iterates. Duplicates are ignored; a lost message stops everyone.
//
// Source: Patarasuk, Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", JPDC
// 69(2), 2009.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/round_buffer.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

constexpr agent::MessageKind chunk = 2;

class AllReduceGradientDescent final : public agent::AgentProgram {
 public:
  AllReduceGradientDescent(StepSize step_size, const Inputs& inputs, const Vector& start, AgentId i)
      : step_size_(std::move(step_size)),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        i_(i),
        n_(static_cast<std::int64_t>(inputs.graph.agents())),
        chunk_size_((start.size() + n_ - 1) / n_),
        vectors_(2, start.size()),
        received_(1, static_cast<std::size_t>(chunk_size_)) {
    x() = start;
  }

  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(gradient_.samples()); }
  void compute() override { gradient_(x(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    reducing_ = true;
    if (steps() == 0) return finish_round(runtime);
    send_chunk(runtime, 0);
    for (const auto& message : runtime.take_inbox()) store(message);
    advance(runtime);
  }

  /// Only while reducing.
  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    store(message);
    advance(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.integer(round_);
    std::int64_t reducing = reducing_;
    visitor.integer(reducing);
    reducing_ = reducing != 0;
    if (reducing_) visitor.reals(vectors_.span(1));
    received_.state(visitor);
  }

 private:
  /// Messages an agent sends, and receives, in a round.
  std::int64_t steps() const { return 2 * (n_ - 1); }

  /// Chunk `number` modulo n of the gradient.
  VectorView chunk_of_gradient(std::int64_t number) {
    const std::int64_t d = vectors_.dimension(), c = (number % n_ + n_) % n_;
    const std::int64_t begin = std::min(d, c * chunk_size_), end = std::min(d, (c + 1) * chunk_size_);
    return {vectors_.span(1).data() + begin, end - begin};
  }

  void store(const agent::Message& message) { received_.store(message.stamp, 0, message.values); }

  void send_chunk(agent::Runtime& runtime, std::int64_t step) {
    const VectorView piece = chunk_of_gradient(i_ - step);
    agent::Payload payload =
        runtime.payload(chunk, round_ * steps() + step, static_cast<std::size_t>(piece.size()));
    as_vector(payload.values()) = piece;
    runtime.send(static_cast<AgentId>((i_ + 1) % n_), std::move(payload));
  }

  /// Works off what the predecessor has sent, in the order of the steps.
  void advance(agent::Runtime& runtime) {
    while (received_.complete()) {
      const std::int64_t step = received_.round() - round_ * steps();
      VectorView piece = chunk_of_gradient(i_ - step - 1);
      const ConstVectorView arrived(received_.values(0).data(), piece.size());
      if (step < n_ - 1)
        piece += arrived;
      else
        piece = arrived;
      received_.next_round();
      if (step + 1 == steps()) return finish_round(runtime);
      send_chunk(runtime, step + 1);
    }
  }

  void finish_round(agent::Runtime& runtime) {
    // x ← x − α(k) g / n
    x() -= (step_size_->at(round_) / static_cast<double>(n_)) * g();
    reducing_ = false;
    ++round_;
    runtime.begin_compute(gradient_.samples());
  }

  VectorView x() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }

  StepSize step_size_;
  problem::GradientOracle gradient_;
  std::int64_t i_, n_;
  std::int64_t chunk_size_;
  VectorStack vectors_;     ///< x, gradient (while reducing: partly summed up)
  RoundBuffer received_;    ///< the predecessor's chunks, numbered through all rounds
  std::int64_t round_ = 0;  ///< k
  bool reducing_ = false;
};

struct AllReduceGradientDescentSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the rounds k = 0, 1, …", config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_all_reduce_gradient_descent(inputs, step_size.spec);
  }
  Overlay overlay() const override { return Overlay::ring; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    // x, gradient; the predecessor is at most n − 1 chunks ahead, which is d values, and the window is a
    // power of two.
    return sizeof(AllReduceGradientDescent) + sizeof(void*) + 8 * 4 * scale.dimension +
           5 * allocation_overhead;
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_all_reduce_gradient_descent(const Inputs& inputs, StepSize step_size) {
  const Vector start = common_start(inputs.initial);
  return one_program_an_agent(inputs, [&](AgentId i) {
    return std::make_unique<AllReduceGradientDescent>(step_size, inputs, start, i);
  });
}

extern const config::Entry<AlgorithmSpec> all_reduce_gradient_descent;
const config::Entry<AlgorithmSpec> all_reduce_gradient_descent{
    "all_reduce_gradient_descent",
    "gradients are summed over a ring of all agents, piece by piece, in rounds",
    "Patarasuk, Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations, JPDC 69(2), 2009",
    R"({"kind": "all_reduce_gradient_descent", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<AllReduceGradientDescentSpec>(); }};

}  // namespace taubar::algorithm
