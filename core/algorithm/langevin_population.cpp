// Langevin population: agent i is a host of m particles θ_1 … θ_m ∈ R^d. With its own updates k = 0, 1, …, step sizes η_k,
// temperature T_k, g an estimate of ∇f_i(θ_p) of its own for each particle, ξ ~ N(0, I), one local step moves every particle:
//   overdamped           θ' = θ − η g + √(2 η T) ξ                                       SGLD; with full gradients ULA
//   metropolis_adjusted  the same as a proposal θ*, taken with probability min(1, e^r):   MALA; full gradients
//                        r = (f(θ) − f(θ*)) / T + (‖θ* − θ + η ∇f(θ)‖² − ‖θ − θ* + η ∇f(θ*)‖²) / (4 η T)
//   underdamped          v' = (1 − a) v − η g + √(2 a η T) ξ,  θ' = θ + v'                SGHMC, friction a; a = 1 is overdamped
//   preconditioned       s' = β s + (1 − β) g∘g,  G = 1 / (ε + √s'),                      pSGLD without its term Γ
//                        θ' = θ − η G g + √(2 η T G) ξ
// θ_p(0) = x_i(0) + N(0, initial_spread² I), v(0) = 0, s(0) = 0. The iterate of a host is the mean of its particles. Hosts step
// at their own pace and wait for nobody. The target is exp(−f_i/T): that of F where all agents have one function.
//
// Exchanges, between own steps and along the topology's links; messages hold a particle and its value, d + 1 values:
//   best              every so many own updates, or whenever its best value has fallen, a host sends its best particle to all
//                     out-neighbours; at its own turn the best of those that came replaces the worst, if it is better
//   resample          the same with any particle; at its own turn a host resamples its m among its own and the newest of each
//                     in-neighbour, systematically, with weights exp(−f/T)
//   replica_exchange  host i of n has temperature T_i = T (hottest/T)^(i/(n−1)). At its own turns (odd hosts: half a turn later)
//                     it lends a free particle to its neighbour next above and next below alternately; that one tests it
//                     against any free particle of its own, and they change places with probability
//                     min(1, exp((1/T_i − 1/T_j)(f(θ_i) − f(θ_j))))
// Momentum and running means stay with the place in the group.
//
// Which of them keep the law. Replica exchange leaves Π exp(−f/T_i) as it is, whatever the delays: a lent particle stands still,
// so its copy in the message is true; the other one is that of the instant of the decision; and when who asks, who is asked and
// which particles meet does not depend on where particles are, nor does the length of a message. A proposal has a number and is
// decided once: the neighbour remembers its last answer and gives it again. So a lost or repeated message changes nothing: the
// lender asks again after 2, 4, 8 … own turns, and its particle rests meanwhile. While it is lent, draws show it where it has
// been: at a time that was fixed beforehand, so each particle by itself has its law; two hosts may show the same point.
// `best` and `resample` copy particles for their values: they concentrate them, and turn sampling into optimization. So do
// `adaptation` (η and noise by a particle's rank among its group's values) and `diversity` (all particles of a group are moved by
// N(0, sigma² I) where its spread √(mean ‖θ_p − mean‖²) is below a threshold) change the law.
// A host that lost its state starts again from its first particles with new random numbers, and may ask and be asked at once.
//
// A value f_i(θ) is worked out where an exchange or ranks need it, in the step that ends there, and is charged like a gradient
// over all samples; under metropolis_adjusted at every proposal. What is received comes with its value. A step is charged for m
// particles whether one of them is lent or not.
//
// Sources: Welling, Teh, "Bayesian learning via stochastic gradient Langevin dynamics", ICML 2011; Roberts, Tweedie,
// "Exponential convergence of Langevin distributions and their discrete approximations", Bernoulli 2, 1996 (ULA, MALA);
// Chen, Fox, Guestrin, "Stochastic gradient Hamiltonian Monte Carlo", ICML 2014, eq. (15) with β̂ = 0; Li, Chen, Carlson, Carin,
// "Preconditioned stochastic gradient Langevin dynamics for deep neural networks", AAAI 2016, algorithm 1 (its ε/2 is η);
// Geyer, "Markov chain Monte Carlo maximum likelihood", 1991 (replica exchange).
#include <fmt/format.h>

