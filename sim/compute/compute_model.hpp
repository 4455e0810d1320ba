// How long a local step takes: the agent's law × per-agent factor × straggler factors + straggler additions.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/config/fields.hpp"
#include "sim/law/law.hpp"

namespace taubar::compute {

/// duration = time × per_agent × Π factor + Σ add over the rules that match the agent, the instant and (with
/// `probability`, drawn anew for each step) the step.
struct StragglerSpec {
  config::Selection agents;
  config::Choice<law::LawSpec> add;     ///< seconds
  config::Choice<law::LawSpec> factor;  ///< plain number
  double probability = 1;
  std::optional<std::pair<double, double>>
      during;  ///< start of the step in [from, to), seconds of virtual time
  void fields(config::Fields& f);
};

/// Another law for named agents: one of the two.
struct AgentsSpec {
  config::Selection agents;
  config::Choice<law::LawSpec> time, rate;
  void fields(config::Fields& f);
};

struct ComputeSpec {
  config::Choice<law::LawSpec> time;       ///< seconds a local step; this or `rate`, not both
  config::Choice<law::LawSpec> rate;       ///< sample gradients per second; time = samples / rate
  std::vector<AgentsSpec> agents;          ///< overrides of the two for named agents
  config::Choice<law::LawSpec> per_agent;  ///< a factor drawn once an agent
  std::vector<StragglerSpec> stragglers;
  void fields(config::Fields& f);
};

/// Draws from named streams, indexed by the step's number: step m of agent i takes the same time under every
/// algorithm that uses as many samples.
class ComputeModel {
 public:
  /// InputError with all that is wrong, each complaint with its JSON pointer below /compute: neither or both
  /// of time and rate, a time or rate that is always 0, a selection that names agents that are not there, an
  /// agent with two laws of its own. `host_of`: the host of each agent, for selections by host; empty if there are none.
  ComputeModel(const ComputeSpec& spec, std::uint64_t agents, std::uint64_t seed, std::span<const HostId> host_of = {});

  /// Time of the agent's step number `step` (0, 1, …) that starts now and uses `samples` sample gradients
  /// (counted as at least 1 under `rate`). At least 1 ns: time has a resolution, and an agent that took none
  /// would never let virtual time go on.
  Duration duration(AgentId agent, std::uint64_t step, Time now, std::int64_t samples);

  /// What stragglers impose on that step, whatever it takes by itself: duration = own · factor + added.
  struct Imposed {
    double factor = 1, added_seconds = 0;
  };
  Imposed imposed(AgentId agent, std::uint64_t step, Time now);

  /// The mean of duration() in seconds given the agent's own factor, `during` counted as always: what the
  /// expected update rates follow from. Infinite where the law of time or of 1/rate has no mean. Under
  /// markov_modulated it is the mean of a step that starts at a given instant; an agent makes more steps
  /// while its state is quick.
  double mean_seconds(AgentId agent, std::int64_t samples) const;
  /// The least possible duration in seconds.
  double shortest_seconds(AgentId agent, std::int64_t samples) const;
  /// The greatest possible duration in seconds, infinite for unbounded laws.
  double longest_seconds(AgentId agent, std::int64_t samples) const;

 private:
  /// One of the two.
  struct Pace {
    std::unique_ptr<law::Law> time;  ///< seconds
    std::unique_ptr<law::Law> rate;  ///< sample gradients per second
    bool drawn = true;               ///< the law has more than one value
  };

  struct Rule {
    std::vector<bool> selected;  ///< empty: all
    std::unique_ptr<law::Law> add, factor;
    double probability = 1;
    Time from = 0, to = never;
    bool always = true;  ///< holds for every step of its agents
    std::uint64_t number = 0;

    bool concerns(AgentId agent) const {
      return selected.empty() || (agent < selected.size() && selected[agent]);
    }
    /// Draw `which` (0 probability, 1 add, 2 factor) for one step of one agent.
    double level(std::uint64_t seed, AgentId agent, std::uint64_t step, int which) const;
    bool strikes(std::uint64_t seed, AgentId agent, std::uint64_t step, Time now) const;
  };

  void make_pace(const config::Choice<law::LawSpec>& time, const config::Choice<law::LawSpec>& rate, std::uint64_t place,
                 const std::string& pointer, std::vector<std::string>& complaints);
  void assign_paces(const std::vector<AgentsSpec>& overrides, std::uint64_t agents, std::span<const HostId> host_of,
                    std::vector<std::string>& complaints);
  Rule make_rule(const StragglerSpec& spec, std::uint64_t number, std::uint64_t agents, std::span<const HostId> host_of,
                 std::vector<std::string>& complaints) const;
  void draw_factors(const config::Choice<law::LawSpec>& per_agent, std::uint64_t agents,
                    std::vector<std::string>& complaints);
  const Pace& pace_of(AgentId agent) const {
    return paces_[agent < pace_number_.size() ? pace_number_[agent] : 0];
  }
  double factor_of(AgentId agent) const { return agent < factor_of_.size() ? factor_of_[agent] : 1; }

  std::uint64_t seed_;
  std::vector<Pace> paces_;                 ///< that of all others, then one an override
  std::vector<std::uint32_t> pace_number_;  ///< per agent; empty: all 0
  std::vector<double> factor_of_;           ///< per agent; empty: all 1
  std::vector<Rule> rules_;
};

}  // namespace taubar::compute
