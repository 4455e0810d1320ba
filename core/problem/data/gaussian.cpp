#include <cmath>

#include "core/base/random.hpp"
#include "core/problem/data/generators.hpp"

namespace taubar::problem::data {

Table gaussian(std::int64_t rows, std::int64_t dimension, double noise, bool classes,
               std::uint64_t structure_seed) {
  Stream truth_stream(structure_seed, Purpose::data, 0);
  std::vector<double> truth(static_cast<std::size_t>(dimension));
  for (auto& w : truth) w = truth_stream.normal() / std::sqrt(static_cast<double>(dimension));
  Table table;
  table.columns = dimension;
  for (std::int64_t row = 0; row < rows; ++row) {
    Stream stream(structure_seed, Purpose::data, static_cast<std::uint64_t>(row) + 1);
    double target = 0;
    for (std::size_t j = 0; j < truth.size(); ++j) {
      const double a = stream.normal();
      target += a * truth[j];
      table.push(static_cast<std::int32_t>(j), a);
    }
    target += noise * stream.normal();
    table.end_row(classes ? (target > 0 ? 1.0 : -1.0) : target);
  }
  return table;
}

}  // namespace taubar::problem::data