#include <cmath>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/draw_rule.hpp"
#include "core/algorithm/langevin_program.hpp"
#include "core/base/error.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

using Dynamics = LangevinPopulationOptions::Dynamics;
using Exchange = LangevinPopulationOptions::Exchange;

constexpr std::int64_t most_particles = 1'000'000;

const char* name_of(Dynamics dynamics) {
  switch (dynamics) {
    case Dynamics::overdamped: return "overdamped";
    case Dynamics::metropolis_adjusted: return "metropolis_adjusted";
    case Dynamics::preconditioned: return "preconditioned";
    default: return "underdamped";
  }
}

const char* name_of(Exchange exchange) {
  switch (exchange) {
    case Exchange::none: return "none";
    case Exchange::best: return "best";
    case Exchange::resample: return "resample";
    default: return "replica_exchange";
  }
}

struct ExchangeSpec {
  enum class On { interval, improvement };
  Exchange kind = Exchange::none;
  std::int64_t every = 10;
  On on = On::interval;
  std::optional<double> hottest;

  void fields(config::Fields& f) {
    f.one_of<Exchange>("kind", kind,
                       {{"none", Exchange::none},
                        {"best", Exchange::best},
                        {"resample", Exchange::resample},
                        {"replica_exchange", Exchange::replica_exchange}},
                       "what hosts do with each other; none and replica_exchange keep the target law, best and resample do not");
    f.integer("every", every, config::between(1, 1e12), "own updates from one exchange of a host to the next");
    f.one_of<On>("on", on, {{"interval", On::interval}, {"improvement", On::improvement}},
                 "best: every so many own updates, or whenever the best value of the host has fallen");
    f.real("hottest", hottest, config::positive,
           "replica_exchange: the temperature of the last host; those between are in geometric progression");
    f.demand(kind == Exchange::best || on == On::interval, "on", "improvement is accepted with exchange best only");
    f.demand(!f.reading() || f.present("hottest") == (kind == Exchange::replica_exchange), "hottest",
             "is required for replica_exchange and accepted there only");
  }
};

struct DiversitySpec : LangevinPopulationOptions::Diversity {
  void fields(config::Fields& f) {
    f.real("below", below, config::positive, "the spread √(mean ‖θ_p − mean‖²) of a group that is too small", config::required);
    f.real("sigma", sigma, config::positive, "standard deviation, in each coordinate, of what is then added to its particles",
           config::required);
  }
};

struct AdaptationSpec {
  std::vector<double> step, noise;

  void fields(config::Fields& f) {
    f.reals("step", step, config::positive, "[best, worst]: factors of the step size, by rank of the value in the group (default 1, 1)");
    f.reals("noise", noise, config::non_negative, "[best, worst]: factors of the noise's standard deviation (default 1, 1)");
    for (const auto& [name, values] : {std::pair{"step", &step}, std::pair{"noise", &noise}})
      f.demand(values->empty() || values->size() == 2, name, "must hold 2 numbers: of the best and of the worst particle");
  }
  LangevinPopulationOptions::Adaptation factors() const {
    LangevinPopulationOptions::Adaptation a;
    if (step.size() == 2) a.step_best = step[0], a.step_worst = step[1];
    if (noise.size() == 2) a.noise_best = noise[0], a.noise_worst = noise[1];
    return a;
  }
};

struct UnitTemperature final : ScheduleSpec {
  void fields(config::Fields&) override {}
  double at(std::int64_t) const override { return 1; }
  std::optional<PowerLaw> power_law() const override { return PowerLaw{1, 0, 1}; }
};

/// What a rule for the population makes of the target; empty if it keeps it.
std::string departure(const LangevinPopulationOptions& o) {
  std::string text;
  const auto add = [&text](const char* reason) { text += (text.empty() ? "" : "; ") + std::string(reason); };
  if (o.exchange == Exchange::best) add("the best particles take the places of the worst: an optimizer, its law lies at low values");
  if (o.exchange == Exchange::resample)
    add("particles are copied with weights exp(−f/T), which they have already: their law lies at lower values, more so the more often");
  if (o.adaptation) add("step sizes and noise go by ranks of values");
  if (o.diversity) add("particles are moved where their spread is small");
  return text;
}

