#include "core/topology/topology.hpp"

#include "core/base/error.hpp"
#include "core/base/ids.hpp"
#include "core/config/fields.hpp"

namespace taubar::topology {

void TopologySpec::agents_field(config::Fields& f) {
  f.integer("agents", agents, config::between(1, 1e18), "number of agents n", config::required);
}

void TopologySpec::common_fields(config::Fields& f) {
  f.one_of<Component>(
      "component", component,
      {{"require", Component::require},
       {"largest", Component::largest},
       {"largest_strong", Component::largest_strong}},
      "a topology that is not strongly connected: an error, or its largest weakly or strongly "
      "connected component, renumbered in order");
  f.one_of<MixingKind>("mixing", mixing,
                       {{"default", MixingKind::default_for_method},
                        {"uniform_out", MixingKind::uniform_out},
                        {"metropolis", MixingKind::metropolis},
                        {"metropolis_hastings", MixingKind::metropolis_hastings},
                        {"lazy_metropolis", MixingKind::lazy_metropolis},
                        {"max_degree", MixingKind::max_degree},
                        {"laplacian", MixingKind::laplacian}},
                       "mixing matrix; default: uniform_out for push methods, metropolis for the others");
  f.real("laplacian_scale", laplacian_scale, config::non_negative,
         "for mixing laplacian, W = I - scale L; 0: 1/(1 + largest degree)");
  f.demand(laplacian_scale == 0 || mixing == MixingKind::laplacian, "laplacian_scale",
           "is only for mixing \"laplacian\"");
}

void TopologySpec::demand_possible(config::Fields& f) const {
  const std::string impossible = fault();
  f.demand(impossible.empty(), "", impossible);
}

std::size_t TopologySpec::possible_agents() const {
  const std::string impossible = fault();
  if (!impossible.empty()) throw InputError("topology: " + impossible);
  check(agents >= 1 && static_cast<std::uint64_t>(agents) <= max_agents,
        "drawn topologies have 1 to 2^27 agents");
  return static_cast<std::size_t>(agents);
}

}  // namespace taubar::topology
