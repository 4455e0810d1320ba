#include <fmt/format.h>

#include <string>
#include <utility>

#include "core/base/error.hpp"
#include "core/topology/components.hpp"
#include "core/topology/topology.hpp"

namespace taubar::topology {
namespace {

constexpr std::int64_t max_draws = 100;
constexpr std::size_t hopeless_components = 100;

[[noreturn]] void refuse(const TopologySpec& spec, const Digraph& graph, std::size_t components,
                         std::int64_t draws) {
  std::string text = fmt::format("topology: {} agents in {} strong components", graph.agents(), components);
  text += graph.directed() ? fmt::format(" ({} weakly connected)", weak_components(graph).count) : "";
  if (spec.random())
    text += fmt::format(
        ", drawn {} time{}{}", draws, draws == 1 ? "" : "s",
        components > hopeless_components ? " (with so many, a further draw would do no better)" : "");
  text += "; a strongly connected topology is needed: ";
  const std::string hint = spec.connectivity_hint();
  if (!hint.empty()) text += hint + ", or ";
  throw InputError(text + "set \"component\" to \"largest_strong\" or \"largest\"");
}

BuiltTopology whole(const TopologySpec& spec, Digraph graph, std::int64_t draws) {
  const auto self_loops = graph.dropped_self_loops(), repeats = graph.dropped_repeats();
  return {std::move(graph), draws, self_loops, repeats, 0, spec.rotating()};
}

/// `require`: draws until strongly connected.
BuiltTopology connected(const TopologySpec& spec, std::uint64_t seed) {
  for (std::int64_t draws = 1;; ++draws) {
    Digraph graph = spec.draw(seed, static_cast<std::uint64_t>(draws - 1));
    if (strongly_connected(graph)) return whole(spec, std::move(graph), draws);
    const std::size_t components = strong_components(graph).count;
    if (!spec.random() || draws == max_draws || components > hopeless_components)
      refuse(spec, graph, components, draws);
  }
}

}  // namespace

BuiltTopology build(const TopologySpec& spec, std::uint64_t structure_seed) {
  if (spec.component == Component::require) return connected(spec, structure_seed);
  BuiltTopology built = whole(spec, spec.draw(structure_seed, 0), 1);
  const auto agents = largest(spec.component == Component::largest ? weak_components(built.graph)
                                                                   : strong_components(built.graph));
  built.dropped_agents = built.graph.agents() - agents.size();
  if (built.dropped_agents > 0) built.graph = induced(built.graph, agents);
  return built;
}

}  // namespace taubar::topology
