// Graphviz DOT, written and never read.
#pragma once
#include <iosfwd>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

/// `graph` with one line an edge, or `digraph` with one line a link; agents by number.
void write_dot(std::ostream& out, const Digraph& graph);

}  // namespace taubar::topology
