// The file of a baseline:
//   {"format": 1, "sweep": …, "figure": …, "points": [{"parameters": {pointer: value}, "values": {seed: number or null},
//    "until": {seed: seconds}}]}
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "core/config/wording.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/sweep/baseline.hpp"

namespace taubar::sweep {
namespace {

using config::Json;

constexpr int baseline_format = 1;

/// One object of a baseline; complains with its place.
class BaselineReader {
 public:
  explicit BaselineReader(const config::Document& document) : document_(document) {}

  [[noreturn]] void reject(const std::string& pointer, const std::string& what) const {
    throw InputError(fmt::format("{}: {}: {}; accepted is what --update-baseline writes", document_.where(pointer),
                                 config::show_pointer(pointer), what));
  }

  const Json& member(const Json& object, const std::string& pointer, const std::string& key) const {
    if (!object.is_object()) reject(pointer, "is " + config::found(object) + ", where an object is meant");
    const auto found = object.find(key);
    if (found == object.end()) reject(pointer, fmt::format("\"{}\" is missing", key));
    return *found;
  }

  std::string text(const Json& object, const std::string& key) const {
    const Json& value = member(object, "", key);
    if (!value.is_string()) reject("/" + key, "is " + config::found(value) + ", where a string is meant");
    return value.get<std::string>();
  }

  BaselinePoint point(const Json& json, const std::string& pointer) const {
    BaselinePoint point;
    const Json& parameters = member(json, pointer, "parameters");
    if (!parameters.is_object()) reject(pointer + "/parameters", "is " + config::found(parameters) + ", where an object is meant");
    for (const auto& [key, value] : parameters.items()) point.parameters[key] = value;
    const Json& values = member(json, pointer, "values");
    if (!values.is_object()) reject(pointer + "/values", "is " + config::found(values) + ", where an object is meant");
    const Json until = json.contains("until") ? json.at("until") : Json::object();
    if (!until.is_object()) reject(pointer + "/until", "is " + config::found(until) + ", where an object is meant");
    for (const auto& [seed, value] : values.items()) {
      const std::string at = pointer + "/values/" + config::escape_pointer(seed);
      BaselineRun run{seed_of(seed, at), number_or_null(value, at), std::nullopt};
      if (const auto end = until.find(seed); end != until.end())
        run.until = number_or_null(*end, pointer + "/until/" + config::escape_pointer(seed));
      point.runs.push_back(run);
    }
    if (point.runs.empty()) reject(pointer + "/values", "has no run");
    std::sort(point.runs.begin(), point.runs.end(), [](const auto& a, const auto& b) { return a.seed < b.seed; });
    return point;
  }

 private:
  std::int64_t seed_of(const std::string& text, const std::string& pointer) const {
    std::int64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc() || end != text.data() + text.size()) reject(pointer, config::in_quotes(text) + " is no seed");
    return seed;
  }

  std::optional<double> number_or_null(const Json& value, const std::string& pointer) const {
    if (value.is_null()) return std::nullopt;
    if (!value.is_number()) reject(pointer, "is " + config::found(value) + ", where a number or null is meant");
    return value.get<double>();
  }

  const config::Document& document_;
};

Baseline read_document(const config::Document& document) {
  const BaselineReader reader(document);
  const Json& json = document.json();
  if (const Json& format = reader.member(json, "", "format"); format != baseline_format)
    reader.reject("/format", fmt::format("is {}, and this program reads format {}", config::found(format), baseline_format));
  Baseline baseline{reader.text(json, "sweep"), reader.text(json, "figure"), {}};
  const Json& points = reader.member(json, "", "points");
  if (!points.is_array() || points.empty()) reader.reject("/points", "is " + config::found(points) + ", where points are meant");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string pointer = fmt::format("/points/{}", i);
    baseline.points.push_back(reader.point(points[i], pointer));
    if (!seen.insert(parameters_key(baseline.points.back().parameters)).second)
      reader.reject(pointer, "has the parameters of an earlier point");
  }
  return baseline;
}

}  // namespace

std::string baseline_text(const Baseline& baseline) {
  Json json{{"format", baseline_format}, {"sweep", baseline.sweep}, {"figure", baseline.figure}, {"points", Json::array()}};
  for (const auto& point : baseline.points) {
    Json parameters = Json::object(), values = Json::object(), until = Json::object();
    for (const auto& [pointer, value] : point.parameters) parameters[pointer] = value;
    for (const auto& run : point.runs) {
      values[std::to_string(run.seed)] = run.value ? Json(*run.value) : Json(nullptr);
      if (run.until) until[std::to_string(run.seed)] = *run.until;
    }
    Json each{{"parameters", parameters}, {"values", values}};
    if (!until.empty()) each["until"] = until;
    json["points"].push_back(std::move(each));
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_baseline(const std::string& path, const Baseline& baseline) { report::write_whole(path, baseline_text(baseline)); }

Baseline read_baseline(const std::string& path) { return read_document(config::Document::load(path)); }

Baseline baseline_from(std::string text, const std::string& file_name) {
  return read_document(config::Document::parse(std::move(text), file_name));
}

}  // namespace taubar::sweep
