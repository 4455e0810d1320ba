#include "sim/compute/compute_model.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace taubar::compute {
namespace {

// Places of the model's laws, for those with a state of their own.
constexpr std::uint64_t time_place = 1, rate_place = 2, per_agent_place = 3, first_rule_place = 16,
                        first_agents_place = std::uint64_t{1} << 36;
/// Random selections of compute.agents differ from those of stragglers.
constexpr std::uint64_t first_agents_selection = std::uint64_t{1} << 32;

constexpr double infinite = std::numeric_limits<double>::infinity();

/// 0 · ∞ = 0: an agent whose factor is 0 takes no time, whatever the law.
double times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

bool is_always_zero(const std::unique_ptr<law::Law>& law) { return law && law->support().high == 0; }

}  // namespace

ComputeModel::ComputeModel(const ComputeSpec& spec, std::uint64_t agents, std::uint64_t seed,
                           std::span<const HostId> host_of)
    : seed_(seed) {
  std::vector<std::string> complaints;
  make_pace(spec.time, spec.rate, time_place, "/compute", complaints);
  if (!spec.agents.empty()) assign_paces(spec.agents, agents, host_of, complaints);
  draw_factors(spec.per_agent, agents, complaints);
  for (const auto& rule : spec.stragglers)
    rules_.push_back(make_rule(rule, rules_.size(), agents, host_of, complaints));
  if (!complaints.empty()) throw InputError(complaints);
}

void ComputeModel::make_pace(const config::Choice<law::LawSpec>& time, const config::Choice<law::LawSpec>& rate,
                             std::uint64_t place, const std::string& pointer, std::vector<std::string>& complaints) {
  if (bool(time) == bool(rate)) complaints.push_back(pointer + ": one of time and rate is needed, not both");
  Pace pace{law::build_at(time, seed_, place, pointer + "/time", complaints),
            law::build_at(rate, seed_, place + (rate_place - time_place), pointer + "/rate", complaints)};
  if (is_always_zero(pace.time))
    complaints.push_back(pointer + "/time: always 0; steps must take time now and then");
  if (is_always_zero(pace.rate))
    complaints.push_back(pointer + "/rate: always 0; the rate must be positive now and then");
  const auto has_one_value = [](const auto& law) { return law && law->support().low == law->support().high; };
  pace.drawn = !has_one_value(pace.time) && !has_one_value(pace.rate);
  paces_.push_back(std::move(pace));
}

void ComputeModel::assign_paces(const std::vector<AgentsSpec>& overrides, std::uint64_t agents,
                                std::span<const HostId> host_of, std::vector<std::string>& complaints) {
  pace_number_.assign(agents, 0);
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    const std::string pointer = "/compute/agents/" + std::to_string(i);
    make_pace(overrides[i].time, overrides[i].rate, first_agents_place + 2 * i, pointer, complaints);
    try {
      for (AgentId agent : overrides[i].agents.resolve(agents, seed_, first_agents_selection + i, pointer + "/agents", host_of)) {
        if (auto& number = pace_number_[agent]; number == 0)
          number = static_cast<std::uint32_t>(i + 1);
        else
          complaints.push_back(pointer + "/agents: agent " + std::to_string(agent) +
                               " is named twice, before in /compute/agents/" + std::to_string(number - 1));
      }
    } catch (const InputError& error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    }
  }
}

void ComputeModel::draw_factors(const config::Choice<law::LawSpec>& per_agent, std::uint64_t agents,
                                std::vector<std::string>& complaints) {
  const auto law = law::build_at(per_agent, seed_, per_agent_place, "/compute/per_agent", complaints);
  if (!law) return;
  factor_of_.reserve(agents);
  for (std::uint64_t i = 0; i < agents; ++i)
    factor_of_.push_back(law->quantile_at(to_unit(random_word(seed_, Purpose::per_agent, i, 0, 0)), 0, i));
}

ComputeModel::Rule ComputeModel::make_rule(const StragglerSpec& spec, std::uint64_t number,
                                           std::uint64_t agents, std::span<const HostId> host_of,
                                           std::vector<std::string>& complaints) const {
  const std::string pointer = "/compute/stragglers/" + std::to_string(number);
  Rule rule;
  rule.number = number;
  rule.probability = spec.probability;
  rule.add = law::build_at(spec.add, seed_, first_rule_place + 2 * number, pointer + "/add", complaints);
  rule.factor =
      law::build_at(spec.factor, seed_, first_rule_place + 2 * number + 1, pointer + "/factor", complaints);
  rule.always = spec.probability >= 1 && !spec.during;
  if (spec.during) {
    rule.from = from_seconds(spec.during->first);
    rule.to = from_seconds(spec.during->second);
  }
  if (spec.agents.kind == config::Selection::Kind::all) return rule;
  rule.selected.assign(agents, false);
  try {
    for (AgentId agent : spec.agents.resolve(agents, seed_, number, pointer + "/agents", host_of))
      rule.selected[agent] = true;
  } catch (const InputError& error) {
    complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
  }
  return rule;
}

