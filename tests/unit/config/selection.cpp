#include "core/config/selection.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::config;

namespace {

Selection portion(double fraction) {
  Selection selection;
  selection.kind = Selection::Kind::fraction;
  selection.fraction = fraction;
  return selection;
}

}  // namespace

TEST_CASE("all, listed and first agents come out sorted") {
  CHECK(Selection{}.resolve(3, 1, 0, "/a") == std::vector<AgentId>{0, 1, 2});
  Selection listed{Selection::Kind::listed, {7, 3}, 0, 0};
  CHECK(listed.resolve(8, 1, 0, "/a") == std::vector<AgentId>{3, 7});
  Selection first{Selection::Kind::first, {}, 0, 2};
  CHECK(first.resolve(8, 1, 0, "/a") == std::vector<AgentId>{0, 1});
}

TEST_CASE("agents that are not there are refused by name") {
  Selection listed{Selection::Kind::listed, {3, 8}, 0, 0};
  CHECK_THROWS_AS(listed.resolve(8, 1, 0, "/stragglers/0/agents"), InputError);
  try {
    listed.resolve(8, 1, 0, "/stragglers/0/agents");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()) == "/stragglers/0/agents: agent 8 does not exist; accepted are 0 to 7");
  }
  CHECK_THROWS_AS((Selection{Selection::Kind::listed, {-1}, 0, 0}.resolve(8, 1, 0, "/a")), InputError);
  CHECK_THROWS_AS((Selection{Selection::Kind::first, {}, 0, 9}.resolve(8, 1, 0, "/a")), InputError);
}

TEST_CASE("the agents of hosts 0 and 2 come out sorted; hosts without agents and scenarios without hosts are refused") {
  const std::vector<AgentId> host_of{2, 1, 0, 2};
  const Selection hosts{Selection::Kind::hosts, {2, 0}, 0, 0};
  CHECK(hosts.resolve(4, 1, 0, "/a", host_of) == std::vector<AgentId>{0, 2, 3});
  const auto complaint = [](const Selection& selection, const std::vector<AgentId>& its_hosts) -> std::string {
    try {
      selection.resolve(4, 1, 0, "/a", its_hosts);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(complaint({Selection::Kind::hosts, {0, 3}, 0, 0}, host_of) ==
        "/a: no agent lives on host 3; accepted are hosts with agents, the last is 2");
  CHECK(complaint(hosts, {}).find("/a: the scenario has no hosts; accepted are agents, or") == 0);
}

TEST_CASE("a fraction is rounded to the nearest number of distinct agents, sorted") {
  for (const auto& [fraction, count] :
       {std::pair(0.0, 0), {0.1, 1}, {0.24, 2}, {0.25, 3}, {0.5, 5}, {1.0, 10}}) {
    const auto chosen = portion(fraction).resolve(10, 5, 1, "/a");
    CHECK(chosen.size() == static_cast<std::size_t>(count));
    CHECK(std::is_sorted(chosen.begin(), chosen.end()));
    CHECK(std::set<AgentId>(chosen.begin(), chosen.end()).size() == chosen.size());
    CHECK(std::all_of(chosen.begin(), chosen.end(), [](AgentId a) { return a < 10; }));
  }
}

TEST_CASE("a fraction depends on seed and rule, and on nothing else") {
  const auto chosen = portion(0.5).resolve(100, 5, 1, "/a");
  CHECK(chosen == portion(0.5).resolve(100, 5, 1, "/elsewhere"));
  CHECK(chosen != portion(0.5).resolve(100, 6, 1, "/a"));
  CHECK(chosen != portion(0.5).resolve(100, 5, 2, "/a"));
}

TEST_CASE(
    "3 of 6 agents: 20,000 draws hit the 20 subsets evenly, chi-square with 19 degrees below its 1e-6 "
    "quantile 63.7") {
  std::map<std::vector<AgentId>, int> counts;
  for (std::uint64_t rule = 0; rule < 20000; ++rule) ++counts[portion(0.5).resolve(6, 1, rule, "")];
  REQUIRE(counts.size() == 20);
  double chi_square = 0;
  for (const auto& [subset, count] : counts) chi_square += (count - 1e3) * (count - 1e3) / 1e3;
  CHECK(chi_square < 63.7);
}
