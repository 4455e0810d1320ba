// Groups of agents that do not hear each other: every message from one group to another is lost. Agents that no group
// names are one more group, to which a server belongs.
#include "sim/fault/outage.hpp"

namespace taubar::fault {
namespace {

/// Random selections differ from those of crashes.
constexpr std::uint64_t first_group = std::uint64_t{1} << 34, most_groups = 1024;

struct GroupSpec {
  config::Selection agents;
  void fields(config::Fields& f) { f.selection("agents", agents, "who is in this group", config::required); }
};

struct PartitionSpec final : FaultSpec {
  std::vector<GroupSpec> groups;
  Span span;

  void fields(config::Fields& f) override {
    f.list("groups", groups, "each {\"agents\": …}; agents in no group are one more", config::required);
    f.demand(!f.present("groups") || (!groups.empty() && groups.size() <= most_groups), "groups", "accepted are 1 to 1,024 groups");
    span.fields(f);
  }

  void add_to(Plan& plan, const Population& population, std::uint64_t number, std::vector<std::string>& complaints) const override {
    Outage outage;
    span.set(outage);
    outage.group.assign(population.agents, 0);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const std::string pointer = "/faults/" + std::to_string(number) + "/groups/" + std::to_string(g) + "/agents";
      try {
        for (const AgentId agent : groups[g].agents.resolve(population.agents, population.seed, first_group + number * most_groups + g,
                                                            pointer, population.host_of)) {
          if (outage.group[agent] != 0)
            complaints.push_back(pointer + ": agent " + std::to_string(agent) + " is in group " +
                                 std::to_string(outage.group[agent] - 1) + " already; accepted are groups without common agents");
          outage.group[agent] = static_cast<std::uint32_t>(g + 1);
        }
      } catch (const InputError& error) {
        complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
      }
    }
    plan.outages.push_back(std::move(outage));
  }
};

}  // namespace

extern const config::Entry<FaultSpec> partition_entry;
const config::Entry<FaultSpec> partition_entry{
    "partition", "groups of agents that do not hear each other", "",
    R"({"kind": "partition", "groups": [{"agents": {"first": 4}}], "from": "2s", "to": "3s"})",
    []() -> std::shared_ptr<FaultSpec> { return std::make_shared<PartitionSpec>(); }};

}  // namespace taubar::fault
