// Token SGD: one iterate θ ∈ R^d travels with a token from agent to agent; whoever holds it improves it with its own f_i.
//   step n = 0, 1, … of the token, which is at X_n:
//     X_{n+1} ~ the walk (walk.hpp): from X_n along a link, or it stays; the token is sent there
//     x_{n+1} = x_n + γ_{n+1} (e_{X_{n+1}} − x_n)                      the walk's history, where it has one
//     g = ∇f_i(θ_n) or an estimate, i = X_{n+1}: a local step of that agent
//     sgd           θ_{n+1} = θ_n − α(n) g
//     heavy_ball    v ← m v + g;   θ_{n+1} = θ_n − α(n) v
//     adam          v ← m v + (1 − m) g;   s ← r s + (1 − r) g∘g
//                   θ_{n+1} = θ_n − α(n) v̂ / (√ŝ + ε),   v̂ = v / (1 − m^{n+1}),  ŝ = s / (1 − r^{n+1})
// The limit is the minimiser of Σ μ_i f_i, μ the walk's target: that of F where μ is uniform. With a self-repellent walk
// and α(n) of smaller order than γ_n, the variance of θ_n falls as 1/α² in the strength α (regime (i) of the source). Its
// β_n = (n+1)^−b is {"kind": "polynomial", "initial": 1, "power": b, "offset": 2}.
//
// A message holds θ, v and s where there are any, and the history where there is one: d to 3 d + n + 1 values. The token
// is at one place: other agents idle, a duplicate is ignored, and a lost message ends the run (stalled). The walk depends
// on the seed and the number of the step alone, so it is the same in every world. An agent's iterate is the last θ that
// it has seen; that of the run is the token's.
//
// Source: Hu, Doshi, Eun, "Accelerating distributed stochastic optimization via self-repellent random walks", ICLR 2024
// (arXiv 2401.09665); Adam: Kingma, Ba, ICLR 2015, algorithm 1.
#include <fmt/format.h>

#include <algorithm>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/base/error.hpp"
#include "core/base/math.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

constexpr agent::MessageKind token_message = 2;

using Optimizer = TokenSgdOptions::Optimizer;

/// v, s: how many of them the optimizer has.
int vectors_of(Optimizer optimizer) {
  if (optimizer == Optimizer::sgd) return 0;
  return optimizer == Optimizer::heavy_ball ? 1 : 2;
}

/// What all agents of a run share: the rules, and room for what a token brings beside θ. Only the one agent that holds
/// the token uses the room, inside its handlers.
struct Desk {
  Desk(const Inputs& inputs, StepSize steps, const TokenSgdOptions& given)
      : options(given),
        step_size(std::move(steps)),
        law(inputs.graph, given.walk),
        walk(law, inputs.seed),
        moments(vectors_of(given.optimizer), inputs.initial.cols()) {}

  TokenSgdOptions options;
  StepSize step_size;
  WalkLaw law;
  Walk walk;
  VectorStack moments;  ///< v, s

  /// θ_n → θ_{n+1}
  void improve(VectorView theta, VectorView g, std::int64_t n) {
    const double alpha = step_size->at(n);
    const double m = options.momentum, r = options.second_moment;
    switch (options.optimizer) {
      case Optimizer::sgd: theta -= alpha * g; return;
      case Optimizer::heavy_ball:
        moments[0] = m * moments[0] + g;
        theta -= alpha * moments[0];
        return;
      case Optimizer::adam: {
        moments[0] = m * moments[0] + (1 - m) * g;
        moments[1] = r * moments[1] + (1 - r) * g.cwiseAbs2();
        const double steps = static_cast<double>(n + 1);
        const double first = 1 / (1 - math::pow(m, steps)), second = 1 / (1 - math::pow(r, steps));
        theta.array() -= alpha * first * moments[0].array() / ((second * moments[1].array()).sqrt() + options.epsilon);
        return;
      }
    }
  }
};

class TokenSgd final : public agent::AgentProgram {
 public:
  TokenSgd(std::shared_ptr<Desk> desk, const Inputs& inputs, const Vector& start, AgentId i)
      : desk_(std::move(desk)), gradient_(inputs.problem, i, inputs.gradient, inputs.seed), vectors_(2, start.size()) {
    theta() = start;
  }

