// Elastic averaging SGD: a server holds the centre x̃ ∈ R^d, worker i an iterate x_i of its own, and an elastic force pulls
// both towards each other. An exchange of worker i, with its local iterations t = 0, 1, … and `period` τ of them:
//   s = α (x_i − x̃)                             x̃ as the server sent it; s is sent to the server, which adds it to x̃
//   x_i ← x_i − η(t) ∇f_i(x_i; ξ) − s           the first local step; the force is that before the step
//   x_i ← x_i − η(t) ∇f_i(x_i; ξ)               τ − 1 steps more
// Asynchronous: each worker asks for x̃, goes on when it comes, and never waits for anything else; x̃ ← x̃ + s as it comes.
// Synchronous: in round k everybody has x̃^k, and x̃^{k+1} = x̃^k + Σ_i s_i once all have come, summed in increasing i; with
// τ = 1 that is  x_i' = x_i − η g_i(x_i) − α (x_i − x̃),  x̃' = x̃ + α Σ_i (x_i − x̃).  The sums travel while workers compute.
//
// x_i(0) is agent i's initial iterate, x̃^0 the mean of all. The server is agent n, without data or compute time. Forces of
// one worker are added in the order in which it sent them, whatever overtakes what (MPI's rule, on which the authors'
// program rests): a worker that asks before its last force has come is answered after it. Duplicates are ignored; a lost
// message stops one worker for ever, in rounds everyone.
//
// Where the f_i differ, Σ_i ∇f_i(x_i) = 0 is reached at x_i ≠ x̃: with unequal curvatures x̃ is then not the minimiser, nor
// under unequal rates.
//
// Source: Zhang, Choromanska, LeCun, "Deep learning with elastic averaging SGD", NeurIPS 2015 (arXiv 1412.6651),
// algorithm 1, in the order of the authors' program (mpiT, optim-eamsgd.lua), without momentum.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/gradient_worker.hpp"
#include "core/algorithm/job_book.hpp"
#include "core/algorithm/round_buffer.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

/// To the server, without values: the centre is asked for, exchange number `stamp` of this worker.
constexpr agent::MessageKind centre_request = 4;
/// To the server: s of that exchange.
constexpr agent::MessageKind force_message = 5;

class ElasticWorker final : public agent::AgentProgram {
 public:
  ElasticWorker(const Inputs& inputs, StepSize step_size, AgentId i, const ElasticAveragingOptions& options)
      : step_size_(std::move(step_size)),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        options_(options),
        server_(static_cast<AgentId>(inputs.graph.agents())),
        vectors_(3, inputs.initial.cols()) {
    x() = inputs.initial.row(i).transpose();
  }

  void on_start(agent::Runtime& runtime) override { ask(runtime); }
  void compute() override { gradient_(x(), g()); }

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    if (message.stamp != exchange_) return;  // a duplicate
    // s = α (x − x̃)
    s() = options_.elasticity * (x() - as_vector(message.values));
    send_values(runtime, server_, force_message, exchange_, vectors_.span(2));
    ++exchange_;
    runtime.begin_compute(gradient_.samples());
  }

  void on_compute_done(agent::Runtime& runtime) override {
    // x ← x − η(t) g, and − s at the first step of an exchange
    x() -= step_size_->at(steps_) * g();
    if (steps_ % options_.period == 0) x() -= s();
    ++steps_;
    if (steps_ % options_.period != 0) return runtime.begin_compute(gradient_.samples());
    ask(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.reals(vectors_.span(2));
    visitor.integer(exchange_);
    visitor.integer(steps_);
  }

  /// Its own block may be just above a cache line: rounding then adds more than on average.
  static double expected_bytes(double dimension) {
    return sizeof(ElasticWorker) + sizeof(void*) + 8 * 3 * dimension + 3 * allocation_overhead;
  }

 private:
  /// In rounds the centre comes unasked.
  void ask(agent::Runtime& runtime) {
    if (!options_.synchronous) send_values(runtime, server_, centre_request, exchange_, {});
  }
  VectorView x() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }
  VectorView s() { return vectors_[2]; }

  StepSize step_size_;
  problem::GradientOracle gradient_;
  ElasticAveragingOptions options_;
  AgentId server_;
  VectorStack vectors_;         ///< x, gradient, s
  std::int64_t exchange_ = 0;   ///< the number of the next
  std::int64_t steps_ = 0;      ///< t
};

/// No gradient comes to the server: of its figures only the updates of x̃ mean anything. Its delays are those of the forces.
agent::ServerFigures figures_after(std::int64_t updates) {
  agent::ServerFigures figures;
  figures.updates = updates;
  return figures;
}

class ElasticServer final : public agent::AgentProgram {
 public:
  ElasticServer(const Vector& start, std::size_t workers) : vectors_(1, start.size()), jobs_(workers), asked_(workers, 0) {
    centre() = start;
  }

