#include "sim/sweep/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/sweep/sample.hpp"

namespace taubar::sweep {
namespace {

using PointsByKey = std::map<std::string, const Point*>;

struct PairedPoints {
  const Point *of, *to;
};

std::vector<std::string> pointers_besides(const Parameters& named, const std::vector<const Point*>& points) {
  std::set<std::string> pointers;
  for (const Point* point : points)
    for (const auto& [pointer, value] : *point->parameters)
      if (!named.contains(pointer)) pointers.insert(pointer);
  return {pointers.begin(), pointers.end()};
}

/// Empty if two points of the group are alike.
PointsByKey keyed(const std::vector<const Point*>& group, const std::vector<std::string>& along) {
  PointsByKey by_key;
  for (const Point* point : group)
    if (!by_key.emplace(parameters_key(*point->parameters, along), point).second) return {};
  return by_key;
}

/// In the order of the plan.
std::vector<PairedPoints> paired(const std::vector<const Point*>& of, const std::vector<const Point*>& to,
                                 const std::vector<std::string>& along) {
  std::vector<PairedPoints> pairs;
  const auto partners = keyed(to, along);
  if (keyed(of, along).empty()) return pairs;
  for (const Point* point : of)
    if (const auto partner = partners.find(parameters_key(*point->parameters, along)); partner != partners.end())
      pairs.push_back({point, partner->second});
  return pairs;
}

const RunRow* run_with(const Point& point, std::int64_t seed) {
  const auto run = std::lower_bound(point.runs.begin(), point.runs.end(), seed,
                                    [](const RunRow* row, std::int64_t sought) { return row->seed < sought; });
  return run == point.runs.end() || (*run)->seed != seed ? nullptr : *run;
}

bool is_done(const RunRow* run) { return run && run->status == Status::done; }

std::set<std::int64_t> seeds_among(const std::vector<PairedPoints>& pairs) {
  std::set<std::int64_t> seeds;
  for (const auto& pair : pairs)
    for (const Point* point : {pair.of, pair.to})
      for (const RunRow* run : point->runs) seeds.insert(run->seed);
  return seeds;
}

/// The first run that failed, of either group.
const RunRow* failed_run(const std::vector<const Point*>& points) {
  for (const Point* point : points)
    for (const RunRow* run : point->runs)
      if (has_failed(*run)) return run;
  return nullptr;
}

LogRatio ratio_of_pair(const Figure& figure, const PairedPoints& pair, std::int64_t seed) {
  return log_ratio(value_of(figure, *run_with(*pair.of, seed)), value_of(figure, *run_with(*pair.to, seed)));
}

std::string basis(const Comparison& comparison, const std::vector<std::string>& axes) {
  std::string text = fmt::format("{} ({})", counted(comparison.seeds.size(), "seed"), seeds_text(comparison.seeds));
  if (comparison.by_point.size() > 1) {
    std::string names;
    for (const auto& pointer : comparison.along) names += (names.empty() ? "" : ", ") + axis_name(pointer, axes);
    text += fmt::format(" and the {} of {}", counted(comparison.by_point.size(), "value"), names);
  }
  const auto& over = comparison.over;
  if (over.of_median && over.seeds > over.finite)
    text += fmt::format("; with {} of {} seeds a side never has it{}", over.seeds - over.finite, over.seeds,
                        over.unknown > 0 ? fmt::format(", with {} neither", over.unknown) : "");
  return text;
}

void judge_comparison(Comparison& comparison, const ComparisonSpec& asked, const std::vector<LogRatio>& by_seed,
                      const std::vector<std::string>& axes) {
  Verdict& verdict = comparison.verdict;
  if (comparison.seeds.empty()) {
    verdict.message = "no pair of runs: no seed of both groups is done";
    return;
  }
  std::string why;
  verdict.outcome = judge_ratio(comparison.over, by_seed, {asked.at_most, asked.at_least}, why);
  verdict.measured = comparison.over.ratio();
  verdict.interval = comparison.over.interval();
  verdict.message = fmt::format("{}ratio {}, over {}", comparison.over.of_median ? "median " : "", ratio_text(comparison.over),
                                basis(comparison, axes));
  if (!why.empty()) verdict.message += "; " + why;
  if (comparison.alone > 0)
    verdict.message += fmt::format("; {} without a counterpart left out", counted(comparison.alone, "point"));
  if (comparison.incomplete_seeds == 0) return;
  verdict.message += fmt::format("; {} left out, of which a run is missing", counted(comparison.incomplete_seeds, "seed"));
  if (verdict.outcome == Decision::holds) verdict.outcome = Decision::inconclusive;
}

}  // namespace

std::string comparison_words(const SweepSpec& spec, const ComparisonSpec& asked) {
  const auto axes = axes_of(spec);
  const auto group = [&](const Parameters& parameters) {
    std::vector<std::string> pointers;
    for (const auto& [pointer, value] : parameters) pointers.push_back(pointer);
    return parameters_text(parameters, pointers, axes);
  };
  std::string limits;
  if (asked.at_least) limits += fmt::format("at least {:g}", *asked.at_least);
  if (asked.at_most) limits += fmt::format("{}at most {:g}", limits.empty() ? "" : " and ", *asked.at_most);
  return fmt::format("{} of {}, {} times that of {}", figure_named(asked.compare).name(), group(asked.of), limits, group(asked.to));
}

Comparison compare_groups(const SweepSpec& spec, const ComparisonSpec& asked, const std::vector<Point>& points,
                          const std::string& options) {
  Comparison comparison;
  comparison.figure = figure_named(asked.compare);
  comparison.verdict.kind = Verdict::Kind::comparison;
  comparison.verdict.name = comparison_words(spec, asked);
  comparison.verdict.level = spec.confidence;
  std::vector<const Point*> of, to, both;
  for (const auto& point : points) {
    if (belongs(*point.parameters, asked.of)) of.push_back(&point);
    if (belongs(*point.parameters, asked.to)) to.push_back(&point);
  }
  both.insert(both.end(), of.begin(), of.end());
  both.insert(both.end(), to.begin(), to.end());

  Parameters named = asked.of;
  named.insert(asked.to.begin(), asked.to.end());
  auto along = pointers_besides(named, both);
  auto pairs = paired(of, to, along);
  for (auto axis = spec.zip.rbegin(); axis != spec.zip.rend() && pairs.empty(); ++axis)
    if (std::erase(along, axis->pointer) > 0) {
      comparison.unpaired_by.push_back(axis->pointer);
      pairs = paired(of, to, along);
    }
  comparison.alone = of.size() + to.size() - 2 * pairs.size();
  std::stable_sort(along.begin(), along.end(), [order = axes_of(spec)](const auto& a, const auto& b) {
    return std::find(order.begin(), order.end(), a) < std::find(order.begin(), order.end(), b);
  });
  for (const auto& pointer : along)
    if (std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
          return parameters_key(*pair.of->parameters, {pointer}) != parameters_key(*pairs.front().of->parameters, {pointer});
        }))
      comparison.along.push_back(pointer);

  std::vector<LogRatio> by_seed;
  for (const auto seed : seeds_among(pairs)) {
    std::vector<LogRatio> ratios;
    for (const auto& pair : pairs)
      if (is_done(run_with(*pair.of, seed)) && is_done(run_with(*pair.to, seed)))
        ratios.push_back(ratio_of_pair(comparison.figure, pair, seed));
    if (ratios.size() < pairs.size()) {
      ++comparison.incomplete_seeds;
      continue;
    }
    comparison.seeds.push_back(seed);
    by_seed.push_back(mean_log_ratio(ratios));
  }
  for (const auto& pair : pairs) {
    std::vector<LogRatio> own;
    for (const auto seed : comparison.seeds) own.push_back(ratio_of_pair(comparison.figure, pair, seed));
    Parameters shared;
    for (const auto& pointer : comparison.along) shared[pointer] = pair.of->parameters->at(pointer);
    comparison.by_point.push_back({shared, ratio_over_seeds(own, spec.confidence)});
  }
  comparison.over = ratio_over_seeds(by_seed, spec.confidence);

  Verdict& verdict = comparison.verdict;
  judge_comparison(comparison, asked, by_seed, axes_of(spec));
  verdict.seeds = comparison.seeds;
  if (const RunRow* failed = failed_run(both)) {
    verdict.outcome = Decision::fails;
    verdict.message += fmt::format("; the run with seed {} failed", failed->seed);
    verdict.commands.push_back(reproduction(spec, *failed, options));
  } else if (verdict.outcome != Decision::holds && !pairs.empty() && !comparison.seeds.empty()) {
    for (const Point* point : {pairs.front().of, pairs.front().to})
      verdict.commands.push_back(reproduction(spec, *run_with(*point, comparison.seeds.front()), options));
  }
  return comparison;
}

}  // namespace taubar::sweep
