// States in cyclic order; a state lasts a draw of its `hold` (virtual time), and while it lasts draws follow
// its law. Each owner of draws (agent, link) has a course of states of its own, which runs in virtual time
// whether or not anything is drawn, and starts stationary: state i with probability p_i = E hold_i / Σ E
// hold, and its rest by the equilibrium law P(rest <= x) = E min(hold_i, x) / E hold_i. So at every instant,
// not only in the long run, a draw has the law Σ p_i F_i, which is what cdf(), mean() and quantile() state.
// Source: Cox, Renewal Theory, 1962, sections 5.2 and 7 (alternating renewal processes, started in
// equilibrium).
#include <cmath>
#include <unordered_map>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "sim/law/blend.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

/// Longer gaps between draws are not followed state by state: the state is drawn anew from the stationary
/// law, which keeps the law of every draw and bounds the work of one.
constexpr int max_jumps = 1000;
constexpr double shortest_mean_hold = 1e-6;  ///< seconds; well above the clock's resolution of 1 ns

/// The level-u quantile of the rest of a hold in progress: E min(hold, x) = u E hold, by bisection to 1e-13.
double equilibrium_rest(const Law& hold, double u) {
  const double target = u * hold.mean();
  double low = 0, high = hold.mean();
  while (hold.limited_mean(high) < target && high < 1e300) low = high, high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-13 * high; ++i) {
    const double middle = low + (high - low) / 2;
    (hold.limited_mean(middle) < target ? low : high) = middle;
  }
  return high;
}

class MarkovModulatedLaw final : public Blend {
 public:
  MarkovModulatedLaw(const std::vector<double>& mean_holds, std::vector<std::unique_ptr<Law>> holds,
                     std::vector<std::unique_ptr<Law>> times, std::uint64_t seed, std::uint64_t place)
      : Blend(mean_holds, std::move(times)), holds_(std::move(holds)), seed_(seed), place_(place) {}

  double quantile_at(double u, Time now, std::uint64_t key) override {
    return component(state_at(now, key)).quantile_at(u, now, key);
  }
  bool depends_on_time() const override { return true; }

 private:
  struct Course {
    Time until = 0;  ///< end of the present state
    std::size_t state = 0;
    std::uint64_t draws = 0;
  };

  double next_uniform(Course& course, std::uint64_t key) {
    return to_unit(random_word(seed_, Purpose::law_state, key, place_, course.draws++));
  }

  void start(Course& course, Time now, std::uint64_t key) {
    double u = next_uniform(course, key);
    course.state = choose(u);
    course.until =
        after(now, from_seconds(equilibrium_rest(*holds_[course.state], next_uniform(course, key))));
  }

  std::size_t state_at(Time now, std::uint64_t key) {
    const auto [found, is_new] = courses_.try_emplace(key);
    Course& course = found->second;
    if (is_new) start(course, 0, key);
    for (int jumps = 0; course.until <= now; ++jumps) {
      if (jumps == max_jumps) {
        start(course, now, key);
        break;
      }
      course.state = (course.state + 1) % size();
      course.until =
          after(course.until, from_seconds(holds_[course.state]->quantile(next_uniform(course, key))));
    }
    return course.state;
  }

  std::vector<std::unique_ptr<Law>> holds_;
  std::uint64_t seed_, place_;
  std::unordered_map<std::uint64_t, Course> courses_;  // looked up, never walked
};

struct MarkovModulated final : LawSpec {
  struct State {
    config::Choice<LawSpec> hold, time;
    void fields(config::Fields& f) {
      f.choice("hold", hold, laws(), "how long the state lasts, in virtual time", config::required,
               config::Unit::duration);
      f.choice("time", time, laws(), "the law of draws in this state", config::required, f.unit());
    }
  };
  std::vector<State> states;

  void fields(config::Fields& f) override {
    f.list("states", states, "in cyclic order", config::required);
    f.demand(!states.empty(), "states", "empty; at least one state is needed");
    common_fields(f);
  }

  std::unique_ptr<Law> build_plain(std::uint64_t seed, std::uint64_t place) const override {
    std::vector<std::string> complaints;
    std::vector<std::unique_ptr<Law>> holds, times;
    std::vector<double> mean_holds;
    for (std::size_t i = 0; i < states.size(); ++i) {
      const std::string name = "state " + std::to_string(i) + " of markov_modulated";
      holds.push_back(build_at(states[i].hold, seed, place_within(place, 2 * i), name, complaints));
      times.push_back(build_at(states[i].time, seed, place_within(place, 2 * i + 1), name, complaints));
      mean_holds.push_back(holds.back() ? holds.back()->mean() : 1);
      if (!(std::isfinite(mean_holds.back()) && mean_holds.back() >= shortest_mean_hold))
        complaints.push_back(name + ": the mean of hold must be finite and at least 1us");
      if (holds.back() && holds.back()->depends_on_time())
        complaints.push_back(name + ": hold must not itself be markov_modulated");
    }
    if (!complaints.empty()) throw InputError(complaints);
    return std::make_unique<MarkovModulatedLaw>(mean_holds, std::move(holds), std::move(times), seed, place);
  }
};

}  // namespace

extern const config::Entry<LawSpec> markov_modulated_entry{
    "markov_modulated",
    "the law of a state that changes in virtual time, stationary from the start; at each instant law and "
    "mean are the "
    "states' own, weighted by their mean holds; support their union",
    "Cox, Renewal Theory, 1962, chapter 7",
    R"({"kind": "markov_modulated", "states": [{"hold": {"kind": "exponential", "mean": 10}, "time": {"kind": "exponential", "mean": 0.001}}, {"hold": 1, "time": {"kind": "uniform", "low": 0.01, "high": 0.03}}]})",
    make_spec<MarkovModulated>};

}  // namespace taubar::law
