#include "sim/sweep/ratio.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/math.hpp"
#include "sim/sweep/statistics.hpp"

namespace taubar::sweep {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

/// Seeds.
constexpr double most_seeds_to_advise = 1e6;

struct LogLimits {
  double floor, ceiling;  ///< of what is accepted, both included
};

LogLimits log_limits(const RatioLimits& limits) {
  return {limits.at_least ? math::log(*limits.at_least) : -endless, limits.at_most ? math::log(*limits.at_most) : endless};
}

std::string what_would_decide(const RatioOverSeeds& over, const LogLimits& limits) {
  if (over.of_median) return "more seeds would decide";
  const double gap = std::min(std::abs(*over.log - limits.floor), std::abs(*over.log - limits.ceiling));
  const double half = (over.logs->high - over.logs->low) / 2;
  const double needed = std::ceil(static_cast<double>(over.seeds) * math::pow(half / gap, 2));
  return needed <= most_seeds_to_advise ? fmt::format("about {:.0f} seeds would decide", needed)
                                        : "the ratio is too near to the limit for any number of seeds to decide";
}

}  // namespace

LogRatio log_ratio(const std::optional<double>& a, const std::optional<double>& b) {
  constexpr LogRatio unknown{-endless, endless};
  if ((!a && !b) || (a && !(*a >= 0)) || (b && !(*b >= 0))) return unknown;
  if (!a || !b) return a ? LogRatio{-endless, -endless} : LogRatio{endless, endless};
  if (*a == *b) return {0, 0};
  const double log = math::log(*a / *b);
  return {log, log};
}

LogRatio mean_log_ratio(const std::vector<LogRatio>& ratios) {
  LogRatio sum;
  for (const auto& ratio : ratios) {
    sum.low += ratio.low;
    sum.high += ratio.high;
  }
  if (std::isnan(sum.low) || std::isnan(sum.high)) return {-endless, endless};
  if (!std::isfinite(sum.low) || !std::isfinite(sum.high)) return sum;
  const double first = ratios.front().low;
  double beyond = 0;
  for (const auto& ratio : ratios) beyond += ratio.low - first;  // so that equal ratios have exactly their mean
  const double mean = first + beyond / static_cast<double>(ratios.size());
  return {mean, mean};
}

std::optional<double> RatioOverSeeds::ratio() const { return log ? std::optional(math::exp(*log)) : std::nullopt; }

std::optional<law::Interval> RatioOverSeeds::interval() const {
  return logs ? std::optional(law::Interval{math::exp(logs->low), math::exp(logs->high)}) : std::nullopt;
}

RatioOverSeeds ratio_over_seeds(const std::vector<LogRatio>& by_seed, double level) {
  RatioOverSeeds over;
  over.level = level;
  over.seeds = by_seed.size();
  std::vector<double> low, high;
  for (const auto& ratio : by_seed) {
    low.push_back(ratio.low);
    high.push_back(ratio.high);
    if (!ratio.known()) ++over.unknown;
    if (ratio.known() && std::isfinite(ratio.low)) ++over.finite;
  }
  if (by_seed.empty()) return over;
  over.of_median = over.finite < over.seeds;
  if (!over.of_median) {
    const auto statistics = law::sample_statistics(low, level);
    over.log = statistics.mean;
    over.logs = statistics.of_mean;
    return over;
  }
  const double median = median_of_any(low);
  if (median == median_of_any(high)) over.log = median;
  over.logs = median_interval(std::move(low), std::move(high), level);
  return over;
}

Decision judge_ratio(const RatioOverSeeds& over, const std::vector<LogRatio>& by_seed, const RatioLimits& limits, std::string& why) {
  const LogLimits logs = log_limits(limits);
  const auto accepted = [&](double low, double high) { return low >= logs.floor && high <= logs.ceiling; };
  const auto rejected = [&](double low, double high) { return high < logs.floor || low > logs.ceiling; };
  why.clear();
  if (over.logs) {
    const auto [low, high] = *over.logs;
    if (accepted(low, high)) return Decision::holds;
    if (rejected(low, high)) return Decision::fails;
    why = what_would_decide(over, logs);
    return Decision::inconclusive;
  }
  if (over.seeds == 1 && by_seed.front().known()) {
    why = "judged by its value: one seed has no interval";
    return accepted(by_seed.front().low, by_seed.front().high) ? Decision::holds : Decision::fails;
  }
  if (over.seeds > 0 && std::all_of(by_seed.begin(), by_seed.end(), [&](const auto& r) { return rejected(r.low, r.high); })) {
    why = "the wrong side with every seed";
    return Decision::fails;
  }
  if (over.seeds > 0 && over.unknown == over.seeds)
    why = "neither side has it with any seed";
  else if (over.seeds > 0)
    why = fmt::format("not all ratios are finite, and an interval of their median takes {} seeds", least_for_median(over.level));
  return Decision::inconclusive;
}

std::string ratio_text(const RatioOverSeeds& over) {
  const auto ratio = over.ratio();
  const auto interval = over.interval();
  std::string text = ratio ? figure_text(*ratio) : "not known";
  if (interval) text += fmt::format(" ({} interval {})", level_text(over.level), interval_text(*interval));
  return text;
}

}  // namespace taubar::sweep