  void on_start(agent::Runtime& runtime) override {
    if (runtime.self() != static_cast<AgentId>(desk_->options.start)) return;
    steps_ = 0;
    move_on(runtime);
  }
  void compute() override { gradient_(theta(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    desk_->improve(theta(), g(), steps_);
    ++steps_;
    holds_ = false;
    move_on(runtime);
  }

  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    if (message.stamp <= steps_) return;  // a duplicate: the token has been here since
    steps_ = message.stamp;
    const auto d = static_cast<std::size_t>(vectors_.dimension());
    theta() = as_vector(message.values.first(d));
    std::size_t at = d;
    for (int v = 0; v < moments(); ++v, at += d) desk_->moments[v] = as_vector(message.values.subspan(at, d));
    const auto history = message.values.subspan(at);
    // The token's last holder may have shared this desk: then its history stands here already.
    if (!history.empty() && desk_->walk.visits() != steps_) desk_->walk.take(history, steps_);
    hold(runtime);
  }

  /// The token was lost with the step that it was held for.
  void on_recovery(agent::Runtime&, const agent::Recovery&) override {}

  std::span<const double> iterate() const override { return vectors_.span(0); }
  std::optional<agent::TokenView> token(std::size_t index) const override {
    if (index > 0) return std::nullopt;
    return agent::TokenView{0, steps_, iterate(), desk_->walk.history()};
  }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.integer(steps_);
    std::int64_t holds = holds_;
    visitor.integer(holds);
    holds_ = holds != 0;
    if (!holds_) return;
    for (int v = 0; v < moments(); ++v) visitor.reals(desk_->moments.span(v));
    visitor.reals(desk_->walk.carried_to_change());
  }

  static double expected_bytes(const Scale& scale, int moments) {
    const double token = 8 * (moments * scale.dimension + scale.agents + scale.degree);
    return sizeof(TokenSgd) + sizeof(void*) + 8 * 2 * scale.dimension + 2 * allocation_overhead +
           WalkLaw::expected_bytes_per_agent(scale.degree) + (sizeof(Desk) + token) / scale.agents;
  }

 private:
  int moments() const { return vectors_of(desk_->options.optimizer); }

  /// From X_n = this agent to X_{n+1}.
  void move_on(agent::Runtime& runtime) {
    const AgentId to = desk_->walk.next(runtime.self(), steps_);
    if (to == runtime.self()) return hold(runtime);
    const auto d = static_cast<std::size_t>(vectors_.dimension());
    const auto history = desk_->walk.carried();
    agent::Payload payload =
        runtime.payload(token_message, steps_, d * static_cast<std::size_t>(1 + moments()) + history.size());
    const auto values = payload.values();
    as_vector(values.first(d)) = theta();
    std::size_t at = d;
    for (int v = 0; v < moments(); ++v, at += d) as_vector(values.subspan(at, d)) = desk_->moments[v];
    std::copy(history.begin(), history.end(), values.begin() + static_cast<std::ptrdiff_t>(at));
    runtime.send(to, std::move(payload));
  }

  /// X_{n+1} = this agent: it counts, and computes.
  void hold(agent::Runtime& runtime) {
    holds_ = true;
    desk_->walk.visit(runtime.self(), steps_ + 1);
    runtime.begin_compute(gradient_.samples());
  }

  VectorView theta() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }

  std::shared_ptr<Desk> desk_;
  problem::GradientOracle gradient_;
  VectorStack vectors_;      ///< θ as last seen here, gradient
  std::int64_t steps_ = -1;  ///< n of that θ; −1 before the token came
  bool holds_ = false;
};

