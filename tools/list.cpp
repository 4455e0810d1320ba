// taubar list: what there is on an axis.
#include <fmt/format.h>

#include <functional>
#include <map>

#include "core/algorithm/algorithm.hpp"
#include "core/algorithm/schedule.hpp"
#include "core/bound/bound.hpp"
#include "core/metric/metric.hpp"
#include "core/problem/problem_spec.hpp"
#include "core/topology/topology.hpp"
#include "sim/asynchrony/asynchrony_spec.hpp"
#include "sim/compute/compute_model.hpp"
#include "sim/delay/network_model.hpp"
#include "sim/fault/fault.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {
namespace {

using config::Json;

/// One thing on an axis.
struct Item {
  std::string name, summary, source, example;
  std::vector<config::ParameterDoc> parameters;
};

std::vector<Item> from_catalogue(const config::AnyCatalogue& catalogue) {
  std::vector<Item> items;
  for (const auto& entry : catalogue.entries) {
    const auto spec = entry.make(entry.entry);
    items.push_back({std::string(entry.name), std::string(entry.summary), std::string(entry.source),
                     std::string(entry.example), config::parameters([&](config::Fields& f) { spec->fields(f); })});
  }
  return items;
}

std::vector<Item> from_metrics() {
  std::vector<Item> items;
  for (const auto* metric : metric::metrics())
    items.push_back({std::string(metric->name), std::string(metric->summary), std::string(metric->source), "", {}});
  return items;
}

std::vector<Item> from_bounds() {
  std::vector<Item> items;
  for (const auto* bound : bound::bounds())
    items.push_back({std::string(bound->name), fmt::format("[{}] {}", bound::name(bound->kind), bound->summary),
                     std::string(bound->source), "", {}});
  return items;
}

std::vector<Item> from_mixings() {
  using topology::MixingKind;
  const std::pair<MixingKind, const char*> kinds[] = {
      {MixingKind::laplacian, "I − scale·L, scale by default 1/(1 + max degree); undirected graphs"},
      {MixingKind::lazy_metropolis, "W_ij = 1/(2 max(d_i, d_j)); undirected graphs"},
      {MixingKind::max_degree, "W_ij = 1/(1 + max degree); undirected graphs"},
      {MixingKind::metropolis, "W_ij = 1/(1 + max(d_i, d_j)), the default of methods without push-sum weights; undirected graphs"},
      {MixingKind::metropolis_hastings, "W_ij = min(1/d_i, 1/d_j); undirected graphs"},
      {MixingKind::uniform_out, "W_ji = 1/(outdeg_i + 1), own share included: column stochastic, the default of push methods"},
  };
  std::vector<Item> items;
  for (const auto& [kind, summary] : kinds) items.push_back({std::string(topology::name(kind)), summary, "", "", {}});
  return items;
}

template <class Spec>
std::vector<Item> from_struct(const char* name, const char* summary) {
  Spec spec;
  return {{name, summary, "", "", config::parameters([&](config::Fields& f) { spec.fields(f); })}};
}

/// The kinds of law, after the section of the scenario that uses them.
std::vector<Item> with_laws(std::vector<Item> items) {
  for (auto& law : from_catalogue(law::laws().any())) items.push_back(std::move(law));
  return items;
}

const std::map<std::string, std::function<std::vector<Item>()>>& axes() {
  static const std::map<std::string, std::function<std::vector<Item>()>> all = {
      {"algorithms", [] { return from_catalogue(algorithm::algorithms().any()); }},
      {"asynchrony",
       [] { return from_struct<asynchrony::AsynchronySpec>("asynchrony", "the section of a scenario: what decides the order of events"); }},
      {"problems", [] { return from_catalogue(problem::problems().any()); }},
      {"topologies", [] { return from_catalogue(topology::topologies().any()); }},
      {"mixings", from_mixings},
      {"schedules", [] { return from_catalogue(algorithm::schedules().any()); }},
      {"delays", [] { return with_laws(from_struct<delay::NetworkSpec>("network", "the section of a scenario; laws follow")); }},
      {"compute", [] { return with_laws(from_struct<compute::ComputeSpec>("compute", "the section of a scenario; laws follow")); }},
      {"faults", [] { return from_catalogue(fault::faults().any()); }},
      {"bounds", from_bounds},
      {"metrics", from_metrics},
  };
  return all;
}

Json as_json(const Item& item) {
  Json parameters = Json::array();
  for (const auto& p : item.parameters)
    parameters.push_back({{"name", p.name},
                          {"type", p.type},
                          {"range", p.range},
                          {"required", p.required},
                          {"default", p.required ? Json(nullptr) : Json(p.default_value)},
                          {"doc", p.doc}});
  Json json{{"name", item.name}, {"summary", item.summary}, {"source", item.source}, {"parameters", parameters}};
  if (!item.example.empty()) json["example"] = Json::parse(item.example);
  return json;
}

void print(const Item& item) {
  fmt::print("{}\n    {}\n", item.name, item.summary);
  if (!item.source.empty()) fmt::print("    source: {}\n", item.source);
  for (const auto& p : item.parameters)
    fmt::print("      {:<18} {}{}{}  {}\n", p.name, p.type, p.range.empty() ? "" : " " + p.range,
               p.required ? ", required" : p.default_value.empty() ? "" : ", default " + p.default_value, p.doc);
  if (!item.example.empty()) fmt::print("    example: {}\n", item.example);
}

}  // namespace

std::vector<std::string> listed_axes() {
  std::vector<std::string> names;
  for (const auto& [name, items] : axes()) names.push_back(name);
  return names;
}

int list(const std::string& axis, bool json) {
  const auto items = axes().at(axis)();
  if (json) {
    Json all = Json::array();
    for (const auto& item : items) all.push_back(as_json(item));
    fmt::print("{}\n", Json{{axis, all}}.dump(2));
    return done;
  }
  if (items.empty()) fmt::print(stderr, "this version has no {}\n", axis);
  for (const auto& item : items) print(item);
  return done;
}

}  // namespace taubar::tools
