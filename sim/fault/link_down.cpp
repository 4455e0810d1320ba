// Named links lose every message that is sent along them from one instant to another; what is under way already arrives.
#include <algorithm>
#include <cmath>

#include "sim/fault/outage.hpp"

namespace taubar::fault {
namespace {

struct LinkDownSpec final : FaultSpec {
  Matrix edges;
  Span span;

  void fields(config::Fields& f) override {
    f.matrix("edges", edges, config::non_negative, "directed links [from, to]", config::required);
    f.demand(!f.present("edges") || (edges.rows() > 0 && edges.cols() == 2 && edges == edges.array().floor().matrix()), "edges",
             "accepted are pairs [from, to] of agents' numbers, at least one pair");
    span.fields(f);
  }

  void add_to(Plan& plan, const Population& population, std::uint64_t number, std::vector<std::string>& complaints) const override {
    Outage outage;
    span.set(outage);
    for (Eigen::Index row = 0; row < edges.rows(); ++row) {
      const bool there = std::max(edges(row, 0), edges(row, 1)) < max_agents;
      const auto from = static_cast<AgentId>(there ? edges(row, 0) : 0), to = static_cast<AgentId>(there ? edges(row, 1) : 0);
      if (!there || !population.is_link(from, to))
        complaints.push_back("/faults/" + std::to_string(number) + "/edges/" + std::to_string(row) +
                             ": is not a link; accepted are links of the topology, from first");
      outage.links.emplace_back(from, to);
    }
    std::sort(outage.links.begin(), outage.links.end());
    plan.outages.push_back(std::move(outage));
  }
};

}  // namespace

extern const config::Entry<FaultSpec> link_down_entry;
const config::Entry<FaultSpec> link_down_entry{
    "link_down", "named links lose every message that is sent along them", "",
    R"({"kind": "link_down", "edges": [[0, 1], [1, 0]], "from": "2s", "to": "3s"})",
    []() -> std::shared_ptr<FaultSpec> { return std::make_shared<LinkDownSpec>(); }};

}  // namespace taubar::fault
