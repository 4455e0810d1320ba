#include "sim/sweep/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "core/config/pointer.hpp"
#include "core/config/wording.hpp"
#include "core/metric/metric.hpp"

namespace taubar::sweep {
namespace {

constexpr std::string_view accepted_figures =
    "time_to(METRIC, LEVEL), final(METRIC) or a pointer into the summary such as /idle_share is accepted";

[[noreturn]] void reject_figure(std::string_view text, const std::string& why) {
  throw InputError(fmt::format("{} is no figure{}{}: {}", config::in_quotes(text), why.empty() ? "" : ", ", why, accepted_figures));
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string known_metric(std::string_view name, std::string_view text) {
  if (!metric::find_metric(name))
    reject_figure(text, fmt::format("{} is no metric ({}`taubar list metrics` shows all)", config::in_quotes(name),
                                    config::did_you_mean(name, metric::metric_names())));
  return std::string(name);
}

double finite_level(std::string_view word, std::string_view text) {
  double level = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), level);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(level))
    reject_figure(text, fmt::format("the level {} is no number", config::in_quotes(word)));
  return level;
}

/// A number of the document at the pointer; finite.
std::optional<double> number_at(const config::Json& json, const std::string& pointer) {
  const config::Json* at = &json;
  const auto steps = config::split_pointer(pointer);
  if (!steps) return std::nullopt;
  for (const auto& step : *steps) {
    if (at->is_object()) {
      const auto found = at->find(step);
      if (found == at->end()) return std::nullopt;
      at = &*found;
    } else if (const auto index = config::to_index(step); at->is_array() && index && *index < at->size()) {
      at = &(*at)[*index];
    } else {
      return std::nullopt;
    }
  }
  if (!at->is_number() || !std::isfinite(at->get<double>())) return std::nullopt;
  return at->get<double>();
}

}  // namespace

std::string Figure::name() const {
  switch (kind) {
    case Kind::time_to: return fmt::format("time_to({}, {})", metric, level);
    case Kind::final: return fmt::format("final({})", metric);
    case Kind::summary: return pointer;
  }
  return "";
}

Figure figure_named(std::string_view text) {
  Figure figure;
  const std::string_view word = without_blanks(text);
  if (word.starts_with('/')) {
    if (!config::split_pointer(word)) reject_figure(text, "no JSON Pointer (\"~\" is written \"~0\")");
    figure.pointer = word;
    return figure;
  }
  const auto open = word.find('(');
  if (open == std::string_view::npos || !word.ends_with(')')) reject_figure(text, "");
  const auto function = without_blanks(word.substr(0, open));
  const auto arguments = word.substr(open + 1, word.size() - open - 2);
  const auto comma = arguments.find(',');
  const bool one = comma == std::string_view::npos;
  if (function == "final" && one) {
    figure.kind = Figure::Kind::final;
  } else if (function == "time_to" && !one) {
    figure.kind = Figure::Kind::time_to;
    figure.level = finite_level(without_blanks(arguments.substr(comma + 1)), text);
  } else {
    reject_figure(text, "");
  }
  figure.metric = known_metric(without_blanks(arguments.substr(0, comma)), text);
  return figure;
}

std::string figure_complaint(std::string_view text) {
  try {
    figure_named(text);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

std::optional<double> value_of(const Figure& figure, const RunRow& row) {
  switch (figure.kind) {
    case Figure::Kind::summary: return number_at(row.summary, figure.pointer);
    case Figure::Kind::final: return number_at(row.summary, "/final/" + config::escape_pointer(figure.metric));
    case Figure::Kind::time_to: break;
  }
  const auto descent = row.descents.find(figure.metric);
  if (descent == row.descents.end()) return std::nullopt;
  const auto first = std::partition_point(descent->second.begin(), descent->second.end(),
                                          [&](const auto& step) { return !(step.second <= figure.level); });
  return first == descent->second.end() ? std::nullopt : std::optional(first->first);
}

std::optional<double> watched_until(const RunRow& row) { return number_at(row.summary, "/virtual_time"); }

}  // namespace taubar::sweep
