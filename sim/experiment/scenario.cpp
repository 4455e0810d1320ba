#include "sim/experiment/scenario.hpp"

#include "core/base/error.hpp"
#include "core/bound/bound.hpp"
#include "core/metric/metric.hpp"

namespace taubar::experiment {

using config::at_least;
using config::Fields;
using config::required;
using config::Unit;

namespace {

constexpr std::int64_t greatest_seed = 9007199254740992;  // 2^53: exact in every JSON reader
constexpr config::Range seeds = config::between(0, static_cast<double>(greatest_seed));
constexpr double most_replicates = 100'000;

template <class Holds>
std::string algorithms_where(const Holds& holds) {
  std::string names;
  for (const auto& entry : algorithm::algorithms().any().entries)
    if (holds(*algorithm::algorithms().make(entry.name))) names += (names.empty() ? "" : ", ") + std::string(entry.name);
  return names;
}

std::string algorithms_that_never_idle() {
  return algorithms_where([](const auto& spec) { return spec.never_idles(); });
}

}  // namespace

const std::vector<std::string>& measured_names() {
  static const std::vector<std::string> names = {"tau_proc",       "tau_msg",        "tau_bar",   "staleness_mean",
                                                 "staleness_max",  "idle_share",     "updates",   "gradients",
                                                 "messages",       "messages_lost",  "bytes",     "minimum_weight",
                                                 "virtual_time",   "rate_bias",      "floor_ratio", "server_updates",
                                                 "dropped",        "visit_distance", "regenerated", "repeated_steps"};
  return names;
}

void MetricLevels::fields(Fields& f) {
  for (const metric::Metric* metric : metric::metrics()) {
    const std::string name(metric->name);
    std::optional<double> level;
    if (const auto at = levels.find(name); at != levels.end()) level = at->second;
    f.real(name, level, config::any_number, metric->summary);
    if (level) levels[name] = *level;
  }
  f.demand(!levels.empty(), "", "at least one metric with a value is needed, such as {\"suboptimality\": 1e-2}");
}

void StopSpec::fields(Fields& f) {
  f.measure("virtual_time", virtual_time, Unit::duration, config::positive,
            "ends before the first event later than this; events at exactly this time still happen");
  f.integer("updates", updates, at_least(1), "ends with this many completed local steps, summed over agents");
  f.integer("gradients", gradients, at_least(1), "ends with this many local gradient evaluations");
  f.integer("messages", messages, at_least(1), "ends with this many messages sent");
  f.measure("wall_time", wall_time, Unit::duration, config::positive,
            "ends after this much real time: a normal end, but the fingerprint then depends on the machine");
  f.object("target", target, "ends with the first record at which a metric is at or below its value");
  f.demand(virtual_time || updates || gradients || messages || wall_time || target, "",
           "nothing says when to stop; accepted: virtual_time, updates, gradients, messages, wall_time, target");
}

void RecordEvery::fields(Fields& f) {
  f.measure("virtual_time", virtual_time, Unit::duration, config::positive, "a record each such span of virtual time");
  f.integer("updates", updates, at_least(1), "a record each so many completed local steps");
  f.integer("log", log, config::between(1, 1000), "so many records a decade of virtual time, from 1 µs on");
  f.demand(virtual_time.has_value() + updates.has_value() + log.has_value() == 1, "",
           "exactly one of virtual_time, updates and log is accepted");
}

void RecordSpec::fields(Fields& f) {
  f.object("every", every, "a duration, {\"updates\": n} or {\"log\": records a decade}; default: a hundredth of the stop. At most 250,000 records are "
           "kept: then every other one goes and the spacing doubles. In a replay no closer than 1 ms",
           "virtual_time");
  f.words("metrics", metrics, "what to record; default: all that apply but those that cost n evaluations of F");
  for (const auto& name : metrics) {
    const std::string close = config::nearest(name, metric::metric_names());
    f.demand(metric::find_metric(name) != nullptr, "metrics",
             "no metric is called \"" + name + "\"" + (close.empty() ? "" : "; did you mean \"" + close + "\"?") +
                 " (taubar list metrics)");
  }
  f.one_of("trace", trace, {{"none", TraceKind::none}, {"timeline", TraceKind::timeline}},
           "timeline: also write timeline.json (Chrome trace events, opens in Perfetto)");
}

void ExpectSpec::fields(Fields& f) {
  f.word("metric", metric, metric::metric_names(), "a metric, compared at `at` with below, above or within");
  f.text("at", at, "\"end\" (default), \"any\" (some record), or an instant such as \"5s\": the last record until then");
  f.object("time_to", time_to, "virtual time of the first record at which the metric is at or below the value");
  f.word("measured", measured, measured_names(), "a figure of the summary, compared with below, above or within");
  f.word("bound", bound, bound::bound_names(), "a published guarantee that must apply and hold (taubar list bounds)");
  f.real("below", below, config::any_number, "must be less than this (time_to: seconds)");
  f.real("above", above, config::any_number, "must be greater than this");
  f.reals("within", within, config::any_number, "[low, high], both included");
  f.demand(!metric.empty() + !measured.empty() + !bound.empty() + time_to.has_value() == 1, "",
           "exactly one of metric, time_to, measured and bound is accepted");
  f.demand(below || above || !within.empty() || !bound.empty(), "", "nothing to compare with; accepted: below, above, within");
  f.demand(bound.empty() || !(below || above || !within.empty()), "bound", "has its own limit; below, above and within are not accepted");
  f.demand(within.empty() || within.size() == 2, "within", "must be [low, high]");
  f.demand(!time_to || time_to->levels.size() == 1, "time_to", "must name one metric");
  const auto instant = config::parse_quantity(at, Unit::duration);
  f.demand(at == "end" || at == "any" || (instant && *instant >= 0), "at",
           "must be \"end\", \"any\" or an instant such as \"5s\"");
}

void LimitsSpec::fields(Fields& f) {
  f.measure("memory", memory, Unit::size, config::positive,
            "refuses to start above this estimate (exit code 4); default: nine tenths of the machine's memory");
  f.measure("wall_time", wall_time, Unit::duration, config::positive, "ends a run that takes longer (exit code 3)");
  f.integer("events", events, at_least(1), "ends a run with more events (exit code 3)");
}

void Scenario::fields(Fields& f) {
  f.text("name", name, "names the experiment in tables and files");
  f.text("description", description, "what the scenario claims");
  f.integer("seed", seed, seeds, "of every random stream");
  f.integer("structure_seed", structure_seed, seeds,
            "of topology, generated data, partition and initial points; default: the seed");
  f.integer("replicates", replicates, config::between(1, most_replicates),
            "above 1: so many runs, with seeds seed, seed + 1, …, all with the structure of structure_seed; reported and "
            "judged by their means");
  f.real("confidence", confidence, {0.5, 1, false, false}, "over replicates: the level of intervals");
  f.demand(seed <= greatest_seed - (replicates - 1), "replicates", "the last seed, seed + replicates - 1, must be at most 2^53");
  f.choice("topology", topology, topology::topologies(), "who can talk to whom", required);
  f.choice("problem", problem, problem::problems(), "what is minimised", required);
  f.choice("algorithm", algorithm, algorithm::algorithms(), "what each agent does", required);
  const bool laws = f.reading() || !asynchrony.bounded();
  if (laws) f.object("compute", compute, "how long a local step takes; required but where asynchrony is bounded");
  f.object("hosts", hosts, "which agents live together; default: each on a host of its own (in a replay: as the ranks are)");
  if (laws) f.object("network", network, "how messages travel; default: at once, none lost");
  f.choices("faults", faults, fault::faults(), "what goes wrong, and when; default: nothing");
  f.object("asynchrony", asynchrony, "what decides the order of events");
  demand_what_asynchrony_needs(f);
  demand_what_faults_need(f);
  f.object("stop", stop, "when the run ends: whatever comes first", required);
  f.object("record", record, "what is recorded, and how often");
  f.demand(replicates == 1 || record.trace == TraceKind::none, "record",
           "a timeline is of one run; leave replicates or trace out");
  f.list("expect", expect, "what must hold, for CI (exit code 1 if it does not)");
  f.object("limits", limits, "what the run may use");
}

void Scenario::demand_what_asynchrony_needs(Fields& f) const {
  if (!asynchrony.bounded()) return f.demand(f.present("compute"), "compute", "is required but missing; accepted: an object");
  const std::string instead = "; leave it out, or take asynchrony.model event_driven";
  f.demand(!f.present("compute"), "compute",
           "cannot go with bounded asynchrony, where the schedule says when local steps end" + instead);
  f.demand(!f.present("network"), "network",
           "cannot go with bounded asynchrony, where the schedule says when messages arrive, and none is lost" + instead);
  if (algorithm && !algorithm->never_idles())
    f.demand(false, "algorithm",
             "with these parameters its agents wait for messages, and bounded asynchrony is of agents that never wait; accepted: " +
                 algorithms_that_never_idle());
}

void Scenario::demand_what_faults_need(Fields& f) const {
  f.demand(faults.empty() || !asynchrony.bounded(), "faults",
           "cannot go with bounded asynchrony, under which every agent completes within tau_proc; leave them out, or take "
           "asynchrony.model event_driven");
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (faults[i] && faults[i]->loses_state() && algorithm && !algorithm->can_start_anew())
      f.demand(false, "faults",
               "number " + std::to_string(i) + " has keep_state false, and with " + algorithm.kind +
                   " the others know how far an agent was: one that starts anew is not heard; accepted is keep_state true, or " +
                   algorithms_where([](const auto& spec) { return spec.can_start_anew(); }));
}

Scenario Scenario::replicate(std::int64_t index) const {
  Scenario one = *this;
  one.structure_seed = structure_seed.value_or(seed);
  one.seed = seed + index;
  one.replicates = 1;
  return one;
}

void Scenario::demand_one_run(const std::string& command) const {
  if (replicates == 1) return;
  throw InputError("/replicates: taubar " + command + " is of one run, and the scenario asks for " + std::to_string(replicates) +
                   "; give --set /replicates=1, or leave them to taubar run");
}

Scenario Scenario::read(const config::Document& document, const config::ReadOptions& options) {
  Scenario scenario;
  config::read(document, [&](Fields& f) { scenario.fields(f); }, options);
  return scenario;
}

config::Json Scenario::echo() const {
  Scenario copy = *this;
  return config::echo([&](Fields& f) { copy.fields(f); });
}

}  // namespace taubar::experiment
