#include "core/problem/partition.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/config/reader.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using problem::Partition;

namespace {

Partition deal(const std::string& json, const std::vector<double>& targets, std::int64_t agents,
               std::uint64_t seed = 1) {
  config::Choice<problem::PartitionSpec> choice;
  config::read(
      config::Document::parse(R"({"partition": )" + json + "}", "test.json"),
      [&](config::Fields& f) { f.choice("partition", choice, problem::partitions(), "", config::required); });
  return choice->deal(targets, agents, seed);
}

std::vector<double> labels(std::size_t count, std::uint64_t classes) {
  Stream stream(5, Purpose::test);
  std::vector<double> result(count);
  for (auto& label : result) label = static_cast<double>(stream.below(classes));
  return result;
}

std::vector<std::int64_t> sizes_of(const Partition& p) {
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i + 1 < p.start.size(); ++i) sizes.push_back(p.start[i + 1] - p.start[i]);
  return sizes;
}

void check_complete(const Partition& p, std::int64_t samples, std::int64_t agents) {
  auto order = p.order;
  std::sort(order.begin(), order.end());
  REQUIRE(static_cast<std::int64_t>(order.size()) == samples);
  for (std::int64_t s = 0; s < samples; ++s) REQUIRE(order[static_cast<std::size_t>(s)] == s);
  REQUIRE(static_cast<std::int64_t>(p.start.size()) == agents + 1);
  CHECK(p.start.front() == 0);
  CHECK(p.start.back() == samples);
  for (const auto size : sizes_of(p)) CHECK(size >= 1);
}

std::size_t classes_seen(const Partition& p, const std::vector<double>& targets, std::size_t agent) {
  std::set<double> seen;
  for (auto s = p.start[agent]; s < p.start[agent + 1]; ++s)
    seen.insert(targets[static_cast<std::size_t>(p.order[static_cast<std::size_t>(s)])]);
  return seen.size();
}

}  // namespace

TEST_CASE(
    "every partition deals each of 103 samples once and gives each of 1, 8, 60 and 103 agents at least one") {
  const auto targets = labels(103, 4);
  for (const auto* json :
       {R"({"kind": "uniform"})", R"({"kind": "contiguous"})", R"({"kind": "by_label"})",
        R"({"kind": "dirichlet", "alpha": 0.01})", R"({"kind": "dirichlet", "alpha": 100})"})
    for (const std::int64_t agents : {1, 8, 60, 103}) {
      INFO(json << " " << agents);
      check_complete(deal(json, targets, agents), 103, agents);
    }
}

TEST_CASE(
    "uniform, contiguous and by_label give sizes that differ by at most one: 13 and 12 for 103 over 8") {
  for (const auto* kind : {"uniform", "contiguous", "by_label"}) {
    const auto sizes = sizes_of(deal(std::string(R"({"kind": ")") + kind + R"("})", labels(103, 4), 8));
    CHECK(std::count(sizes.begin(), sizes.end(), 13) == 7);
    CHECK(std::count(sizes.begin(), sizes.end(), 12) == 1);
  }
}

TEST_CASE(
    "uniform shuffles by the seed; contiguous keeps the order; by_label sorts and keeps the order within a "
    "label") {
  const auto targets = labels(200, 3);
  const auto first = deal(R"({"kind": "uniform"})", targets, 4, 1);
  CHECK(first.order == deal(R"({"kind": "uniform"})", targets, 4, 1).order);
  CHECK(first.order != deal(R"({"kind": "uniform"})", targets, 4, 2).order);
  CHECK_FALSE(std::is_sorted(first.order.begin(), first.order.end()));
  const auto contiguous = deal(R"({"kind": "contiguous"})", targets, 4);
  CHECK(std::is_sorted(contiguous.order.begin(), contiguous.order.end()));
  const auto by_label = deal(R"({"kind": "by_label"})", targets, 4);
  for (std::size_t s = 1; s < 200; ++s) {
    const auto a = by_label.order[s - 1], b = by_label.order[s];
    const double before = targets[static_cast<std::size_t>(a)], after = targets[static_cast<std::size_t>(b)];
    CHECK((before < after || (before == after && a < b)));
  }
}

TEST_CASE(
    "the first place of a shuffle of 5 is uniform: 5,000 seeds, chi-square below its 1e-6 quantile 33.4") {
  int counts[5] = {};
  for (std::uint64_t seed = 0; seed < 5000; ++seed)
    ++counts[deal(R"({"kind": "uniform"})", std::vector<double>(5, 0.0), 1, seed).order[0]];
  double chi_square = 0;
  for (const int c : counts) chi_square += (c - 1000.0) * (c - 1000.0) / 1000;
  CHECK(chi_square < 33.4);
}

TEST_CASE(
    "dirichlet: alpha 0.01 leaves 10 agents few of 10 classes, alpha 1e6 gives each agent a tenth of every "
    "class") {
  const auto targets = labels(10000, 10);
  const auto skewed = deal(R"({"kind": "dirichlet", "alpha": 0.01})", targets, 10);
  const auto even = deal(R"({"kind": "dirichlet", "alpha": 1e6})", targets, 10);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    seen += classes_seen(skewed, targets, i);
    CHECK(classes_seen(even, targets, i) == 10);
  }
  CHECK(seen <= 25);
  for (const auto size : sizes_of(even)) CHECK(std::abs(size - 1000) <= 30);
}

TEST_CASE("dirichlet on 1,000 different targets is refused, for there are no classes") {
  std::vector<double> targets(2000);
  for (std::size_t s = 0; s < targets.size(); ++s) targets[s] = static_cast<double>(s);
  CHECK_THROWS_AS(deal(R"({"kind": "dirichlet", "alpha": 1})", targets, 4), InputError);
}

TEST_CASE("sizes are kept exactly; a wrong sum or count is refused; so are more agents than samples") {
  const auto targets = labels(20, 2);
  CHECK(sizes_of(deal(R"({"kind": "sizes", "sizes": [1, 4, 15]})", targets, 3)) ==
        std::vector<std::int64_t>{1, 4, 15});
  CHECK_THROWS_AS(deal(R"({"kind": "sizes", "sizes": [1, 4, 14]})", targets, 3), InputError);
  CHECK_THROWS_AS(deal(R"({"kind": "sizes", "sizes": [1, 4, 16]})", targets, 3), InputError);
  CHECK_THROWS_AS(deal(R"({"kind": "sizes", "sizes": [1, 19]})", targets, 3), InputError);
  CHECK_THROWS_AS(deal(R"({"kind": "sizes", "sizes": [0, 20]})", targets, 2), InputError);
  CHECK_THROWS_AS(
      deal(R"({"kind": "sizes", "sizes": [9223372036854775807, 9223372036854775807]})", targets, 2),
      InputError);
  CHECK_THROWS_AS(deal(R"({"kind": "uniform"})", targets, 21), InputError);
}
