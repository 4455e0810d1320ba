// The axis "topology": what a scenario asks for, and the graph it becomes.
#pragma once
#include <cstdint>
#include <string>

#include "core/config/catalogue.hpp"
#include "core/topology/digraph.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::topology {

/// What to do with a graph that is not strongly connected.
enum class Component { require, largest, largest_strong };

/// A kind of topology with its parameters. Derived structs list their own fields after `common_fields`.
struct TopologySpec : config::Described {
  std::int64_t agents = 0;  ///< n; kinds read from files leave it 0
  Component component = Component::require;
  MixingKind mixing = MixingKind::default_for_method;
  double laplacian_scale = 0;  ///< for mixing "laplacian"; 0: 1/(1 + max degree)

  /// The graph before the component rule, drawn from Purpose::topology streams of the seed; `attempt` numbers the
  /// redraws of random families. InputError for what cannot be (a 3-regular graph on 5 agents).
  virtual Digraph draw(std::uint64_t seed, std::uint64_t attempt) const = 0;
  /// Random families are drawn again, at most 100 times, until strongly connected.
  virtual bool random() const { return false; }
  /// Agents and an upper estimate of links, known before drawing, for the memory estimate; 0 where a file decides.
  virtual double expected_links() const = 0;
};

const config::Catalogue<TopologySpec>& topologies();

struct BuiltTopology {
  Digraph graph;
  std::int64_t draws = 1;  ///< how often a random family was drawn
};

/// Draws, applies the component rule. InputError naming the number of strong components when it is violated.
BuiltTopology build(const TopologySpec& spec, std::uint64_t structure_seed);

}  // namespace taubar::topology
