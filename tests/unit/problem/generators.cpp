#include "core/problem/data/generators.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;
namespace data = taubar::problem::data;

TEST_CASE(
    "forest_cover has the original's shape: 54 columns, one area and one soil each row, ranges of columns "
    "1-10") {
  constexpr std::array low{1863, 0, 0, 0, -146, 0, 0, 99, 0, 0};
  constexpr std::array high{3849, 360, 61, 1343, 554, 6890, 254, 254, 248, 7173};
  const auto table = data::forest_cover(4000, 1);
  CHECK(table.columns == 54);
  REQUIRE(table.rows() == 4000);
  std::array<double, 54> smallest{}, largest{};
  std::array<int, 8> counts{};
  for (std::size_t r = 0; r < 4000; ++r) {
    std::array<double, 54> row{};
    for (auto e = table.start[r]; e < table.start[r + 1]; ++e)
      row[static_cast<std::size_t>(table.column[static_cast<std::size_t>(e)])] =
          table.value[static_cast<std::size_t>(e)];
    for (std::size_t j = 0; j < 54; ++j) {
      smallest[j] = r == 0 ? row[j] : std::min(smallest[j], row[j]);
      largest[j] = r == 0 ? row[j] : std::max(largest[j], row[j]);
      REQUIRE(row[j] == std::nearbyint(row[j]));
    }
    REQUIRE(std::count(row.begin() + 10, row.begin() + 14, 1.0) == 1);
    REQUIRE(std::count(row.begin() + 14, row.end(), 1.0) == 1);
    ++counts.at(static_cast<std::size_t>(table.target[r]));
  }
  for (std::size_t j = 0; j < 10; ++j) {
    INFO("column " << j + 1);
    CHECK(smallest[j] >= low[j]);
    CHECK(largest[j] <= high[j]);
    CHECK(largest[j] - smallest[j] > 0.4 * (high[j] - low[j]));
  }
  CHECK(counts[0] == 0);
  for (std::size_t c = 1; c <= 7; ++c) {
    INFO("class " << c << ": " << counts[c]);
    CHECK(counts[c] >= 20);
  }
  CHECK(*std::max_element(counts.begin(), counts.end()) >
        5 * *std::min_element(counts.begin() + 1, counts.end()));
}

TEST_CASE(
    "softmax regression learns forest_cover: 1,300 of 2,000 fresh rows are right, at most 800 are in one "
    "class") {
  const auto p = build_problem(
      R"({"kind": "softmax_regression", "l2": 1e-4, "data": {"generator": "forest_cover", "rows": 3000}})",
      4);
  const auto reference = problem::reference(*p, "");
  REQUIRE(reference);
  const auto table = data::forest_cover(5000, 1);
  std::array<int, 8> counts{};
  int right = 0;
  for (std::size_t r = 3000; r < 5000; ++r) {
    std::array<double, 7> score{};
    for (auto e = table.start[r]; e < table.start[r + 1]; ++e)
      for (std::size_t c = 0; c < 7; ++c)
        score[c] +=
            reference
                ->minimiser[static_cast<Eigen::Index>(c) * 54 + table.column[static_cast<std::size_t>(e)]] *
            table.value[static_cast<std::size_t>(e)];
    const auto guess = std::max_element(score.begin(), score.end()) - score.begin() + 1;
    right += static_cast<double>(guess) == table.target[r];
    ++counts.at(static_cast<std::size_t>(table.target[r]));
  }
  INFO(right << " of 2000 right, largest class " << *std::max_element(counts.begin(), counts.end()));
  CHECK(right > 1300);
  CHECK(*std::max_element(counts.begin(), counts.end()) < 800);
}

TEST_CASE("generated rows depend on the seed and their number alone") {
  const auto small = data::forest_cover(50, 3), large = data::forest_cover(80, 3),
             other = data::forest_cover(50, 4);
  CHECK(std::equal(small.value.begin(), small.value.end(), large.value.begin()));
  CHECK(small.value != other.value);
  const auto few = data::gaussian(50, 3, 0.1, true, 3), more = data::gaussian(80, 3, 0.1, true, 3);
  CHECK(std::equal(few.value.begin(), few.value.end(), more.value.begin()));
}

TEST_CASE(
    "gaussian: features are standard normal, and least squares finds residuals of the stated noise 0.5") {
  const auto p = build_problem(
      R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 20000, "dimension": 5, "noise": 0.5}})",
      2);
  // 2F = mean squared residual, with 20000 − 5 degrees of freedom: 0.25 within 5 standard errors.
  CHECK(std::abs(2 * problem::reference(*p, "")->objective - 0.25) < 5 * 0.25 * std::sqrt(2.0 / 20000));
  const auto table = data::gaussian(20000, 5, 0.5, false, 1);
  double square = 0;
  for (const double x : table.value) square += x * x / 1e5;
  CHECK(std::abs(square - 1) < 5 * std::sqrt(2.0 / 1e5));
}