std::string bias_of(const LangevinPopulationOptions& o) {
  if (o.dynamics == Dynamics::metropolis_adjusted) return "";
  if (o.dynamics == Dynamics::preconditioned)
    return "the steps leave out the term Γ of the source, and have a bias of the order of the step size";
  return "the steps have a bias of the order of the step size (and of the variance of gradient estimates)";
}

struct LangevinPopulationSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size, temperature;
  LangevinPopulationOptions options;
  ExchangeSpec exchange;
  std::optional<DiversitySpec> diversity;
  std::optional<AdaptationSpec> adaptation;
  DrawsSpec draws;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "η over a host's own updates k = 0, 1, …", config::required);
    f.choice("temperature", temperature, schedules(), "T over a host's own updates (default 1); 0: descent without noise");
    f.integer("particles", options.particles, config::between(1, most_particles), "m, of each host");
    f.one_of<Dynamics>("dynamics", options.dynamics,
                       {{"overdamped", Dynamics::overdamped},
                        {"metropolis_adjusted", Dynamics::metropolis_adjusted},
                        {"preconditioned", Dynamics::preconditioned},
                        {"underdamped", Dynamics::underdamped}},
                       "how particles move: SGLD, MALA (exact, full gradients), pSGLD, SGHMC");
    f.real("friction", options.friction, {0, 1, true, false}, "a of underdamped");
    f.real("decay", options.decay, {0, 1, false, true}, "β of preconditioned");
    f.real("epsilon", options.epsilon, config::positive, "ε of preconditioned");
    f.real("initial_spread", options.initial_spread, config::non_negative,
           "particles start at the host's initial point plus N(0, initial_spread² I)");
    f.object("exchange", exchange, "between hosts, along links");
    f.object("diversity", diversity, "particles of a group that are too close together are moved apart; default: they are not");
    f.object("adaptation", adaptation, "step size and noise of a particle by the rank of its value in its group; default: all alike");
    f.object("draws", draws, "when the particles' places are kept as draws of the target");
    demand_sense(f);
  }
  Programs build(const Inputs& inputs) const override {
    return build_langevin_population(inputs, step_size.spec, heat(), all_options());
  }
  std::shared_ptr<const LangevinRule> langevin_rule() const override {
    const auto all = all_options();
    auto rule = std::make_shared<LangevinRule>();
    rule->kernel = all.dynamics;
    rule->step_size = step_size.spec;
    rule->temperature = heat();
    rule->friction = all.friction;
    rule->particles = all.particles;
    rule->initial_spread = all.initial_spread;
    rule->draws = all.draws;
    rule->dynamics = name_of(all.dynamics);
    rule->exchange = name_of(all.exchange);
    const std::string lost = departure(all), bias = bias_of(all);
    rule->keeps_target = lost.empty();
    rule->about_law = lost.empty() ? (bias.empty() ? "exp(−F/T), exactly" : "exp(−F/T), but " + bias) : lost;
    rule->law_lost = lost;
    if (lost.empty() && all.exchange == Exchange::replica_exchange && !bias.empty())
      rule->law_lost = "particles come from hosts at other temperatures, and " + bias;
    if (lost.empty() && all.dynamics == Dynamics::preconditioned) rule->law_lost = bias;
    return rule;
  }
  std::int64_t gradients_per_step() const override { return options.particles; }
  bool never_idles() const override { return true; }
  bool can_start_anew() const override { return true; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return LangevinProgram::expected_bytes({all_options(), nullptr, nullptr}, scale);
  }
  double expected_messages_per_step(double degree) const override {
    const auto every = static_cast<double>(exchange.on == ExchangeSpec::On::improvement ? 1 : exchange.every);
    switch (exchange.kind) {
      case Exchange::none: return 0;
      case Exchange::replica_exchange: return 1 + degree / every;
      default: return degree / every;
    }
  }

 private:
  StepSize heat() const {
    if (temperature.spec) return temperature.spec;
    return std::make_shared<UnitTemperature>();
  }
  LangevinPopulationOptions all_options() const {
    LangevinPopulationOptions all = options;
    all.exchange = exchange.kind;
    all.every = exchange.every;
    all.on_improvement = exchange.on == ExchangeSpec::On::improvement;
    all.hottest = exchange.hottest.value_or(0);
    if (diversity) all.diversity = *diversity;
    if (adaptation) all.adaptation = adaptation->factors();
    all.draws = draws.rule();
    return all;
  }
  void demand_sense(config::Fields& f) {
    if (!f.reading()) return;
    const auto only = [&f](const char* name, bool accepted, const char* with) {
      f.demand(accepted || !f.present(name), name, std::string("is accepted with dynamics ") + with + " only");
    };
    only("friction", options.dynamics == Dynamics::underdamped, "underdamped");
    only("decay", options.dynamics == Dynamics::preconditioned, "preconditioned");
    only("epsilon", options.dynamics == Dynamics::preconditioned, "preconditioned");
    const double start = heat()->at(0);
    const bool weighs = exchange.kind == Exchange::resample || exchange.kind == Exchange::replica_exchange;
    f.demand(start > 0 || options.dynamics != Dynamics::metropolis_adjusted, "temperature",
             "is 0 at the start; metropolis_adjusted accepts positive ones");
    f.demand(start > 0 || !weighs, "temperature", fmt::format("is 0 at the start; exchange {} accepts positive ones", name_of(exchange.kind)));
    if (exchange.kind != Exchange::replica_exchange || !exchange.hottest) return;
    f.demand(!temperature.spec || temperature.kind == "constant", "temperature", "changes; accepted with replica_exchange is a constant");
    f.demand(*exchange.hottest >= start, "exchange", fmt::format("has hottest below the temperature {}; accepted are larger values", start));
  }
};

