#include "tests/bounds/random_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/algorithm/algorithm.hpp"
#include "core/base/math.hpp"
#include "core/base/random.hpp"

namespace taubar::test {
namespace {

using config::Json;

class Draw {
 public:
  explicit Draw(std::uint64_t number) : random_(number, Purpose::test) {}

  Json scenario(std::uint64_t number) {
    Json all = {{"name", fmt::format("random-{}", number)}, {"seed", number}, {"topology", topology()}};
    all["algorithm"] = chosen_algorithm();
    all["problem"] = problem();
    if (never_idles_ && chance(0.5))
      all["asynchrony"] = schedule();
    else
      add_times(all);
    all["stop"] = {{"updates", chance(agents_ == 2 ? 0.4 : 0.05) ? between(500, 5000) : between(100, 500)}};
    return all;
  }
  Json bounded_gradient_push(std::uint64_t number) {
    most_agents_ = 4;
    Json all = {{"name", fmt::format("bounded-{}", number)}, {"seed", number}, {"topology", topology()}, {"problem", problem()}};
    all["problem"].erase("gradient");
    all["algorithm"] = {{"kind", "asynchronous_gradient_push"}, {"step_size", step()}};
    all["asynchrony"] = schedule();
    all["stop"] = {{"updates", between(70, 90) * agents_}};
    return all;
  }

 private:
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(double p) { return random_.uniform() < p; }
  /// Between low and high, the logarithm uniform.
  double spread(double low, double high) { return low * math::exp(random_.uniform() * math::log(high / low)); }
  template <class T>
  T any_of(std::initializer_list<T> values) {
    return *(values.begin() + between(0, static_cast<std::int64_t>(values.size()) - 1));
  }

  /// Of the methods that bounds speak of: push methods and, one time in five, those with a server.
  Json chosen_algorithm() {
    const auto& all = algorithm::algorithms();
    server_ = chance(0.2);
    std::vector<const config::AnyEntry*> some;
    for (const auto& entry : all.any().entries) {
      const auto spec = all.make(entry.name);
      if (server_ ? spec->overlay() == algorithm::Overlay::server : spec->push()) some.push_back(&entry);
    }
    const auto& entry = *some[static_cast<std::size_t>(between(0, std::ssize(some) - 1))];
    const auto spec = all.make(entry.name);
    never_idles_ = spec->never_idles();
    repairs_losses_ = spec->running_sums();
    Json json = Json::parse(entry.example);
    if (json.contains("step_size")) json["step_size"] = chance(0.8) || !spec->gradient_steps() ? Json(step()) : decreasing_step();
    if (json.contains("rule") && chance(0.5)) json["rule"] = "constant";
    if (json.contains("batch")) json["batch"] = between(1, agents_);
    if (json.contains("threshold")) json["threshold"] = between(1, 2 * agents_);
    if (json["kind"] == "asynchronous_gradient_push") add_option(json);
    if (json["kind"] == "elastic_averaging_sgd") {
      json["elasticity"] = spread(0.01, 0.5);
      json["period"] = any_of({1, 1, 3});
      json["synchronous"] = chance(0.7);
    }
    return json;
  }
  /// Curvatures are at most 1.
  double step() { return spread(1e-3, 0.1); }
  Json decreasing_step() {
    return {{"kind", "polynomial"}, {"initial", step()}, {"power", any_of({0.5, 0.75, 1.0})}, {"offset", between(1, 10)}};
  }
  /// At most one of the parameters that only asynchronous gradient-push has.
  void add_option(Json& algorithm) {
    switch (between(0, 5)) {
      case 0: algorithm["known_rates"] = true; break;
      case 1: algorithm["weight_floor"] = 0.05; break;
      case 2: algorithm["max_lead"] = between(1, 5); break;
      case 3: algorithm["max_silence"] = between(0, 5); break;
      default: return;
    }
    never_idles_ = !algorithm.contains("max_lead") && !algorithm.contains("max_silence");
  }

