// Points drawn from ranges.
#include "sim/sweep/sampled_points.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

SampleSpec sample_of(SampleSpec::Kind kind, std::int64_t points, const std::vector<std::string>& pointers) {
  SampleSpec spec;
  spec.kind = kind;
  spec.points = points;
  for (const auto& pointer : pointers) spec.ranges.push_back({pointer, 0, 1, false, false});
  return spec;
}

std::vector<double> column(const std::vector<std::vector<double>>& points, std::size_t r) {
  std::vector<double> values;
  for (const auto& point : points) values.push_back(point[r]);
  return values;
}

}  // namespace

TEST_CASE("a Latin hypercube of 100 points has one in each hundredth of each of 3 ranges, in orders of their own") {
  const auto points = unit_points(sample_of(SampleSpec::Kind::latin_hypercube, 100, {"/a", "/b", "/c"}));
  std::vector<std::vector<int>> orders;
  for (std::size_t r = 0; r < 3; ++r) {
    std::vector<int> parts;
    for (const double u : column(points, r)) parts.push_back(static_cast<int>(u * 100));
    orders.push_back(parts);
    std::sort(parts.begin(), parts.end());
    for (int part = 0; part < 100; ++part) CHECK(parts[static_cast<std::size_t>(part)] == part);
  }
  CHECK(orders[0] != orders[1]);
  CHECK(orders[1] != orders[2]);
}

TEST_CASE("draws of a range depend on its pointer and the seed, not on its place or on other ranges") {
  for (const auto kind : {SampleSpec::Kind::latin_hypercube, SampleSpec::Kind::random}) {
    auto spec = sample_of(kind, 20, {"/a", "/b"});
    const auto a = column(unit_points(spec), 0);
    CHECK(column(unit_points(sample_of(kind, 20, {"/b", "/c", "/a"})), 2) == a);
    spec.seed = 2;
    CHECK(column(unit_points(spec), 0) != a);
  }
}

TEST_CASE("Sobol's first points in two dimensions are those of the published sequence, whatever the order of the ranges") {
  // Joe and Kuo, SIAM J. Sci. Comput. 30 (2008), table in their "Notes on generating Sobol sequences", points 1 to 7.
  const std::vector<std::vector<double>> published = {{0.5, 0.5},     {0.75, 0.25},   {0.25, 0.75},  {0.375, 0.375},
                                                      {0.875, 0.875}, {0.625, 0.125}, {0.125, 0.625}};
  CHECK(unit_points(sample_of(SampleSpec::Kind::sobol, 7, {"/a", "/b"})) == published);
  const auto turned = unit_points(sample_of(SampleSpec::Kind::sobol, 7, {"/b", "/a"}));
  for (std::size_t k = 0; k < 7; ++k) CHECK(turned[k] == std::vector<double>{published[k][1], published[k][0]});
}

TEST_CASE("a logarithmic range halves at its geometric mean, a whole one has both ends and equal parts") {
  const Range decades{"/x", 1e-3, 1, true, false};
  CHECK(value_at(decades, 0.5).get<double>() == Approx(std::sqrt(1e-3)).epsilon(1e-14));
  CHECK(value_at(decades, 1.0 / 3).get<double>() == Approx(1e-2).epsilon(1e-14));
  const Range line{"/x", -2, 6, false, false};
  CHECK(value_at(line, 0.25).get<double>() == 0);
  const Range dice{"/x", 1, 6, false, true};
  std::vector<int> counts(7);
  for (int k = 0; k < 600; ++k) ++counts[value_at(dice, (k + 0.5) / 600).get<std::size_t>()];
  CHECK(counts == std::vector<int>{0, 100, 100, 100, 100, 100, 100});
  CHECK(value_at(dice, 1 - 1e-16).is_number_integer());
  CHECK(value_at(dice, 1 - 1e-16) == 6);
  const Range powers{"/x", 1, 1024, true, true};
  CHECK(value_at(powers, 1e-9) == 1);
  CHECK(value_at(powers, 1 - 1e-12) == 1024);
}

TEST_CASE("random points are distinct and inside") {
  const auto points = unit_points(sample_of(SampleSpec::Kind::random, 1000, {"/a"}));
  std::set<double> seen;
  for (const double u : column(points, 0)) {
    CHECK((u > 0 && u < 1));
    seen.insert(u);
  }
  CHECK(seen.size() == 1000);
}
