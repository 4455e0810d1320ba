// taubar topology: what a scenario's graph is like.
#include "core/topology/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/topology/components.hpp"
#include "core/topology/diameter.hpp"
#include "core/topology/dot.hpp"
#include "core/topology/spectrum.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/report/output_directory.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {
namespace {

using config::Json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

/// Of out-degrees.
Json degrees(const topology::Digraph& graph) {
  std::size_t minimum = graph.links(), maximum = 0;
  for (AgentId i = 0; i < graph.agents(); ++i) {
    const std::size_t degree = graph.out_neighbours(i).size();
    minimum = std::min(minimum, degree);
    maximum = std::max(maximum, degree);
  }
  return {{"minimum", minimum},
          {"mean", static_cast<double>(graph.links()) / static_cast<double>(graph.agents())},
          {"maximum", maximum}};
}

/// The kind that the scenario's method uses when none is named.
topology::MixingKind resolved_mixing(const experiment::Scenario& scenario) {
  if (scenario.topology->mixing != topology::MixingKind::default_for_method) return scenario.topology->mixing;
  return scenario.algorithm->push() ? topology::MixingKind::uniform_out : topology::MixingKind::metropolis;
}

/// The directed graph of a method that needs none still has the spectrum of uniform_out.
topology::Spectrum spectrum_of(const topology::Digraph& graph, topology::MixingKind& kind, double scale) {
  if (graph.directed()) kind = topology::MixingKind::uniform_out;
  if (kind == topology::MixingKind::uniform_out)
    return topology::spectrum(graph, topology::column_stochastic(graph, kind, scale), false);
  return topology::spectrum(graph, topology::doubly_stochastic(graph, kind, scale), true);
}

void write_dot_file(const std::string& file, const topology::Digraph& graph) {
  std::ostringstream text;
  topology::write_dot(text, graph);
  const std::filesystem::path path(file);
  report::OutputDirectory(path.has_parent_path() ? path.parent_path().string() : ".")
      .write(path.filename().string(), text.str());
}

/// −1 for a graph that is not strongly connected; null with bounds where the searches ended at their budget.
void add_diameter(Json& json, const topology::Digraph& graph, bool strongly_connected) {
  json["diameter"] = -1;
  if (!strongly_connected) return;
  const auto diameter = topology::diameter(graph);
  json["diameter"] = diameter.exact() ? Json(diameter.low) : Json(nullptr);
  if (!diameter.exact()) json["diameter_bounds"] = {diameter.low, diameter.high};
}

Json describe(const experiment::Scenario& scenario, const topology::BuiltTopology& built) {
  const auto& graph = built.graph;
  topology::MixingKind mixing = resolved_mixing(scenario);
  const auto components = topology::weak_components(graph).count;
  const auto strong_components = graph.directed() ? topology::strong_components(graph).count : components;
  const auto spectrum = spectrum_of(graph, mixing, scenario.topology->laplacian_scale);
  Json json;
  json["topology"] = scenario.topology.kind;
  json["agents"] = graph.agents();
  json["edges"] = graph.edges();
  json["links"] = graph.links();
  json["directed"] = graph.directed();
  json["components"] = components;
  json["strong_components"] = strong_components;
  add_diameter(json, graph, strong_components == 1);
  json["degree"] = degrees(graph);
  json["mixing"] = topology::name(mixing);
  json["spectral_gap"] = spectrum.spectral_gap;
  json["slem"] = spectrum.slem;
  json["gap_error"] = spectrum.gap_error;
  json["lambda_2"] = number(spectrum.lambda_2);
  json["lambda_min"] = number(spectrum.lambda_min);
  json["chi_1"] = number(spectrum.chi_1);
  json["chi_2"] = number(spectrum.chi_2);
  json["draws"] = built.draws;
  json["dropped_self_loops"] = built.dropped_self_loops;
  json["dropped_repeats"] = built.dropped_repeats;
  json["dropped_agents"] = built.dropped_agents;
  return json;
}

std::string readable(const std::string& key, const Json& value) {
  if (key == "diameter" && value.is_null()) return "not searched for to the end: the graph is too large";
  if (value.is_null()) return "does not apply";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void print(const Json& json) {
  for (const auto& [key, value] : json.items()) fmt::print("  {:<20}{}\n", key, readable(key, value));
}

}  // namespace

int topology(const TopologyOptions& options) {
  const auto scenario = experiment::Scenario::read(options.scenario.document(), options.scenario.read_options());
  const auto built = experiment::build_topology(scenario);
  if (!options.dot.empty()) write_dot_file(options.dot, built.graph);
  const Json json = describe(scenario, built);
  if (options.json)
    fmt::print("{}\n", json.dump(2));
  else
    print(json);
  return done;
}

}  // namespace taubar::tools