  Json topology() {
    agents_ = chance(0.1) ? 2 : between(2, most_agents_);
    const char* kind = any_of({"complete", "star", "path", "ring", "directed_ring", "exponential", "tree", "hypercube", "erdos_renyi",
                               "directed erdos_renyi", "random_out_regular", "barabasi_albert"});
    Json json = {{"kind", kind}, {"agents", agents_}};
    const std::string name = kind;
    bool undirected = name != "directed_ring" && name != "exponential" && name != "random_out_regular";
    if (name == "hypercube") json["agents"] = agents_ = std::int64_t{1} << between(1, most_agents_ < 8 ? 2 : 3);
    if (name == "erdos_renyi") json["probability"] = 0.5 + 0.4 * random_.uniform();
    if (name == "directed erdos_renyi") {
      json = {{"kind", "erdos_renyi"}, {"agents", agents_}, {"probability", 0.6}, {"directed", true}};
      undirected = false;
    }
    if (name == "random_out_regular") json["out_degree"] = std::min(agents_ - 1, between(2, 3));
    if (name == "barabasi_albert") json["attach"] = 1;
    if (name == "ring" && agents_ == 2) json["kind"] = "path";
    if (undirected && chance(0.4)) json["mixing"] = any_of({"metropolis", "lazy_metropolis", "max_degree"});
    return json;
  }

  /// f_i of curvatures 0.1 to 1 in each of 1 to 4 coordinates, centres of either sign; all alike, as theorems
  /// on servers ask, for every other server.
  Json problem() {
    const auto d = between(1, 4);
    Json curvatures = Json::array(), centres = Json::array();
    const bool alike = server_ && chance(0.5);
    for (std::int64_t i = 0; i < agents_; ++i) {
      if (alike && i > 0) {
        curvatures.push_back(curvatures[0]);
        centres.push_back(centres[0]);
        continue;
      }
      Json a = Json::array(), b = Json::array();
      for (std::int64_t j = 0; j < d; ++j) {
        a.push_back(spread(0.1, 1));
        b.push_back(3 * random_.normal());
      }
      curvatures.push_back(a);
      centres.push_back(b);
    }
    Json json = {{"kind", "quadratic"}, {"curvatures", curvatures}, {"centres", centres}};
    json["initial"] = {{"kind", "normal"}, {"sigma", 2}, {"per_agent", true}};
    if (chance(0.2)) json["gradient"] = {{"kind", "noisy"}, {"sigma", 0.3}};
    return json;
  }

  Json schedule() {
    const auto tau_proc = chance(0.2) ? 1 : between(1, 7);
    return {{"model", "bounded"}, {"tau_proc", tau_proc}, {"tau_msg", tau_proc + (chance(0.4) ? 0 : between(0, 9))},
            {"schedule", any_of({"random", "round_robin", "adversarial"})}};
  }

  /// Of about the given mean.
  Json law(double mean) {
    Json json;
    switch (between(0, 6)) {
      case 0: return mean;
      case 1: json = {{"kind", "uniform"}, {"low", 0.5 * mean}, {"high", 1.5 * mean}}; break;
      case 2: json = {{"kind", "exponential"}, {"mean", mean}}; break;
      case 3: json = {{"kind", "shifted_exponential"}, {"shift", 0.6 * mean}, {"mean", 0.4 * mean}}; break;
      case 4: json = {{"kind", "gamma"}, {"shape", 0.7}, {"mean", mean}}; break;
      case 5: json = {{"kind", "lognormal"}, {"median", 0.7 * mean}, {"sigma", 0.8}}; break;
      default: json = {{"kind", "pareto"}, {"shape", 2.5}, {"minimum", 0.6 * mean}};
    }
    if (chance(0.5)) json["clip"] = {{"low", 0.2 * mean}, {"high", 3 * mean}};
    return json;
  }
  void add_times(Json& all) {
    all["compute"] = {{"time", law(1)}};
    if (chance(0.4)) all["compute"]["per_agent"] = law(1);
    if (chance(0.3))
      all["compute"]["stragglers"] = Json::array({Json{{"agents", Json::array({0})}, {"factor", between(2, 5)}}});
    Json network = {{"latency", law(spread(0.01, 3))}};
    if (chance(0.2)) network["overhead"] = 0.01;
    if (chance(0.2)) network["bandwidth"] = 1e4;
    if (chance(0.4)) network["ordering"] = "fifo";
    if (repairs_losses_ && chance(0.5)) network["loss"] = 0.1;
    if (repairs_losses_ && chance(0.5)) network["duplicate"] = 0.1;
    all["network"] = network;
  }

  Stream random_;
  bool server_ = false, never_idles_ = false, repairs_losses_ = false;
  std::int64_t agents_ = 0, most_agents_ = 12;
};

}  // namespace

Json random_scenario(std::uint64_t number) { return Draw(number).scenario(number); }
Json random_bounded_gradient_push(std::uint64_t number) { return Draw(number).bounded_gradient_push(number); }

}  // namespace taubar::test
