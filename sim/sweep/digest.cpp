#include "sim/sweep/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
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

[[noreturn]] void refuse_damaged() { throw InputError("the digest of a stored run is damaged"); }

/// Takes what is before the separator, and the separator, from the front of `rest`.
std::string_view up_to(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  if (end == std::string_view::npos) refuse_damaged();
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

std::optional<double> as_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

double number(std::string_view text) {
  const auto value = as_number(text);
  if (!value) refuse_damaged();
  return *value;
}

void put(Json& summary, std::string_view pointer, std::string_view text) {
  const auto plain = as_number(text);  // as it mostly is
  Json value = plain ? Json(*plain) : Json::parse(text, nullptr, false);
  if (value.is_discarded()) refuse_damaged();
  const bool nested = pointer.find_first_of("/~", 1) != std::string_view::npos;
  if (nested)
    summary[Json::json_pointer(std::string(pointer))] = std::move(value);
  else
    summary[std::string(pointer.substr(1))] = std::move(value);
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
  std::set<std::string> pointers{"/virtual_time", "/expectations"};  // until when a run was watched; what the scenario itself expects
  std::map<std::string, std::set<std::pair<double, double>>> passages;
  for (const auto& text : figures) {
    const auto figure = figure_named(text);
    if (figure.kind == Figure::Kind::summary) pointers.insert(figure.pointer);
    if (figure.kind == Figure::Kind::final) pointers.insert("/final/" + figure.metric);
    if (figure.kind != Figure::Kind::time_to) continue;
    const auto at = descents.find(figure.metric);
    if (at != descents.end() && !at->second.empty()) passages[figure.metric].insert(passage(at->second, figure.level));
  }
  std::string lines;
  for (const auto& pointer : pointers)
    if (const Json::json_pointer at(pointer); summary.is_object() && summary.contains(at)) lines += pointer + '\t' + summary[at].dump() + '\n';
  for (const auto& [metric, points] : passages)
    for (const auto& [seconds, value] : points) lines += fmt::format("{}\t{}\t{}\n", metric, seconds, value);
  return lines;
}

void restore(std::string_view text, RunRow& row) {
  row.summary = text.empty() ? Json(nullptr) : Json::object();
  row.descents.clear();
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = up_to(rest, '\n');
    std::string_view values = line;
    const std::string_view name = up_to(values, '\t');
    if (name.starts_with('/')) {
      put(row.summary, name, values);
    } else {
      const double seconds = number(up_to(values, '\t'));
      row.descents[std::string(name)].emplace_back(seconds, number(values));
    }
  }
}

}  // namespace taubar::sweep
