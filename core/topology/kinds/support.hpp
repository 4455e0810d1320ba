// What the files of the kinds share.
#pragma once
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "core/config/fields.hpp"
#include "core/topology/topology.hpp"

namespace taubar::topology {

/// For Entry::make.
template <class Derived>
std::shared_ptr<TopologySpec> make() {
  return std::make_shared<Derived>();
}

/// A kind with no parameters of its own.
struct PlainSpec : TopologySpec {
  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    demand_possible(f);
  }
};

inline AgentId agent(std::size_t number) { return static_cast<AgentId>(number); }

/// A count with mean m that is rarely (below 1e-8) above this: m + 6 √m + 20.
inline double rarely_above(double mean) { return mean + 6 * std::sqrt(mean) + 20; }

}  // namespace taubar::topology
