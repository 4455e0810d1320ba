#include "sim/sweep/plan.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <unordered_set>

#include "core/base/error.hpp"
#include "core/problem/content_hash.hpp"
#include "sim/sweep/point_digests.hpp"
#include "sim/sweep/sampled_points.hpp"

namespace taubar::sweep {
namespace {

using config::Json;

std::size_t zip_rows(const SweepSpec& spec) { return spec.zip.empty() ? 1 : spec.zip.front().values.size(); }

/// Every combination of the grid, then of these every row of the zip, then of these every point of the sample.
std::vector<Parameters> expand(const SweepSpec& spec) {
  std::vector<Parameters> points(1);
  const auto multiply = [&](std::size_t n, const auto& add) {
    std::vector<Parameters> more;
    more.reserve(points.size() * n);
    for (const auto& point : points)
      for (std::size_t i = 0; i < n; ++i) add(more.emplace_back(point), i);
    points = std::move(more);
  };
  for (const Axis& axis : spec.grid)
    multiply(axis.values.size(), [&](Parameters& point, std::size_t i) { point[axis.pointer] = axis.values[i]; });
  if (!spec.zip.empty())
    multiply(zip_rows(spec), [&](Parameters& point, std::size_t i) {
      for (const Axis& axis : spec.zip) point[axis.pointer] = axis.values[i];
    });
  if (spec.sample) {
    const auto drawn = unit_points(*spec.sample);
    multiply(drawn.size(), [&](Parameters& point, std::size_t i) {
      for (std::size_t r = 0; r < spec.sample->ranges.size(); ++r) {
        const Range& range = spec.sample->ranges[r];
        point[range.pointer] = value_at(range, drawn[i][r]);
      }
    });
  }
  return points;
}

/// Where in the sweep file the value stands that a point sets.
std::string origin(const SweepSpec& spec, const std::string& pointer, const Json& value) {
  const std::string key = config::escape_pointer(pointer);
  for (const auto& [axes, name] : {std::pair(&spec.grid, "/grid/"), std::pair(&spec.zip, "/zip/")})
    for (const Axis& axis : *axes)
      if (axis.pointer == pointer)
        for (std::size_t i = 0; i < axis.values.size(); ++i)
          if (axis.values[i] == value) return spec.document.where(fmt::format("{}{}/{}", name, key, i));
  return spec.document.where((spec.sample ? "/sample/ranges/" : "/set/") + key);
}

std::string key_of(std::string_view digest, std::int64_t seed) { return problem::ContentHash().text("taubar run").integer(result_version).text(digest).integer(seed).hex(); }

}  // namespace

std::string in_words(const Parameters& parameters) {
  std::string words;
  for (const auto& [pointer, value] : parameters) words += (words.empty() ? "" : ", ") + pointer + " = " + value.dump();
  return words;
}

double count_points(const SweepSpec& spec) {
  double count = static_cast<double>(zip_rows(spec)) * static_cast<double>(spec.sample ? spec.sample->points : 1);
  for (const Axis& axis : spec.grid) count *= static_cast<double>(axis.values.size());
  return count;
}

double count_runs(const SweepSpec& spec) { return count_points(spec) * static_cast<double>(spec.seeds.count); }

config::Document document_of(const SweepSpec& spec, const Parameters& parameters) {
  config::Document document = spec.scenario;
  for (const Axis& fixed : spec.set) document.set(fixed.pointer, fixed.values.front(), origin(spec, fixed.pointer, fixed.values.front()));
  for (const auto& [pointer, value] : parameters) document.set(pointer, value, origin(spec, pointer, value));
  return document;
}

experiment::Scenario scenario_of(const SweepSpec& spec, const Parameters& parameters, std::int64_t seed, const config::ReadOptions& options) {
  const auto document = document_of(spec, parameters);
  auto scenario = experiment::Scenario::read(document, options);
  if (scenario.replicates > 1)
    throw InputError(document.where("/replicates") +
                     ": /replicates: a sweep repeats its points by seeds; accepted is 1, with \"seeds\": {\"count\": R} in the sweep");
  scenario.seed = seed;
  return scenario;
}

Plan make_plan(const SweepSpec& spec, const config::ReadOptions& options, const std::string& directory) {
  const double runs = count_runs(spec);
  if (runs > most_runs)
    throw RefusedError(fmt::format("{}: {:.0f} points under {} seeds are {:.0f} runs, at most {:.0f} are planned; take fewer values, or a sample",
                                   spec.document.file(), count_points(spec), spec.seeds.count, runs, most_runs));
  Plan plan;
  for (auto& parameters : expand(spec)) plan.points.push_back(std::make_shared<const Parameters>(std::move(parameters)));
  plan.runs.reserve(static_cast<std::size_t>(runs));
  const auto digests = digests_of(spec, plan.points, options, directory);
  std::unordered_set<std::string_view> seen;
  for (std::size_t p = 0; p < plan.points.size(); ++p) {
    plan.first_run.push_back(plan.runs.size());
    const auto digest = digests.of(p);
    if (!seen.insert(digest).second) {
      plan.repeated += static_cast<std::size_t>(spec.seeds.count);
      continue;
    }
    for (std::int64_t s = 0; s < spec.seeds.count; ++s)
      plan.runs.push_back({key_of(digest, spec.seeds.first + s), static_cast<std::int64_t>(p), spec.seeds.first + s});
  }
  return plan;
}

bool Shard::holds(const std::string& key) const {
  const auto number = std::stoull(key.substr(0, 15), nullptr, 16);
  return static_cast<std::int64_t>(number % static_cast<unsigned long long>(count)) == index - 1;
}

Shard Shard::of(const std::string& text) {
  const auto number = [](const char* name) -> std::int64_t {
    const char* value = std::getenv(name);
    return value ? std::atoll(value) : -1;
  };
  Shard shard;
  if (text == "auto") {
    shard.index = number("SLURM_ARRAY_TASK_ID") - number("SLURM_ARRAY_TASK_MIN") + 1;
    shard.count = number("SLURM_ARRAY_TASK_COUNT");
    if (shard.count < 1 || shard.index < 1 || shard.index > shard.count)
      throw InputError("--shard auto: reads SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_MIN and SLURM_ARRAY_TASK_COUNT, as sbatch "
                       "--array=1-8 sets them; accepted else: I/N, such as 3/8");
    return shard;
  }
  char rest = 0;
  long long index = 0, count = 0;
  if (std::sscanf(text.c_str(), "%lld/%lld%c", &index, &count, &rest) != 2 || index < 1 || count < 1 || index > count)
    throw InputError("--shard " + text + ": accepted: I/N with I from 1 to N, such as 3/8, or auto");
  shard.index = index;
  shard.count = count;
  return shard;
}

}  // namespace taubar::sweep
