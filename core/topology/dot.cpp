#include "core/topology/dot.hpp"

#include <boost/graph/graphviz.hpp>
#include <ostream>

#include "core/topology/boost_graph.hpp"

namespace taubar::topology {

void write_dot(std::ostream& out, const Digraph& graph) {
  if (graph.directed())
    boost::write_graphviz(out, boost_digraph(graph));
  else
    boost::write_graphviz(out, boost_undirected(graph));
}

}  // namespace taubar::topology