/// What hosts compare must be the same function.
void refuse_different_functions(const Inputs& inputs, Exchange exchange) {
  if (exchange == Exchange::none || inputs.problem.shared() || inputs.graph.agents() == 1) return;
  throw InputError(fmt::format("/algorithm/exchange: {} compares values of different agents, which have functions of their own here; "
                               "accepted are problems in which all have the same, or exchange none",
                               name_of(exchange)));
}

}  // namespace

Programs build_langevin_population(const Inputs& inputs, StepSize step_size, StepSize temperature,
                                   const LangevinPopulationOptions& options) {
  const auto n = inputs.graph.agents();
  refuse_different_functions(inputs, options.exchange);
  if (options.dynamics == Dynamics::metropolis_adjusted && inputs.gradient.kind != problem::GradientRule::Kind::full)
    throw InputError("/algorithm/dynamics: metropolis_adjusted needs the gradient itself; accepted is problem.gradient full");
  const bool ladder = options.exchange == Exchange::replica_exchange;
  if (ladder && inputs.graph.directed())
    throw InputError("/topology: replica_exchange asks and answers along links; accepted are undirected graphs");
  const double hottest = ladder ? options.hottest / temperature->at(0) : 1;
  const auto rule = std::make_shared<const GroupRule>(GroupRule{options, std::move(step_size), std::move(temperature), inputs.seed});
  return one_program_an_agent(inputs, [&](AgentId i) {
    const double heat = ladder ? rung(i, n, hottest) : 1;
    return std::make_unique<LangevinProgram>(rule, inputs, i, heat, heat == 1);
  });
}

extern const config::Entry<AlgorithmSpec> langevin_population;
const config::Entry<AlgorithmSpec> langevin_population{
    "langevin_population", "groups of particles that sample exp(−F/T) or search it, at each host's own pace, with exchanges if wanted",
    "Welling, Teh, Bayesian learning via stochastic gradient Langevin dynamics, ICML 2011",
    R"({"kind": "langevin_population", "step_size": 0.05, "particles": 4, "draws": {"every": 5, "burn_in": 100}})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<LangevinPopulationSpec>(); }};

}  // namespace taubar::algorithm
