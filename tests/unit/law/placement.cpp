#include "sim/delay/placement.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;
using delay::Assignment;
using delay::Placement;

TEST_CASE("7 agents on 3 hosts: blocks of 3, 2 and 2, or every third agent") {
  CHECK(Placement(7, 3, Assignment::block).host_of_each() == std::vector<HostId>{0, 0, 0, 1, 1, 2, 2});
  CHECK(Placement(7, 3, Assignment::round_robin).host_of_each() == std::vector<HostId>{0, 1, 2, 0, 1, 2, 0});
}

TEST_CASE("blocks are consecutive and their sizes differ by at most one, for 1 to 12 agents on 1 to 15 hosts") {
  for (std::uint64_t agents = 1; agents <= 12; ++agents)
    for (std::uint64_t hosts = 1; hosts <= 15; ++hosts) {
      CAPTURE(agents, hosts);
      const auto host = Placement(agents, hosts, Assignment::block).host_of_each();
      CHECK(std::is_sorted(host.begin(), host.end()));
      CHECK(host.size() == agents);
      CHECK(host.back() < hosts);
      std::vector<std::uint64_t> size(hosts);
      for (HostId h : host) ++size[h];
      const auto [least, greatest] = std::minmax_element(size.begin(), size.end());
      CHECK(*greatest - *least <= 1);
    }
}

TEST_CASE("a server, agent n, lives on host 0") {
  for (auto assignment : {Assignment::block, Assignment::round_robin}) {
    const Placement placement(8, 4, assignment);
    CHECK(placement.host_of(8) == 0);
    CHECK(placement.together(8, 0));
    CHECK_FALSE(placement.together(8, 7));
  }
}

TEST_CASE("without hosts every agent lives apart, a server too") {
  const Placement placement(5, std::nullopt);
  CHECK(placement.each_apart());
  CHECK(placement.host_of_each().empty());
  for (AgentId i = 0; i <= 5; ++i)
    for (AgentId j = 0; j <= 5; ++j) CHECK(placement.together(i, j) == (i == j));
}

TEST_CASE("hosts are read with their count, block by default") {
  const auto spec = test::spec_of<delay::HostsSpec>(R"({"count": 2})");
  CHECK(Placement(4, spec).host_of_each() == std::vector<HostId>{0, 0, 1, 1});
  const auto robin = test::spec_of<delay::HostsSpec>(R"({"count": 2, "assignment": "round_robin"})");
  CHECK(Placement(4, robin).host_of_each() == std::vector<HostId>{0, 1, 0, 1});
  CHECK_THROWS(test::spec_of<delay::HostsSpec>(R"({"count": 0})"));
}
