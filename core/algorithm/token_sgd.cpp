// Token SGD: m iterates θ ∈ R^d travel with their tokens from agent to agent; whoever holds one improves it with its own f_i.
//   step n = 0, 1, … of a token, which is at X_n:
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
// Several tokens are m such runs that meet only at the agents: each with its own θ, moments, steps and draws. Token t starts
// at agent (start + ⌊t n / m⌋) mod n. A token that comes to an agent at work waits, in order of arrival; one that stays where
// it is goes on first. The estimate of the run is the mean of the m iterates.
//   history own      each token avoids where it has been itself
//   history shared   all avoid where any of them has been: one w, to which the visit at a token's own step n adds γ_n / q_n,
//                    1 where a = 1; with a < 1 a token that has made more steps counts more
//   visits carried   the token brings w and q: n + 1 values in each message
//   visits kept      each agent keeps its own w_i and tells its neighbours after every visit, before the token leaves
//                    (kept_visits.hpp): d_i messages of 1 value; a token brings log q_n where a < 1, else nothing. Where
//                    latencies are equal no token overtakes the news of itself, and with own histories the walk is that of
//                    carried visits; where it does, the agent knows less than a carried history would. News that comes
//                    to an agent at work is read when the token there has been sent on.
//
// A message holds θ, v and s where there are any, and what the visits need: d to 3 d + n + 1 values. Agents without a token
// idle, a duplicate is ignored, and a lost message ends its token's way; when all are lost, the run (stalled). With
// `recovery` the sender makes the token anew (token_watch.hpp). An agent that crashes loses the token that it holds, those
// that wait there, and, if it loses its state, the visits that it kept. A walk depends on the seed, the token's number and the
// number of the step, and on the visits it avoids: so a single token's is the same in every world. An agent's iterate is
// the last θ that it has seen.
//
// Source: Hu, Doshi, Eun, "Accelerating distributed stochastic optimization via self-repellent random walks", ICLR 2024
// (arXiv 2401.09665); Adam: Kingma, Ba, ICLR 2015, algorithm 1.
#include <fmt/format.h>

#include <algorithm>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/token_program.hpp"
#include "core/base/error.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

using Optimizer = TokenSgdOptions::Optimizer;
using History = TokenSgdOptions::History;
using VisitCounts = TokenSgdOptions::VisitCounts;

constexpr std::int64_t most_tokens = 64;

struct Recovery {
  double regenerate_after = 0;  ///< s
  void fields(config::Fields& f) {
    f.measure("regenerate_after", regenerate_after, config::Unit::duration, config::at_least(1e-9),
              "a token that was sent off and not acknowledged in this time is made anew from the sender's copy", config::required);
  }
};

struct TokenSgdSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  TokenSgdOptions options;
  std::optional<Recovery> recovery;

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
    f.integer("tokens", options.tokens, config::between(1, most_tokens), "m: how many travel, at most one an agent at the start");
    f.integer("start", options.start, config::at_least(0),
              "X_0: the agent that sends the token off; of several the first, the others at equal spacings of numbers");
    f.one_of<History>("history", options.history, {{"own", History::own}, {"shared", History::shared}},
                      "of several tokens: whether each avoids its own visits, or all avoid the visits of all");
    f.one_of<VisitCounts>("visit_counts", options.visit_counts, {{"carried", VisitCounts::carried}, {"kept", VisitCounts::kept}},
                          "where visits are counted: in the token, n + 1 values, or at each agent, which tells its neighbours");
    f.object("recovery", recovery, "how lost tokens are made anew; default: they stay lost", "regenerate_after");
    const bool along_links = algorithm::along_links(walk.kind);
    f.demand(along_links || walk.alpha == 0, "alpha", "is accepted with walks along links only");
    f.demand(along_links || !walk.lazy, "lazy", "is accepted with walks along links only");
    f.demand(walk.kind == Kind::metropolis_hastings || walk.repellence == Repellence::kernel, "repellence",
             "history_driven_target is accepted with metropolis_hastings only");
    f.demand(along_links || options.visit_counts == VisitCounts::carried, "visit_counts", "kept is accepted with walks along links only");
    f.demand(options.history == History::own || options.tokens == 1 || options.visit_counts == VisitCounts::kept, "history",
             "shared is accepted with visit_counts kept only: a token does not bring the visits of the others");
    f.demand(walk.kind == Kind::metropolis_hastings || walk.kind == Kind::iid || walk.target.empty(), "target",
             "is accepted with metropolis_hastings and iid only");
  }
  Programs build(const Inputs& inputs) const override { return build_token_sgd(inputs, step_size.spec, all_options()); }
  std::size_t tokens() const override { return static_cast<std::size_t>(options.tokens); }
  /// Who has forgotten a token takes the next one that comes.
  bool can_start_anew() const override { return true; }
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
    return TokenProgram::expected_bytes(scale, all_options());
  }
  double expected_messages_per_step(double degree) const override {
    return 1 + (options.visit_counts == VisitCounts::kept ? degree : 0) + (recovery ? 1 : 0);
  }

 private:
  TokenSgdOptions all_options() const {
    TokenSgdOptions all = options;
    if (recovery) all.regenerate_after = from_seconds(recovery->regenerate_after);
    return all;
  }
};

}  // namespace

Programs build_token_sgd(const Inputs& inputs, StepSize step_size, const TokenSgdOptions& options) {
  const auto agents = static_cast<std::int64_t>(inputs.graph.agents());
  if (options.start >= agents)
    throw InputError(fmt::format("/algorithm/start: there is no agent {}; accepted are 0 to {}", options.start, agents - 1));
  if (options.tokens > agents)
    throw InputError(fmt::format("/algorithm/tokens: {} tokens are more than the agents; accepted are 1 to {}", options.tokens,
                                 std::min(agents, most_tokens)));
  if (options.history == History::shared && options.tokens > 1 && options.visit_counts == VisitCounts::carried)
    throw InputError("/algorithm/history: shared is accepted with visit_counts kept only");
  const Vector start = common_start(inputs.initial);
  const auto desk = std::make_shared<TokenDesk>(inputs, std::move(step_size), options);
  return one_program_an_agent(inputs, [&](AgentId i) { return std::make_unique<TokenProgram>(desk, inputs, start, i); });
}

extern const config::Entry<AlgorithmSpec> token_sgd;
const config::Entry<AlgorithmSpec> token_sgd{
    "token_sgd", "one or more iterates travel from agent to agent on random walks, self-repellent if wanted",
    "Hu, Doshi, Eun, Accelerating distributed stochastic optimization via self-repellent random walks, ICLR 2024",
    R"({"kind": "token_sgd", "step_size": {"kind": "polynomial", "initial": 1, "power": 0.9, "offset": 2}, "alpha": 2, "history_power": 0.6})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<TokenSgdSpec>(); }};

}  // namespace taubar::algorithm
