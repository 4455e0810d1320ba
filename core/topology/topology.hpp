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

  /// The graph before the component rule, drawn from Purpose::topology streams of the seed; `attempt` numbers
  /// the redraws of random families. InputError for what cannot be (a 3-regular graph on 5 agents).
  virtual Digraph draw(std::uint64_t seed, std::uint64_t attempt) const = 0;
  /// Time-varying: the graph drawn is the union, and agents use its links by turns (rotation.hpp).
  virtual bool rotating() const { return false; }
  /// Random families are drawn again, at most 100 times, until strongly connected.
  virtual bool random() const { return false; }
  /// An upper estimate of links (for random families: mean and six standard deviations), known before
  /// drawing, for the memory estimate. Files: from their size.
  virtual double expected_links() const = 0;
  /// What cannot be about these parameters, in a sentence; "" if they are possible.
  virtual std::string fault() const { return ""; }
  /// Random families: what makes a connected draw more likely, for the message when there is none.
  virtual std::string connectivity_hint() const { return ""; }

 protected:
  /// `agents`: 1 … 1e18 can be read, so that too many are refused with the memory they would take; draw()
  /// needs agents <= max_agents.
  void agents_field(config::Fields& f);
  /// component, mixing, laplacian_scale.
  void common_fields(config::Fields& f);
  /// A complaint while reading if there is a fault().
  void demand_possible(config::Fields& f) const;
  /// n as draw() uses it; InputError if there is a fault().
  std::size_t possible_agents() const;
};

const config::Catalogue<TopologySpec>& topologies();

struct BuiltTopology {
  Digraph graph;
  std::int64_t draws = 1;  ///< how often a random family was drawn
  std::size_t dropped_self_loops = 0,
              dropped_repeats = 0;  ///< of the graph as given, before the component rule
  std::size_t dropped_agents = 0;   ///< outside the chosen component
  bool rotating = false;            ///< links are used by turns (rotation.hpp)
};

/// Draws, applies the component rule; agents that stay keep their order. InputError naming the number of
/// strong components when `require` is violated; a random family is then drawn again first, at most 100
/// times, and given up earlier when a draw falls into more than 100 components, as another would too.
BuiltTopology build(const TopologySpec& spec, std::uint64_t structure_seed);

}  // namespace taubar::topology
