#include "sim/sweep/speedup.hpp"

#include <algorithm>

namespace taubar::sweep {
namespace {

std::optional<double> number_of(const Parameters& parameters, const std::string& pointer) {
  const auto value = parameters.find(pointer);
  if (value == parameters.end() || !value->second.is_number()) return std::nullopt;
  return value->second.get<double>();
}

/// Seeds of all runs that are done, each with its figure or nothing.
std::map<std::int64_t, std::optional<double>> done_by_seed(const Sample& sample) {
  std::map<std::int64_t, std::optional<double>> values;
  for (std::size_t i = 0; i < sample.seeds.size(); ++i) values[sample.seeds[i]] = sample.values[i];
  for (const auto seed : sample.never) values[seed] = std::nullopt;
  return values;
}

}  // namespace

Layout layout_of(const SweepSpec& spec, const std::vector<Point>& points) {
  Layout layout;
  auto telling = telling_pointers(spec, points);
  if (spec.report) {
    layout.x = spec.report->x;
    if (!spec.report->group.empty()) layout.series.push_back(spec.report->group);
  }
  for (const auto& pointer : telling)
    if (pointer != layout.x && (layout.series.empty() || pointer != layout.series.front())) layout.series.push_back(pointer);
  return layout;
}

std::vector<Series> series_of(const Layout& layout, const std::vector<PointSample>& samples) {
  std::vector<Series> all;
  std::map<std::string, std::size_t> places;
  for (const auto& sample : samples) {
    const auto [place, fresh] = places.emplace(parameters_key(*sample.point.parameters, layout.series), all.size());
    if (fresh) {
      all.emplace_back();
      for (const auto& pointer : layout.series)
        if (const auto value = sample.point.parameters->find(pointer); value != sample.point.parameters->end())
          all.back().parameters[pointer] = value->second;
    }
    all[place->second].points.push_back(&sample);
  }
  const auto x_of = [&](const PointSample* sample) { return number_of(*sample->point.parameters, layout.x); };
  for (auto& series : all)
    if (std::all_of(series.points.begin(), series.points.end(), [&](const auto* sample) { return x_of(sample).has_value(); }))
      std::stable_sort(series.points.begin(), series.points.end(), [&](const auto* a, const auto* b) { return x_of(a) < x_of(b); });
  return all;
}

std::vector<std::optional<RatioOverSeeds>> speedups(const Series& series, const std::string& x, double against, double level) {
  std::vector<std::optional<RatioOverSeeds>> all(series.points.size());
  const auto reference = std::find_if(series.points.begin(), series.points.end(), [&](const PointSample* sample) {
    return number_of(*sample->point.parameters, x) == std::optional(against);
  });
  if (reference == series.points.end()) return all;
  const auto of_reference = done_by_seed((*reference)->sample);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<LogRatio> ratios;
    for (const auto& [seed, value] : done_by_seed(series.points[i]->sample))
      if (const auto other = of_reference.find(seed); other != of_reference.end())
        ratios.push_back(log_ratio(other->second, value));
    if (!ratios.empty()) all[i] = ratio_over_seeds(ratios, level);
  }
  return all;
}

}  // namespace taubar::sweep
