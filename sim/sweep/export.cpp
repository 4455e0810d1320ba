#include "sim/sweep/export.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "core/config/document.hpp"

namespace taubar::sweep {
namespace {

using config::Json;

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_value(const Json& value) {
  if (value.is_null()) return "";
  return csv_field(value.is_string() ? value.get<std::string>() : value.dump());
}

/// Scalars at any depth; arrays and their inside are left to JSON Lines.
void scalars(const Json& json, const std::string& pointer, const std::function<void(const std::string&, const Json&)>& visit) {
  if (json.is_array()) return;
  if (!json.is_object()) return visit(pointer, json);
  for (const auto& [key, value] : json.items()) scalars(value, pointer + "/" + config::escape_pointer(key), visit);
}

/// Names in the order in which they first occur.
class ColumnNames {
 public:
  std::size_t of(const std::string& name) {
    const auto [at, is_new] = index_.try_emplace(name, names_.size());
    if (is_new) names_.push_back(name);
    return at->second;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<std::string> names_;
};

Json parsed(const std::string& text) { return text.empty() ? Json() : Json::parse(text); }

}  // namespace

std::string csv(const Store& store) {
  ColumnNames parameters, figures;
  store.each([&](const StoredRun& run) {
    const Json set = parsed(run.parameters);
    for (const auto& [pointer, value] : set.items()) parameters.of(pointer);
    if (const Json summary = parsed(run.summary); summary.is_object()) scalars(summary, "", [&](const std::string& name, const Json&) { figures.of(name); });
  });
  std::string text = "key,point,seed,status,exit_code,wall_seconds,begun,ended,error";
  for (const auto& name : parameters.names()) text += "," + csv_field("set:" + name);
  for (const auto& name : figures.names()) text += "," + csv_field(name);
  text += "\n";
  store.each([&](const StoredRun& run) {
    text += fmt::format("{},{},{},{},{},{},{},{},{}", run.key, run.point, run.seed, run.status, run.exit_code, run.wall_seconds, run.begun, run.ended,
                        csv_field(run.error));
    std::vector<std::string> cells(parameters.names().size() + figures.names().size());
    const Json set = parsed(run.parameters);
    for (const auto& [pointer, value] : set.items()) cells[parameters.of(pointer)] = csv_value(value);
    if (const Json summary = parsed(run.summary); summary.is_object())
      scalars(summary, "", [&](const std::string& name, const Json& value) { cells[parameters.names().size() + figures.of(name)] = csv_value(value); });
    for (const auto& cell : cells) text += "," + cell;
    text += "\n";
  });
  return text;
}

std::string json_lines(const Store& store) {
  std::string text;
  store.each([&](const StoredRun& run) {
    Json line;
    line["key"] = run.key;
    line["point"] = run.point;
    line["seed"] = run.seed;
    line["parameters"] = parsed(run.parameters);
    line["status"] = run.status;
    line["exit_code"] = run.exit_code;
    line["wall_seconds"] = run.wall_seconds;
    line["begun"] = run.begun;
    line["ended"] = run.ended;
    line["error"] = run.error;
    line["summary"] = parsed(run.summary);
    text += line.dump() + "\n";
  });
  return text;
}

}  // namespace taubar::sweep