double ComputeModel::Rule::level(std::uint64_t seed, AgentId agent, std::uint64_t step, int which) const {
  return to_unit(
      random_word(seed, Purpose::straggler, agent, number, 3 * step + static_cast<std::uint64_t>(which)));
}

bool ComputeModel::Rule::strikes(std::uint64_t seed, AgentId agent, std::uint64_t step, Time now) const {
  if (!concerns(agent) || now < from || now >= to) return false;
  return probability >= 1 || level(seed, agent, step, 0) < probability;
}

Duration ComputeModel::duration(AgentId agent, std::uint64_t step, Time now, std::int64_t samples) {
  const Pace& pace = pace_of(agent);
  const double u = pace.drawn ? to_unit(random_word(seed_, Purpose::compute_time, agent, 0, step)) : 0.5;
  double seconds =
      pace.time ? pace.time->quantile_at(u, now, agent)
                : static_cast<double>(std::max<std::int64_t>(samples, 1)) / pace.rate->quantile_at(u, now, agent);
  seconds = times(seconds, factor_of(agent));
  const Imposed more = imposed(agent, step, now);
  return std::max<Duration>(from_seconds(times(seconds, more.factor) + more.added_seconds), 1);
}

ComputeModel::Imposed ComputeModel::imposed(AgentId agent, std::uint64_t step, Time now) {
  Imposed all;
  for (const Rule& rule : rules_) {
    if (!rule.strikes(seed_, agent, step, now)) continue;
    if (rule.factor)
      all.factor = times(all.factor, rule.factor->quantile_at(rule.level(seed_, agent, step, 2), now, agent));
    if (rule.add) all.added_seconds += rule.add->quantile_at(rule.level(seed_, agent, step, 1), now, agent);
  }
  return all;
}

double ComputeModel::mean_seconds(AgentId agent, std::int64_t samples) const {
  const double used = static_cast<double>(std::max<std::int64_t>(samples, 1));
  const Pace& pace = pace_of(agent);
  double seconds = times(pace.time ? pace.time->mean() : used * pace.rate->mean_inverse(), factor_of(agent));
  double added = 0;
  for (const Rule& rule : rules_) {
    if (!rule.concerns(agent)) continue;
    if (rule.factor)
      seconds = times(seconds, (1 - rule.probability) + times(rule.probability, rule.factor->mean()));
    if (rule.add) added += times(rule.probability, rule.add->mean());
  }
  return seconds + added;
}

double ComputeModel::shortest_seconds(AgentId agent, std::int64_t samples) const {
  const double used = static_cast<double>(std::max<std::int64_t>(samples, 1));
  const Pace& pace = pace_of(agent);
  double seconds = times(pace.time ? pace.time->support().low : used / pace.rate->support().high, factor_of(agent));
  double added = 0;
  for (const Rule& rule : rules_) {
    if (!rule.concerns(agent) || rule.probability == 0) continue;
    const double least = rule.factor ? rule.factor->support().low : 1;
    seconds = times(seconds, rule.always ? least : std::min(least, 1.0));
    if (rule.add && rule.always) added += rule.add->support().low;
  }
  return seconds + added;
}

double ComputeModel::longest_seconds(AgentId agent, std::int64_t samples) const {
  const double used = static_cast<double>(std::max<std::int64_t>(samples, 1));
  const Pace& pace = pace_of(agent);
  double seconds = pace.time ? pace.time->support().high : used / pace.rate->support().low;
  seconds = times(seconds, factor_of(agent));
  double added = 0;
  for (const Rule& rule : rules_) {
    if (!rule.concerns(agent) || rule.probability == 0) continue;
    const double greatest = rule.factor ? rule.factor->support().high : 1;
    seconds = times(seconds, rule.always ? greatest : std::max(greatest, 1.0));
    if (rule.add) added += rule.add->support().high;
  }
  return seconds + added;
}

}  // namespace taubar::compute
