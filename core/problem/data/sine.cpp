#include "core/base/math.hpp"
#include "core/base/random.hpp"
#include "core/problem/data/generators.hpp"

namespace taubar::problem::data {

Table sine(std::int64_t rows, double noise, bool classes, std::uint64_t structure_seed) {
  constexpr double pi = 3.14159265358979323846;
  Table table;
  table.columns = 1;
  for (std::int64_t row = 0; row < rows; ++row) {
    Stream stream(structure_seed, Purpose::data, static_cast<std::uint64_t>(row) + 1);
    const double a = pi * (2 * stream.uniform() - 1);
    const double target = math::sin(2 * a) + noise * stream.normal();
    table.push(0, a);
    table.end_row(classes ? (target > 0 ? 1.0 : -1.0) : target);
  }
  return table;
}

}  // namespace taubar::problem::data
