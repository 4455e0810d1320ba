#include "core/problem/data/scale.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/error.hpp"

namespace taubar::problem::data {
namespace {

using Column = std::vector<double>;

std::span<const double> row_values(const Table& table, std::int64_t row) {
  const auto begin = static_cast<std::size_t>(table.start[static_cast<std::size_t>(row)]);
  const auto end = static_cast<std::size_t>(table.start[static_cast<std::size_t>(row) + 1]);
  return std::span(table.value).subspan(begin, end - begin);
}

/// What turns x into (x − shift)/divisor; divisor 0: the column becomes 0.
struct Affine {
  Column shift, divisor;
  double operator()(std::size_t j, double x) const {
    return divisor[j] > 0 ? (x - shift[j]) / divisor[j] : 0.0;
  }
};

Column stored_per_column(const Table& table) {
  Column stored(static_cast<std::size_t>(table.columns), 0.0);
  for (const auto j : table.column) stored[static_cast<std::size_t>(j)] += 1;
  return stored;
}

/// Smallest and largest value of each column, absent entries included.
struct Extremes {
  Column low, high;
};

Extremes extremes_of(const Table& table) {
  const auto d = static_cast<std::size_t>(table.columns);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Column stored = stored_per_column(table);
  Extremes result{Column(d, infinity), Column(d, -infinity)};
  const auto see = [&](std::size_t j, double x) {
    result.low[j] = std::min(result.low[j], x);
    result.high[j] = std::max(result.high[j], x);
  };
  for (std::size_t e = 0; e < table.value.size(); ++e)
    see(static_cast<std::size_t>(table.column[e]), table.value[e]);
  for (std::size_t j = 0; j < d; ++j)
    if (stored[j] < static_cast<double>(table.rows())) see(j, 0.0);
  return result;
}

Affine standardising(const Table& table) {
  const auto d = static_cast<std::size_t>(table.columns);
  const auto count = static_cast<double>(table.rows());
  const Column stored = stored_per_column(table);
  Affine result{Column(d, 0.0), Column(d, 0.0)};
  for (std::size_t e = 0; e < table.value.size(); ++e)
    result.shift[static_cast<std::size_t>(table.column[e])] += table.value[e];
  for (auto& mean : result.shift) mean /= count;
  for (std::size_t e = 0; e < table.value.size(); ++e) {
    const auto j = static_cast<std::size_t>(table.column[e]);
    const double off = table.value[e] - result.shift[j];
    result.divisor[j] += off * off;
  }
  const auto [low, high] = extremes_of(table);  // the variance of a constant column is rounding, not 0
  for (std::size_t j = 0; j < d; ++j) {
    const double zeros = count - stored[j], mean = result.shift[j];
    const double deviation = std::sqrt((result.divisor[j] + zeros * mean * mean) / count);
    result.divisor[j] = high[j] > low[j] ? deviation : 0.0;
  }
  return result;
}

Affine between_extremes(const Table& table) {
  auto [low, high] = extremes_of(table);
  for (std::size_t j = 0; j < low.size(); ++j) high[j] -= low[j];
  return {std::move(low), std::move(high)};
}

bool keeps_zeros(const Affine& map) {
  for (std::size_t j = 0; j < map.shift.size(); ++j)
    if (map.divisor[j] > 0 && map.shift[j] != 0) return false;
  return true;
}

Table mapped_entries(Table table, const Affine& map) {
  for (std::size_t e = 0; e < table.value.size(); ++e)
    table.value[e] = map(static_cast<std::size_t>(table.column[e]), table.value[e]);
  return table;
}

/// Centring makes entries of the absent ones: every row is written out.
Table mapped_in_full(const Table& table, const Affine& map) {
  const auto d = static_cast<std::size_t>(table.columns);
  if (static_cast<double>(table.rows()) * static_cast<double>(d) > static_cast<double>(max_values))
    throw InputError("scaling to centred columns would fill " + std::to_string(table.rows()) + " x " +
                     std::to_string(d) + " values; at most " + std::to_string(max_values) +
                     " are accepted (\"unit_rows\" keeps zeros)");
  Table result;
  result.columns = table.columns;
  Column full(d);
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    std::fill(full.begin(), full.end(), 0.0);
    auto e = static_cast<std::size_t>(table.start[static_cast<std::size_t>(row)]);
    for (const double x : row_values(table, row)) full[static_cast<std::size_t>(table.column[e++])] = x;
    for (std::size_t j = 0; j < d; ++j) result.push(static_cast<std::int32_t>(j), map(j, full[j]));
    result.end_row(table.target[static_cast<std::size_t>(row)]);
  }
  return result;
}

Table mapped(Table table, const Affine& map) {
  return keeps_zeros(map) ? mapped_entries(std::move(table), map) : mapped_in_full(table, map);
}

Table with_unit_rows(Table table) {
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    double square = 0;
    for (const double x : row_values(table, row)) square += x * x;
    const double norm = std::sqrt(square);
    const auto begin = static_cast<std::size_t>(table.start[static_cast<std::size_t>(row)]);
    const auto end = static_cast<std::size_t>(table.start[static_cast<std::size_t>(row) + 1]);
    for (std::size_t e = begin; e < end; ++e) table.value[e] /= norm;
  }
  return table;
}

/// What to do with a row's values by the constants of a table.
std::optional<Affine> map_of(const Table& table, Scale scale) {
  if (scale == Scale::standardise) return standardising(table);
  if (scale == Scale::minmax) return between_extremes(table);
  return std::nullopt;
}

Table scaled_by(const std::optional<Affine>& map, Table table, Scale scale) {
  if (map) return mapped(std::move(table), *map);
  return scale == Scale::unit_rows ? with_unit_rows(std::move(table)) : table;
}

}  // namespace

Table scaled(Table table, Scale scale) {
  const auto map = map_of(table, scale);
  return scaled_by(map, std::move(table), scale);
}

Pair scaled_alike(Pair tables, Scale scale) {
  const auto map = map_of(tables.training, scale);
  return {scaled_by(map, std::move(tables.training), scale), scaled_by(map, std::move(tables.held_out), scale)};
}

Table with_intercept(const Table& table) {
  Table result;
  result.columns = table.columns + 1;
  for (std::size_t row = 0; row < table.target.size(); ++row) {
    for (auto e = static_cast<std::size_t>(table.start[row]);
         e < static_cast<std::size_t>(table.start[row + 1]); ++e)
      result.push(table.column[e], table.value[e]);
    result.push(static_cast<std::int32_t>(table.columns), 1.0);
    result.end_row(table.target[row]);
  }
  return result;
}

}  // namespace taubar::problem::data
