#include "sim/sweep/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/config/pointer.hpp"
#include "core/config/wording.hpp"

namespace taubar::sweep {
namespace {

using config::Json;

/// Bytes of a value that are shown.
constexpr std::size_t longest_value = 60;

bool holds_pointer(const std::vector<std::string>& pointers, const std::string& pointer) {
  return std::find(pointers.begin(), pointers.end(), pointer) != pointers.end();
}

bool tell_apart(const std::vector<std::string>& pointers, const std::vector<Point>& points) {
  std::set<std::string> seen;
  return std::all_of(points.begin(), points.end(),
                     [&](const Point& point) { return seen.insert(parameters_key(*point.parameters, pointers)).second; });
}

bool varies(const std::string& pointer, const std::vector<Point>& points) {
  if (points.empty()) return false;
  const auto first = parameters_key(*points.front().parameters, {pointer});
  return std::any_of(points.begin(), points.end(), [&](const Point& point) { return parameters_key(*point.parameters, {pointer}) != first; });
}

std::string short_axis(const std::string& pointer) {
  const auto steps = config::split_pointer(pointer);
  if (!steps || steps->empty()) return pointer;
  const bool kind = steps->back() == "kind" && steps->size() > 1;
  return kind ? (*steps)[steps->size() - 2] : steps->back();
}

bool harmless_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./:=,@%+-").find(c) != std::string_view::npos;
}

/// As --set reads it: what is no JSON stands for itself.
std::string set_text(const Json& value) {
  if (value.is_string() && !Json::accept(value.get<std::string>())) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string shell_word(const std::string& text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), harmless_in_shell)) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::vector<Point> points_of(const std::vector<RunRow>& rows) {
  std::map<std::string, Point> by_key;
  std::map<std::int64_t, Point*> by_number;  // a key is dear, and rows of a point mostly have the same parameters
  for (const auto& row : rows) {
    Point*& known = by_number[row.point];
    if (!known || (known->parameters != row.parameters && *known->parameters != *row.parameters)) known = &by_key[parameters_key(*row.parameters)];
    Point& point = *known;
    if (point.runs.empty()) point.parameters = row.parameters;
    point.number = point.runs.empty() ? row.point : std::min(point.number, row.point);
    point.runs.push_back(&row);
  }
  std::vector<Point> points;
  for (auto& [key, point] : by_key) {
    std::stable_sort(point.runs.begin(), point.runs.end(), [](const RunRow* a, const RunRow* b) { return a->seed < b->seed; });
    points.push_back(std::move(point));
  }
  std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.number < b.number; });
  return points;
}

bool same_value(const Json& a, const Json& b) { return value_text(a) == value_text(b) && a.is_string() == b.is_string(); }

bool belongs(const Parameters& point, const Parameters& group) {
  return std::all_of(group.begin(), group.end(), [&](const auto& asked) {
    const auto own = point.find(asked.first);
    return own != point.end() && same_value(own->second, asked.second);
  });
}

std::vector<std::string> axes_of(const SweepSpec& spec) {
  std::vector<std::string> pointers;
  for (const auto& axis : spec.grid) pointers.push_back(axis.pointer);
  for (const auto& axis : spec.zip) pointers.push_back(axis.pointer);
  if (spec.sample)
    for (const auto& range : spec.sample->ranges) pointers.push_back(range.pointer);
  return pointers;
}

std::vector<std::string> telling_pointers(const SweepSpec& spec, const std::vector<Point>& points) {
  std::vector<std::string> pointers;
  for (const auto& pointer : axes_of(spec))
    if (varies(pointer, points)) pointers.push_back(pointer);
  std::set<std::string> others;  // of rows that an earlier plan left
  for (const auto& point : points)
    for (const auto& [pointer, value] : *point.parameters)
      if (!holds_pointer(pointers, pointer)) others.insert(pointer);
  for (const auto& pointer : others)
    if (varies(pointer, points)) pointers.push_back(pointer);
  for (auto axis = spec.zip.rbegin(); axis != spec.zip.rend(); ++axis) {
    auto fewer = pointers;
    std::erase(fewer, axis->pointer);
    if (fewer.size() < pointers.size() && tell_apart(fewer, points)) pointers = fewer;
  }
  return pointers;
}

std::string axis_name(const std::string& pointer, const std::vector<std::string>& among) {
  const std::string name = short_axis(pointer);
  const auto alike = std::count_if(among.begin(), among.end(), [&](const auto& other) { return short_axis(other) == name; });
  return alike > 1 ? pointer : name;
}

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string shown_value(const Json& value) {
  std::string text = value_text(value);
  if (value.is_structured()) std::erase(text, '"');
  return config::printable(text, longest_value);
}

std::string parameters_text(const Parameters& parameters, const std::vector<std::string>& pointers,
                            const std::vector<std::string>& among) {
  std::string text;
  for (const auto& pointer : pointers) {
    const auto own = parameters.find(pointer);
    if (own == parameters.end()) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", axis_name(pointer, among), shown_value(own->second));
  }
  return text.empty() ? "all runs" : text;
}

std::string parameters_key(const Parameters& parameters, const std::vector<std::string>& pointers) {
  std::string key;
  for (const auto& pointer : pointers) {
    const auto own = parameters.find(pointer);
    if (own == parameters.end()) continue;
    const std::string value = own->second.is_string() ? own->second.dump(-1, ' ', false, Json::error_handler_t::replace)
                                                      : value_text(own->second);
    key += fmt::format("{}={}\n", pointer, value);
  }
  return key;
}

std::string parameters_key(const Parameters& parameters) {
  std::vector<std::string> pointers;
  for (const auto& [pointer, value] : parameters) pointers.push_back(pointer);
  return parameters_key(parameters, pointers);
}

std::string seeds_text(std::vector<std::int64_t> seeds) {
  std::sort(seeds.begin(), seeds.end());
  std::string text;
  for (std::size_t i = 0; i < seeds.size();) {
    std::size_t last = i;
    while (last + 1 < seeds.size() && seeds[last + 1] - seeds[last] <= 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", seeds[i]);
    if (seeds[last] > seeds[i]) text += fmt::format("–{}", seeds[last]);
    i = last + 1;
  }
  return text;
}

std::string reproduction(const SweepSpec& spec, const RunRow& row, const std::string& options) {
  std::string command = "taubar run " + shell_word(spec.scenario_file);
  for (const Axis& fixed : spec.set) command += " --set " + shell_word(fixed.pointer + "=" + set_text(fixed.values.front()));
  for (const auto& [pointer, value] : *row.parameters) command += " --set " + shell_word(pointer + "=" + set_text(value));
  command += fmt::format(" --seed {}", row.seed);
  return options.empty() ? command : command + " " + options;
}

}  // namespace taubar::sweep
