#include "sim/sweep/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/math.hpp"
#include "sim/sweep/statistics.hpp"

namespace taubar::sweep {
namespace {

/// So that a file is read back within the limits of any document (core/config/document.hpp).
constexpr std::size_t most_baseline_runs = 300'000;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

using Runs = std::vector<BaselineRun>;

/// Values by seed, of those runs that have one.
struct Side {
  std::vector<std::int64_t> seeds;
  std::vector<double> values;
};

Figure reported_figure(const SweepSpec& spec) {
  if (!spec.report || spec.report->y.empty())
    throw InputError(spec.name + ": a baseline is of the figure report.y, and this sweep has none; "
                                 "\"report\": {\"y\": \"time_to(suboptimality, 0.01)\"} is one");
  return figure_named(spec.report->y);
}

std::size_t how_many_never(const Runs& runs) {
  return static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), [](const auto& run) { return !run.value; }));
}

/// The earliest second at which a run was given up; NaN where one does not say.
double earliest_end(const Runs& before, const Runs& now) {
  double earliest = std::numeric_limits<double>::infinity();
  for (const Runs* runs : {&before, &now})
    for (const auto& run : *runs) {
      if (run.value) continue;
      if (!run.until) return not_a_number;
      earliest = std::min(earliest, *run.until);
    }
  return earliest;
}

Side side_of(const Runs& runs, double horizon) {
  Side side;
  for (const auto& run : runs) {
    if (!run.value && !std::isfinite(horizon)) continue;
    side.seeds.push_back(run.seed);
    side.values.push_back(std::min(run.value.value_or(horizon), horizon));
  }
  return side;
}

bool all_positive(const Side& side) {
  return std::all_of(side.values.begin(), side.values.end(), [](double value) { return value > 0; });
}

Side logs_of(const Side& side) {
  Side logs = side;
  for (double& value : logs.values) value = math::log(value);
  return logs;
}

double mean_of(const std::vector<double>& values) { return law::sample_statistics(values).mean; }

bool all_equal(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

/// now − before of the seeds that both have.
std::vector<double> differences_by_seed(const Side& before, const Side& now) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < before.seeds.size(); ++i)
    for (std::size_t j = 0; j < now.seeds.size(); ++j)
      if (before.seeds[i] == now.seeds[j]) differences.push_back(now.values[j] - before.values[i]);
  return differences;
}

/// Whether a split of all values into sides by chance alone would part different ones so seldom.
bool rare_split(std::size_t m, std::size_t n, double level) { return fisher_probability(m, m, 0, n) <= 1 - level; }

/// Of Student's paired interval and Welch's, each with half of what may be missed, so that together they miss no more.
void take_narrower(Change& change, const std::vector<double>& differences, const Side& before, const Side& now) {
  const double level = 1 - (1 - change.level) / 2;
  const auto paired = *law::sample_statistics(differences, level).of_mean;
  const auto unpaired = *welch_interval(before.values, now.values, level);
  if (unpaired.high - unpaired.low < paired.high - paired.low) {
    change.how = Change::How::unpaired;
    change.interval = unpaired;
    return;
  }
  change.how = Change::How::paired;
  change.change = mean_of(differences);
  change.interval = paired;
}

/// Into `change`, in the scale of the values: differences, or logs.
void judge_sides(Change& change, const Side& before, const Side& now) {
  const auto differences = differences_by_seed(before, now);
  const std::size_t fewer = std::min(before.values.size(), now.values.size());
  const bool same_seeds = !differences.empty() && differences.size() == fewer;
  if (same_seeds && all_equal(differences) && differences.front() == 0) {
    change.how = Change::How::equal;
    change.change = 0;
    change.outcome = Decision::holds;
    return;
  }
  change.change = mean_of(now.values) - mean_of(before.values);
  if (fewer < 2) {
    change.why = fewer == 0 ? "a side has no figure" : "one seed has no interval: at least 2 a side are needed";
    return;
  }
  if (same_seeds) {
    take_narrower(change, differences, before, now);
  } else if (all_equal(before.values) && all_equal(now.values)) {
    change.how = Change::How::split;
    const bool equal = before.values.front() == now.values.front();
    const bool rare = rare_split(before.values.size(), now.values.size(), change.level);
    change.outcome = equal ? Decision::holds : rare ? Decision::fails : Decision::inconclusive;
    if (!equal && !rare) change.why = "figures that do not vary are different, but for other seeds; the same seeds, or more, would decide";
    return;
  } else {
    change.how = Change::How::unpaired;
    change.interval = welch_interval(before.values, now.values, change.level);
  }
  change.notices = (change.interval->high - change.interval->low) / 2;
  change.outcome = change.interval->low > 0 || change.interval->high < 0 ? Decision::fails : Decision::holds;
}

void out_of_logs(Change& change) {
  const auto exponential = [](std::optional<double>& log) {
    if (log) log = math::exp(*log);
  };
  exponential(change.change);
  exponential(change.notices);
  if (change.interval) change.interval = {math::exp(change.interval->low), math::exp(change.interval->high)};
}

