#include <array>

#include "core/topology/topology.hpp"

namespace taubar::topology {

using Kind = config::Entry<TopologySpec>;
extern const Kind barabasi_albert, complete, directed_ring, erdos_renyi, exponential, file, geometric, grid,
    hypercube, one_peer_exponential, path, random_out_regular, random_regular, ring, star, torus, tree, watts_strogatz;

const config::Catalogue<TopologySpec>& topologies() {
  static const std::array kinds{
      &barabasi_albert,
      &complete,
      &directed_ring,
      &erdos_renyi,
      &exponential,
      &file,
      &geometric,
      &grid,
      &hypercube,
      &one_peer_exponential,
      &path,
      &random_out_regular,
      &random_regular,
      &ring,
      &star,
      &torus,
      &tree,
      &watts_strogatz,
  };
  static const config::Catalogue<TopologySpec> catalogue("topology", kinds);
  return catalogue;
}

}  // namespace taubar::topology