struct TokenSgdSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  TokenSgdOptions options;

  void fields(config::Fields& f) override {
    using Kind = WalkOptions::Kind;
    auto& walk = options.walk;
    f.choice("step_size", step_size, schedules(), "α(n) over the token's steps n = 0, 1, …", config::required);
    f.one_of<Kind>("walk", walk.kind,
                   {{"simple_random_walk", Kind::simple_random_walk},
                    {"metropolis_hastings", Kind::metropolis_hastings},
                    {"iid", Kind::iid},
                    {"reshuffling", Kind::reshuffling}},
                   "where the token goes next; iid and reshuffling go from any agent to any other, the others along undirected links");
    f.flag("lazy", walk.lazy, "walks along links: the token stays with probability 1/2 at least");
    f.real("alpha", walk.alpha, config::non_negative, "walks along links: strength α of the self-repellence; 0: none");
    using Repellence = WalkOptions::Repellence;
    f.one_of<Repellence>("repellence", walk.repellence,
                         {{"kernel", Repellence::kernel}, {"history_driven_target", Repellence::history_driven_target}},
                         "where alpha is positive: the links' weights divided by powers of the visits, or the target itself");
    f.real("history_power", walk.history_power, {0.5, 1, true, false}, "a of the history's weights γ_n = (n+1)^-a");
    f.reals("start_weights", walk.start_weights, config::positive,
            "x_0, the visits taken for made before the first, up to a factor, one value an agent; default: the target");
    f.reals("target", walk.target, config::positive,
            "metropolis_hastings, iid: the shares of visits, up to a factor, one value an agent; default: all equal");
    f.one_of<Optimizer>("optimizer", options.optimizer,
                        {{"sgd", Optimizer::sgd}, {"heavy_ball", Optimizer::heavy_ball}, {"adam", Optimizer::adam}},
                        "how a gradient moves the iterate; its moments travel with the token");
    f.real("momentum", options.momentum, {0, 1, false, true}, "m of heavy_ball and adam");
    f.real("second_moment", options.second_moment, {0, 1, false, true}, "r of adam");
    f.real("epsilon", options.epsilon, config::positive, "ε of adam");
    f.integer("start", options.start, config::at_least(0), "X_0: the agent that sends the token off");
    const bool along_links = algorithm::along_links(walk.kind);
    f.demand(along_links || walk.alpha == 0, "alpha", "is accepted with walks along links only");
    f.demand(along_links || !walk.lazy, "lazy", "is accepted with walks along links only");
    f.demand(walk.kind == Kind::metropolis_hastings || walk.repellence == Repellence::kernel, "repellence",
             "history_driven_target is accepted with metropolis_hastings only");
    f.demand(walk.kind == Kind::metropolis_hastings || walk.kind == Kind::iid || walk.target.empty(), "target",
             "is accepted with metropolis_hastings and iid only");
  }
  Programs build(const Inputs& inputs) const override { return build_token_sgd(inputs, step_size.spec, options); }
  std::size_t tokens() const override { return 1; }
  Overlay overlay() const override { return along_links(options.walk.kind) ? Overlay::none : Overlay::everyone; }
  agent::TravelLaw travel_law(const Inputs& inputs) const override {
    const WalkLaw law(inputs.graph, options.walk);
    return {{law.target().begin(), law.target().end()}, options.walk.history_power,
            [steps = step_size.spec](std::int64_t n) { return steps->at(n); }};
  }
  std::shared_ptr<const TokenRule> token_rule(const Inputs& inputs) const override {
    return std::make_shared<const TokenRule>(
        TokenRule{{inputs.graph, options.walk}, step_size.spec, options.optimizer == Optimizer::sgd});
  }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return TokenSgd::expected_bytes(scale, vectors_of(options.optimizer));
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_token_sgd(const Inputs& inputs, StepSize step_size, const TokenSgdOptions& options) {
  if (options.start >= static_cast<std::int64_t>(inputs.graph.agents()))
    throw InputError(fmt::format("/algorithm/start: there is no agent {}; accepted are 0 to {}", options.start,
                                 inputs.graph.agents() - 1));
  const Vector start = common_start(inputs.initial);
  const auto desk = std::make_shared<Desk>(inputs, std::move(step_size), options);
  return one_program_an_agent(inputs, [&](AgentId i) { return std::make_unique<TokenSgd>(desk, inputs, start, i); });
}

extern const config::Entry<AlgorithmSpec> token_sgd;
const config::Entry<AlgorithmSpec> token_sgd{
    "token_sgd", "one iterate travels from agent to agent on a random walk, self-repellent if wanted",
    "Hu, Doshi, Eun, Accelerating distributed stochastic optimization via self-repellent random walks, ICLR 2024",
    R"({"kind": "token_sgd", "step_size": {"kind": "polynomial", "initial": 1, "power": 0.9, "offset": 2}, "alpha": 2, "history_power": 0.6})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<TokenSgdSpec>(); }};

}  // namespace taubar::algorithm
