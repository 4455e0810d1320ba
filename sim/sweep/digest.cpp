#include "sim/sweep/digest.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "sim/sweep/figure.hpp"

namespace taubar::sweep {
namespace {

using config::Json;

/// The point at which the level is passed, else the last one, which says that it never is.
std::pair<double, double> passage(const Descent& descent, double level) {
  const auto at = std::find_if(descent.begin(), descent.end(), [&](const auto& point) { return point.second <= level; });
  return at == descent.end() ? descent.back() : *at;
}

}  // namespace

std::vector<std::string> figures_of(const SweepSpec& spec) {
  std::vector<std::string> figures;
  if (spec.report) figures.push_back(spec.report->y);
  for (const auto& comparison : spec.comparisons) figures.push_back(comparison.compare);
  for (const auto& expectation : spec.expectations) figures.push_back(expectation.figure);
  std::sort(figures.begin(), figures.end());
  figures.erase(std::unique(figures.begin(), figures.end()), figures.end());
  return figures;
}

std::string digest(const std::vector<std::string>& figures, const Json& summary, const std::map<std::string, Descent>& descents) {
  Json parts = Json::object(), points = Json::object();
  std::map<std::string, std::set<std::pair<double, double>>> passages;
  const auto copy = [&](const std::string& pointer) {
    const Json::json_pointer at(pointer);
    if (summary.contains(at)) parts[at] = summary[at];
  };
  if (summary.is_object()) {
    copy("/virtual_time");  // how long a run was watched that never reached a level
    if (summary.contains("expectations") && !summary["expectations"].empty()) copy("/expectations");
    for (const auto& text : figures) {
      const auto figure = figure_named(text);
      if (figure.kind == Figure::Kind::summary) copy(figure.pointer);
      if (figure.kind == Figure::Kind::final) copy("/final/" + figure.metric);
    }
  }
  for (const auto& text : figures) {
    const auto figure = figure_named(text);
    if (figure.kind != Figure::Kind::time_to) continue;
    const auto at = descents.find(figure.metric);
    if (at != descents.end() && !at->second.empty()) passages[figure.metric].insert(passage(at->second, figure.level));
  }
  for (const auto& [metric, list] : passages) points[metric] = list;
  return Json{{"summary", std::move(parts)}, {"descents", std::move(points)}}.dump();
}

void restore(const std::string& text, RunRow& row) {
  row.summary = nullptr;
  row.descents.clear();
  if (text.empty()) return;
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) throw InputError("the digest of a stored run is damaged");
  for (const auto& [metric, points] : json["descents"].items())
    for (const auto& point : points) row.descents[metric].emplace_back(point[0].get<double>(), point[1].get<double>());
  row.summary = std::move(json["summary"]);
}

}  // namespace taubar::sweep