/// By how many have the figure at all.
void judge_counts(Change& change, const Runs& before, const Runs& now) {
  const std::size_t m = before.size(), n = now.size(), never_before = how_many_never(before), never_now = how_many_never(now);
  change.how = Change::How::counts;
  change.outcome = fisher_probability(never_before, m, never_now, n) <= 1 - change.level ? Decision::fails : Decision::holds;
  if (change.outcome == Decision::holds && never_before != never_now) {
    change.outcome = Decision::inconclusive;
    change.why = "so many may be by chance";
  }
  if (never_before == 0 && never_now == n) {  // whoever removes a metric does so for every seed
    change.outcome = Decision::fails;
    change.why = "";
  }
}

std::string never_text(const Runs& before, const Runs& now, double horizon) {
  const std::size_t was = how_many_never(before), is = how_many_never(now);
  if (was + is == 0) return "";
  std::string text = fmt::format("never in {} of {} before, {} of {} now", was, before.size(), is, now.size());
  if (std::isfinite(horizon)) text += fmt::format("; times cut off at {} s", figure_text(horizon));
  return text;
}

Change change_of(const BaselinePoint& before, const Runs& now, double level) {
  Change change;
  change.before = before;
  change.parameters = before.parameters;
  change.level = level;
  const double horizon = earliest_end(before.runs, now);
  change.cut_off = never_text(before.runs, now, horizon);
  const Side was = side_of(before.runs, horizon), is = side_of(now, horizon);
  change.relative = all_positive(was) && all_positive(is);
  change.mean_before = change.relative ? math::exp(mean_of(logs_of(was).values)) : mean_of(was.values);
  change.mean_now = change.relative ? math::exp(mean_of(logs_of(is).values)) : mean_of(is.values);
  if (std::isnan(horizon)) judge_counts(change, before.runs, now);
  if (change.outcome == Decision::fails || was.values.empty() || is.values.empty()) return change;
  const Change counted_change = change;
  judge_sides(change, change.relative ? logs_of(was) : was, change.relative ? logs_of(is) : is);
  if (change.relative) out_of_logs(change);
  if (change.outcome == Decision::holds && counted_change.how == Change::How::counts) {
    change.outcome = counted_change.outcome;
    change.why = counted_change.why;
  }
  return change;
}

/// Of each seed the mean log over these points; only seeds that all of them have.
Side mean_logs(const std::vector<Side>& sides) {
  Side mean;
  for (std::size_t s = 0; s < sides.front().seeds.size(); ++s) {
    double sum = 0;
    bool everywhere = true;
    for (const auto& side : sides) {
      const auto seed = std::find(side.seeds.begin(), side.seeds.end(), sides.front().seeds[s]);
      everywhere = everywhere && seed != side.seeds.end();
      if (everywhere) sum += math::log(side.values[static_cast<std::size_t>(seed - side.seeds.begin())]);
    }
    if (!everywhere) continue;
    mean.seeds.push_back(sides.front().seeds[s]);
    mean.values.push_back(sum / static_cast<double>(sides.size()));
  }
  return mean;
}

Runs runs_of(const Figure& figure, const std::vector<const RunRow*>& rows) {
  Runs runs;
  for (const RunRow* row : rows) {
    if (row->status != Status::done) continue;
    BaselineRun run{row->seed, value_of(figure, *row), std::nullopt};
    if (!run.value && figure.kind == Figure::Kind::time_to) run.until = watched_until(*row);
    runs.push_back(run);
  }
  return runs;
}

/// Nothing where fewer than two points have figures on both sides: they then say all.
std::optional<Change> change_of_all(const std::vector<std::pair<Runs, Runs>>& pairs, double level) {
  std::vector<Side> before, now;
  for (const auto& [was, is] : pairs) {
    const double horizon = earliest_end(was, is);
    if (std::isnan(horizon)) continue;
    const Side a = side_of(was, horizon), b = side_of(is, horizon);
    if (a.values.empty() || b.values.empty() || !all_positive(a) || !all_positive(b)) continue;
    before.push_back(a);
    now.push_back(b);
  }
  if (before.size() < 2) return std::nullopt;
  const Side a = mean_logs(before), b = mean_logs(now);
  if (a.values.empty() || b.values.empty()) return std::nullopt;
  Change change;
  change.of_all = true;
  change.level = level;
  change.mean_before = change.mean_now = not_a_number;
  judge_sides(change, a, b);
  out_of_logs(change);
  return change;
}

std::string found_text(const Change& change) {
  if (!change.change) return "";
  if (change.how == Change::How::equal) return "the same with every seed";
  return change.relative ? fmt::format("{} times what it was", figure_text(*change.change))
                         : fmt::format("changed by {}", figure_text(*change.change));
}