  void on_start(agent::Runtime&) override {}
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    const AgentId worker = message.from;
    if (message.kind == centre_request) {
      if (message.stamp != asked_[worker]) return;  // a duplicate
      ++asked_[worker];
    } else {
      const auto delay = jobs_.end(worker, message.stamp);
      if (!delay) return;  // a duplicate
      // x̃ ← x̃ + s
      centre() += as_vector(message.values);
      jobs_.use(*delay);
      jobs_.update();
    }
    if (asked_[worker] > jobs_.begun(worker) && !jobs_.busy(worker))
      send_values(runtime, worker, model_message, jobs_.begin(worker), vectors_.span(0));
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    jobs_.state(visitor);
    for (auto& asked : asked_) visitor.integer(asked);
  }
  std::optional<agent::ServerFigures> server_figures() const override { return figures_after(jobs_.version()); }
  const trace::Staleness* delays() const override { return &jobs_.delays(); }

  static constexpr double bytes_per_worker = JobBook::bytes_per_worker + 8;

 private:
  VectorView centre() { return vectors_[0]; }

  VectorStack vectors_;              ///< x̃
  JobBook jobs_;                     ///< exchanges under way: answered, and their force has not come
  std::vector<std::int64_t> asked_;  ///< exchanges that each worker has asked for
};

class ElasticRoundServer final : public agent::AgentProgram {
 public:
  ElasticRoundServer(const Vector& start, std::size_t workers)
      : vectors_(2, start.size()), workers_(workers), received_(workers, vectors_.span(0).size()) {
    centre() = start;
  }

  void on_start(agent::Runtime& runtime) override { begin_round(runtime); }
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    if (!received_.store(message.stamp, message.from, message.values)) return;
    delays_.add(0);
    if (!received_.complete()) return;
    // x̃^{k+1} = x̃^k + Σ_i s_i
    sum().setZero();
    for (std::size_t i = 0; i < workers_; ++i) sum() += as_vector(received_.values(i));
    centre() += sum();
    received_.next_round();
    begin_round(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    received_.state(visitor);
  }
  std::optional<agent::ServerFigures> server_figures() const override { return figures_after(received_.round()); }
  const trace::Staleness* delays() const override { return &delays_; }

 private:
  void begin_round(agent::Runtime& runtime) {
    for (std::size_t i = 0; i < workers_; ++i)
      send_values(runtime, static_cast<AgentId>(i), model_message, received_.round(), vectors_.span(0));
  }
  VectorView centre() { return vectors_[0]; }
  VectorView sum() { return vectors_[1]; }

  VectorStack vectors_;   ///< x̃, Σ_i s_i
  std::size_t workers_;
  RoundBuffer received_;  ///< the workers' s; its round is k
  trace::Staleness delays_;
};

struct ElasticAveragingSgdSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  ElasticAveragingOptions options;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "η(t) over a worker's own local steps t = 0, 1, …", config::required);
    f.real("elasticity", options.elasticity, config::positive,
           "α: the share of x_i − x̃ that an exchange moves both by; the authors take 0.9 / workers", config::required);
    f.integer("period", options.period, config::at_least(1), "τ: local steps from one exchange to the next");
    f.flag("synchronous", options.synchronous, "exchanges in rounds, all with the same centre");
  }
  Programs build(const Inputs& inputs) const override {
    return build_elastic_averaging_sgd(inputs, step_size.spec, options);
  }
  Overlay overlay() const override { return Overlay::server; }
  bool asynchronous() const override { return !options.synchronous; }
  std::int64_t gradients_an_update(std::int64_t) const override { return 0; }
  std::optional<Elasticity> elasticity() const override {
    return Elasticity{options.elasticity, options.period};
  }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    const bool rounds = options.synchronous;
    const double of_worker = rounds ? RoundBuffer::expected_bytes(1, scale.dimension, 1) : ElasticServer::bytes_per_worker;
    const double server = rounds ? sizeof(ElasticRoundServer) : sizeof(ElasticServer);
    return ElasticWorker::expected_bytes(scale.dimension) + of_worker + (server + 8 * 2 * scale.dimension) / scale.agents;
  }
  double expected_messages_per_step(double) const override { return 2; }
};

}  // namespace

Programs build_elastic_averaging_sgd(const Inputs& inputs, StepSize step_size, const ElasticAveragingOptions& options) {
  const Vector start = common_start(inputs.initial);
  auto programs = one_program_an_agent(
      inputs, [&](AgentId i) { return std::make_unique<ElasticWorker>(inputs, step_size, i, options); });
  if (options.synchronous)
    programs.push_back(std::make_unique<ElasticRoundServer>(start, inputs.graph.agents()));
  else
    programs.push_back(std::make_unique<ElasticServer>(start, inputs.graph.agents()));
  return programs;
}

extern const config::Entry<AlgorithmSpec> elastic_averaging_sgd;
const config::Entry<AlgorithmSpec> elastic_averaging_sgd{
    "elastic_averaging_sgd", "workers with iterates of their own, tied to a centre at a server by an elastic force",
    "Zhang, Choromanska, LeCun, Deep learning with elastic averaging SGD, NeurIPS 2015",
    R"({"kind": "elastic_averaging_sgd", "step_size": 0.1, "elasticity": 0.1, "period": 2})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<ElasticAveragingSgdSpec>(); }};

}  // namespace taubar::algorithm
