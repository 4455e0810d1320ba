// Topologies from JSON texts, as a scenario has them.
#pragma once
#include <cstdlib>
#include <string>

#include "core/config/reader.hpp"
#include "core/topology/topology.hpp"

namespace taubar::topology {

inline config::Choice<TopologySpec> read_topology(const std::string& json) {
  const auto document = config::Document::parse("{\"topology\": " + json + "}", "test.json");
  config::Choice<TopologySpec> choice;
  config::ReadOptions options{{TAUBAR_SOURCE_DIR}};
  if (const char* data = std::getenv("TAUBAR_DATA")) options.data_directories.emplace_back(data);
  config::read(
      document, [&](config::Fields& f) { f.choice("topology", choice, topologies(), "", config::required); },
      options);
  return choice;
}

inline Digraph graph_of(const std::string& json, std::uint64_t seed = 1) {
  return build(*read_topology(json).spec, seed).graph;
}

inline std::string kind(const std::string& name, std::size_t agents, const std::string& more = "") {
  return "{\"kind\": \"" + name + "\", \"agents\": " + std::to_string(agents) +
         (more.empty() ? "" : ", " + more) + "}";
}

/// The links in order, for comparisons.
inline std::vector<Link> links_of(const Digraph& graph) {
  std::vector<Link> links;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      links.emplace_back(static_cast<AgentId>(i), j);
  return links;
}

/// Every agent's out-degree, in order.
inline std::vector<std::size_t> out_degrees(const Digraph& graph) {
  std::vector<std::size_t> degrees;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    degrees.push_back(graph.out_neighbours(static_cast<AgentId>(i)).size());
  return degrees;
}

}  // namespace taubar::topology