std::string how_text(Change::How how) {
  switch (how) {
    case Change::How::paired: return "paired by seed";
    case Change::How::unpaired: return "not paired";
    case Change::How::split: return "no figure varies";
    case Change::How::counts: return "by counts";
    case Change::How::equal:
    case Change::How::none: break;
  }
  return "";
}

void append(std::string& text, const std::string& more) {
  if (!more.empty()) text += (text.empty() ? "" : "; ") + more;
}

}  // namespace

Baseline baseline_of(const SweepSpec& spec, const std::vector<RunRow>& rows) {
  const Figure figure = reported_figure(spec);
  if (rows.size() > most_baseline_runs)
    throw RefusedError(fmt::format("{}: a baseline holds at most {} runs, and this sweep has {}", spec.name, most_baseline_runs, rows.size()));
  Baseline baseline{spec.name, figure.name(), {}};
  std::size_t not_done = 0;
  for (const auto& row : rows)
    if (row.status != Status::done) ++not_done;
  if (not_done > 0 || rows.empty())
    throw InputError(fmt::format("{}: a baseline is made of a sweep of which every run is done; {} of {} are not", spec.name, not_done,
                                 rows.size()));
  for (const auto& point : points_of(rows)) baseline.points.push_back({*point.parameters, runs_of(figure, point.runs)});
  std::stable_sort(baseline.points.begin(), baseline.points.end(), [](const auto& a, const auto& b) {
    return parameters_key(a.parameters) < parameters_key(b.parameters);
  });
  return baseline;
}

BaselineComparison compare_with_baseline(const SweepSpec& spec, const std::vector<Point>& points, const Baseline& baseline,
                                         const std::string& file) {
  const Figure figure = reported_figure(spec);
  if (baseline.figure != figure.name())
    throw InputError(fmt::format("{}: holds {}, but report.y of this sweep is {}; a new one is made with --update-baseline {}", file,
                                 baseline.figure, figure.name(), file));
  BaselineComparison comparison{file, figure.name(), std::string(figure.unit()), {}, {}};
  std::map<std::string, const Point*> now;
  for (const auto& point : points) now[parameters_key(*point.parameters)] = &point;

  std::vector<std::pair<Runs, Runs>> pairs;
  const auto count = static_cast<double>(baseline.points.size());
  const double of_each = baseline.points.size() > 1 ? 1 - (1 - alarm_level) / 2 / count : alarm_level;
  for (const auto& before : baseline.points) {
    const auto point = now.find(parameters_key(before.parameters));
    if (point == now.end()) {
      Change missing;
      missing.before = before;
      missing.parameters = before.parameters;
      missing.mean_before = missing.mean_now = not_a_number;
      missing.why = "the sweep no longer has this point";
      comparison.changes.push_back(std::move(missing));
      continue;
    }
    const auto runs = runs_of(figure, point->second->runs);
    const std::size_t not_done = point->second->runs.size() - runs.size();
    comparison.changes.push_back(change_of(before, runs, of_each));
    if (not_done > 0) append(comparison.changes.back().why, counted(not_done, "run") + " failed or not done");
    if (not_done > 0 && comparison.changes.back().outcome == Decision::holds) comparison.changes.back().outcome = Decision::inconclusive;
    pairs.emplace_back(before.runs, runs);
    now.erase(point);
  }
  for (const auto& point : points)
    if (now.contains(parameters_key(*point.parameters))) comparison.fresh.push_back(*point.parameters);
  if (const auto all = change_of_all(pairs, 1 - (1 - alarm_level) / 2))
    comparison.changes.insert(comparison.changes.begin(), *all);
  return comparison;
}

Verdict BaselineComparison::verdict(const Change& change, const SweepSpec& spec) const {
  std::vector<std::string> pointers;
  for (const auto& [pointer, value] : change.parameters) pointers.push_back(pointer);
  Verdict verdict;
  verdict.kind = Verdict::Kind::baseline;
  verdict.name = fmt::format("{} as in {}, {}", figure, file,
                             change.of_all ? "mean over all points" : "at " + parameters_text(change.parameters, pointers, axes_of(spec)));
  verdict.outcome = change.outcome;
  verdict.measured = change.change;
  verdict.interval = change.interval;
  verdict.level = change.level;
  if (change.before)
    for (const auto& run : change.before->runs) verdict.seeds.push_back(run.seed);
  std::string& text = verdict.message;
  text = found_text(change);
  if (change.interval) text += fmt::format(" ({} interval {})", level_text(change.level), interval_text(*change.interval));
  append(text, how_text(change.how));
  if (!change.of_all && !std::isnan(change.mean_before) && change.how != Change::How::equal)
    append(text, fmt::format("before {}{}, now {}{}", figure_text(change.mean_before), unit.empty() ? "" : " " + unit,
                             figure_text(change.mean_now), unit.empty() ? "" : " " + unit));
  append(text, change.cut_off);
  append(text, change.why);
  return verdict;
}

}  // namespace taubar::sweep
