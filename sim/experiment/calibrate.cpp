#include "sim/experiment/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/algorithm/algorithm.hpp"
#include "core/base/error.hpp"
#include "core/config/units.hpp"
#include "core/config/wording.hpp"
#include "sim/delay/placement.hpp"
#include "sim/delay/transit_fit.hpp"
#include "sim/law/alike.hpp"

namespace taubar::experiment {
namespace {

using config::Json;

std::string seconds(double value) { return config::format_quantity(value, config::Unit::duration); }
std::string rate(double value) { return config::format_quantity(value, config::Unit::rate); }

// ---- one law ----

std::string why_not(const law::Fit& fit) {
  if (!fit.any_fits()) return fmt::format("no law fits (all p < {}), several may be mixed", law::level_of_fit);
  return fmt::format("the law chosen by AIC does not fit (p < {}), though another kind does", law::level_of_fit);
}

FittedLaw fitted(std::string name, std::string about, std::vector<double> samples, const CalibrateOptions& options) {
  FittedLaw result{std::move(name), std::move(about), law::fit(samples), {}, {}};
  const law::Fit& fit = result.fit;
  const auto note = [&](std::string text) { result.notes.push_back(std::move(text)); };
  result.law = fit.json();
  if (options.empirical) result.law = law::empirical(samples);
  if (fit.zeros > 0 && fit.zeros < fit.samples)
    note(fmt::format("{} of {} samples are 0: {}", fit.zeros, fit.samples,
                     fit.has_atom() ? "the law is a mixture of 0 and what was fitted to the others"
                                    : "at most one in a hundred, left out of the fit"));
  if (fit.samples - std::min(fit.zeros, fit.samples) < law::fewest_samples)
    note(fmt::format("{} samples are too few for a law (at least {} positive ones): {}", fit.samples, law::fewest_samples,
                     options.empirical ? "the samples themselves" : "constant, their mean"));
  else if (!fit.fits() && !options.empirical)
    note(why_not(fit) + "; --empirical keeps the samples as they are");
  return result;
}

// ---- compute ----

/// Messages that the agent of a step handed to the world between its begin and its end.
std::ptrdiff_t sent_during(const MeasuredStep& step, const std::vector<MeasuredTransit>& messages) {
  using Instant = std::pair<AgentId, double>;
  const auto earlier = [](const MeasuredTransit& m, const Instant& at) { return Instant(m.from, m.sent) < at; };
  const auto first = std::lower_bound(messages.begin(), messages.end(), Instant(step.agent, step.begin), earlier);
  return std::lower_bound(first, messages.end(), Instant(step.agent, step.begin + step.duration), earlier) - first;
}

/// Durations agent by agent, in order of begin, without the sender's overhead. A step counts from the instant at which it is
/// asked for, and what is sent at that instant holds it up; the simulation adds that overhead itself.
std::vector<std::vector<double>> durations(const ReplayDirectory& replay, std::size_t agents) {
  std::vector<std::vector<double>> all(agents);
  for (const auto& step : replay.steps) {
    if (step.agent >= agents) continue;
    const double overhead = static_cast<double>(sent_during(step, replay.messages)) * replay.overhead;
    all[step.agent].push_back(std::max(0.0, step.duration - overhead));
  }
  return all;
}

/// Correlation of each step with the agent's next, over all agents of a group.
double lag_1(const std::vector<std::vector<double>>& group) {
  double products = 0, squares = 0;
  for (const auto& x : group) {
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      squares += (x[i] - mean) * (x[i] - mean);
      if (i > 0) products += (x[i - 1] - mean) * (x[i] - mean);
    }
  }
  return squares > 0 ? products / squares : 0;
}

std::string named(const std::vector<AgentId>& agents) {
  if (agents.size() > 8) return fmt::format("{} agents, {} to {}", agents.size(), agents.front(), agents.back());
  std::string text = agents.size() == 1 ? "agent" : "agents";
  for (std::size_t i = 0; i < agents.size(); ++i) text += fmt::format("{}{}", i == 0 ? " " : ", ", agents[i]);
  return text;
}

FittedLaw law_of_group(const std::vector<AgentId>& group, std::string name, const std::vector<std::vector<double>>& all,
                       const CalibrateOptions& options) {
  std::vector<double> samples;
  std::vector<std::vector<double>> each;
  for (AgentId agent : group) {
    samples.insert(samples.end(), all[agent].begin(), all[agent].end());
    each.push_back(all[agent]);
  }
  auto result = fitted(std::move(name), named(group), samples, options);
  if (result.fit.mean == 0) throw InputError(fmt::format("steps.csv: the steps of {} took no time at all", named(group)));
  // √N r is standard normal without dependence: 4 is a false alarm of 6e-5.
  const double r = lag_1(each);
  if (std::fabs(r) > std::max(0.1, 4 / std::sqrt(static_cast<double>(samples.size()))))
    result.notes.push_back(
        fmt::format("each step goes with the one before (correlation {:.2f}); the simulation draws them independently", r));
  return result;
}

void fit_compute(Calibration& result, const ReplayDirectory& replay, std::size_t agents, const CalibrateOptions& options) {
  const auto all = durations(replay, agents);
  std::vector<AgentId> measured, idle;
  for (AgentId i = 0; i < agents; ++i) (all[i].empty() ? idle : measured).push_back(i);
  if (measured.empty()) throw InputError("steps.csv: no completed local step; a law needs some");
  std::vector<std::vector<double>> samples;
  for (AgentId agent : measured) samples.push_back(all[agent]);
  const auto alike = law::alike(std::move(samples));

  Json overrides = Json::array();
  for (const auto& members : alike.groups) {
    std::vector<AgentId> group;
    for (std::size_t i : members) group.push_back(measured[i]);
    const bool first = result.laws.empty();
    auto law = law_of_group(group, first ? "compute.time" : fmt::format("compute.agents/{}.time", overrides.size()), all, options);
    if (!first) overrides.push_back({{"agents", group}, {"time", law.law}});
    result.laws.push_back(std::move(law));
  }
  Json& compute = result.scenario["compute"];
  compute = Json{{"time", result.laws.front().law}};
  if (!overrides.empty()) compute["agents"] = overrides;

  if (measured.size() > 1)
    result.notes.push_back(fmt::format(
        "compute: Anderson-Darling over {} agents p {}: {} (level {}, then pair by pair with Holm's correction)",
        measured.size(), alike.p < 1e-9 ? "< 1e-9" : fmt::format("= {:.2g}", alike.p),
        alike.groups.size() == 1 ? "one law for all" : fmt::format("{} laws", alike.groups.size()), law::level_of_difference));
  if (!idle.empty())
    result.notes.push_back(fmt::format("compute: {} completed no step and take the common law", named(idle)));
}

// ---- network ----

/// What remains of the transits without the sender's overhead: its own for each message, and those of the copies of one
/// multicast that went before it.
std::vector<delay::Transit> without_overhead(const ReplayDirectory& replay, bool intra) {
  std::vector<delay::Transit> transits;
  int copies = 0;
  for (std::size_t i = 0; i < replay.messages.size(); ++i) {
    const MeasuredTransit& message = replay.messages[i];
    const bool same = i > 0 && replay.messages[i - 1].from == message.from && replay.messages[i - 1].sent == message.sent;
    copies = same ? copies + 1 : 1;
    if (message.intra == intra) transits.push_back({message.bytes, message.transit - copies * replay.overhead});
  }
  return transits;
}

/// The bandwidth, where sizes show it. Subtracts the transmission from the transits.
std::optional<FittedBandwidth> fit_bandwidth(const std::string& name, std::vector<delay::Transit>& transits,
                                             std::vector<std::string>& notes) {
  const auto slope = delay::seconds_per_byte(transits);
  if (!slope) {
    notes.push_back(name + ": cannot be known, the messages are of one size or nearly; transmission is inside the latency");
    return std::nullopt;
  }
  if (slope->low <= 0) {
    notes.push_back(fmt::format("{}: sizes do not show in the transits{}; left out, transmission is inside the latency", name,
                                slope->high > 0 ? fmt::format(" (at least {}, 97.5 %)", rate(8 / slope->high)) : ""));
    return std::nullopt;
  }
  for (auto& transit : transits) transit.seconds -= slope->estimate * static_cast<double>(transit.bytes);
  return FittedBandwidth{name, 8 / slope->estimate, 8 / slope->high, 8 / slope->low};
}

/// Latency and bandwidth of messages inside or between hosts, written into `section`.
void fit_messages(Calibration& result, Json& section, const ReplayDirectory& replay, bool intra, const CalibrateOptions& options) {
  const std::string name = intra ? "network.intra_host" : "network";
  const std::string about = intra ? "messages inside a host" : "messages between hosts";
  auto transits = without_overhead(replay, intra);
  if (transits.empty()) {
    result.notes.push_back(fmt::format("{}: no {}; kept as it was", name, about));
    return;
  }
  const auto bandwidth = fit_bandwidth(name + ".bandwidth", transits, result.notes);
  std::vector<double> latencies;
  std::size_t negative = 0;
  double most_negative = 0;
  for (const auto& transit : transits) {
    negative += transit.seconds < 0;
    most_negative = std::min(most_negative, transit.seconds);
    latencies.push_back(std::max(transit.seconds, 0.0));
  }
  auto law = fitted(name + ".latency", about, std::move(latencies), options);
  if (negative > 0)
    law.notes.push_back(fmt::format("{} of {} latencies came out below 0, by at most {}, and were moved to 0 (the clocks agree to {})",
                                    negative, transits.size(), seconds(-most_negative), seconds(replay.clock_uncertainty)));
  section["latency"] = law.law;
  section.erase("bandwidth");
  if (bandwidth) {
    section["bandwidth"] = bandwidth->value;
    result.bandwidths.push_back(*bandwidth);
  }
  result.laws.push_back(std::move(law));
}

/// Inside a host, what is absent is as between hosts; a bandwidth that is not known there must not be that one.
constexpr double as_good_as_infinite = 1e18;

/// What overrides of links say of times is inside the measured transits; what they say of loss stays.
void drop_link_times(Json& network, std::vector<std::string>& notes) {
  if (!network.contains("links")) return;
  Json kept = Json::array();
  bool dropped = false;
  for (Json link : network["links"]) {
    dropped |= link.erase("latency") + link.erase("bandwidth") > 0;
    if (link.size() > 1) kept.push_back(link);
  }
  if (dropped) notes.push_back("network.links: latencies and bandwidths were dropped, they are inside the measured transits");
  if (kept.empty())
    network.erase("links");
  else
    network["links"] = kept;
}

void fit_network(Calibration& result, const ReplayDirectory& replay, const CalibrateOptions& options) {
  Json& network = result.scenario["network"];
  if (!network.is_object()) network = Json::object();
  fit_messages(result, network, replay, false, options);
  const bool any_inside = std::any_of(replay.messages.begin(), replay.messages.end(), [](const auto& m) { return m.intra; });
  network.erase("intra_host");
  if (any_inside) {
    Json inside = Json::object();
    fit_messages(result, inside, replay, true, options);
    if (network.contains("bandwidth") && !inside.contains("bandwidth")) inside["bandwidth"] = as_good_as_infinite;
    network["intra_host"] = inside;
  }
  drop_link_times(network, result.notes);
  network["overhead"] = result.overhead = replay.overhead;
  if (network.value("contention", "none") != "none")
    result.notes.push_back("network.contention is kept, but the measured transits hold queues already: they count twice");
}

// ---- hosts ----

bool has_server(const Json& scenario) {
  const Json& chosen = scenario.contains("algorithm") ? scenario["algorithm"] : Json();
  const auto spec = algorithm::algorithms().make(chosen.is_object() ? chosen.value("kind", "") : "");
  return spec && spec->overlay() == algorithm::Overlay::server;
}

/// The hosts of the replay as the scenario can say them.
std::optional<Json> hosts_section(const ReplayDirectory& replay, std::size_t agents) {
  const auto& host_of = replay.host_of;
  const auto last = static_cast<std::int64_t>(*std::max_element(host_of.begin(), host_of.end()));
  for (const std::int64_t count : {replay.ranks, last + 1})
    for (const auto& [name, assignment] : {std::pair("block", delay::Assignment::block), {"round_robin", delay::Assignment::round_robin}}) {
      const delay::Placement placement(agents, static_cast<std::uint64_t>(count), assignment);
      bool same = true;
      for (AgentId i = 0; i < host_of.size(); ++i) same &= placement.host_of(i) == host_of[i];
      if (same) return Json{{"count", count}, {"assignment", name}};
    }
  return std::nullopt;
}

/// A new member stands after `before`, where a reader of the scenario looks for it.
void insert_after(Json& scenario, const std::string& before, const std::string& key, Json value) {
  Json ordered = Json::object();
  scenario.erase(key);
  for (const auto& [name, member] : scenario.items()) {
    ordered[name] = member;
    if (name == before) ordered[key] = value;
  }
  if (!ordered.contains(key)) ordered[key] = value;
  scenario = std::move(ordered);
}

void set_hosts(Calibration& result, const ReplayDirectory& replay, std::size_t agents) {
  if (const auto hosts = hosts_section(replay, agents)) {
    insert_after(result.scenario, "compute", "hosts", *hosts);
    return;
  }
  result.scenario.erase("hosts");
  result.notes.push_back("hosts: who lived where is neither block nor round_robin; left out, so every agent has its own host");
}

void add_heading(Calibration& result, const ReplayDirectory& replay) {
  Json ordered{{"//calibrated",
                fmt::format("compute.time, network.latency, bandwidth, overhead and intra_host, and hosts, follow from a replay on "
                            "{} ranks (pace {}, time scale {}); stragglers and per_agent were dropped, they are inside the "
                            "measured durations",
                            replay.ranks, replay.pace, replay.time_scale)}};
  for (const auto& [name, member] : result.scenario.items()) ordered[name] = member;
  result.scenario = std::move(ordered);
}

Json as_json(const law::Candidate& candidate, std::size_t samples) {
  return {{"law", candidate.json()},
          {"log_likelihood_per_sample", candidate.log_likelihood / static_cast<double>(samples)},
          {"aic", candidate.aic()},
          {"kolmogorov_smirnov", candidate.distance},
          {"p", candidate.p}};
}

Json as_json(const FittedLaw& fitted) {
  Json candidates = Json::array();
  for (const auto& candidate : fitted.fit.candidates)
    candidates.push_back(as_json(candidate, std::max<std::size_t>(1, fitted.fit.samples - fitted.fit.zeros)));
  return {{"name", fitted.name},
          {"about", fitted.about},
          {"samples", fitted.fit.samples},
          {"zeros", fitted.fit.zeros},
          {"mean", fitted.fit.mean},
          {"standard_deviation", fitted.fit.deviation},
          {"chosen", fitted.law["kind"]},
          {"fits", fitted.fit.fits()},
          {"tested_samples", fitted.fit.tested},
          {"candidates", candidates},
          {"notes", fitted.notes}};
}

}  // namespace

Calibration calibrate(const ReplayDirectory& replay, const CalibrateOptions& options) {
  Calibration result;
  result.scenario = replay.scenario;
  const std::size_t agents = replay.host_of.size() - (has_server(replay.scenario) ? 1 : 0);
  fit_compute(result, replay, agents, options);
  fit_network(result, replay, options);
  set_hosts(result, replay, agents);
  add_heading(result, replay);
  return result;
}

Json report(const Calibration& calibration) {
  Json laws = Json::array(), bandwidths = Json::array();
  for (const auto& law : calibration.laws) laws.push_back(as_json(law));
  for (const auto& b : calibration.bandwidths)
    bandwidths.push_back({{"name", b.name}, {"value", b.value}, {"low", b.low}, {"high", b.high}, {"level", 0.95}});
  return {{"name", calibration.scenario.value("name", "")},
          {"laws", laws},
          {"bandwidths", bandwidths},
          {"overhead", calibration.overhead},
          {"notes", calibration.notes}};
}

}  // namespace taubar::experiment
