#include "core/problem/data/split.hpp"

#include <algorithm>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace taubar::problem::data {
namespace {

/// By Floyd's sample without replacement (as in GradientOracle).
std::vector<bool> chosen(std::int64_t from, std::int64_t count, std::uint64_t seed) {
  std::vector<bool> taken(static_cast<std::size_t>(from));
  Stream stream(seed, Purpose::held_out);
  for (std::int64_t j = from - count; j < from; ++j) {
    const auto drawn = static_cast<std::size_t>(stream.below(static_cast<std::uint64_t>(j) + 1));
    taken[taken[drawn] ? static_cast<std::size_t>(j) : drawn] = true;
  }
  return taken;
}

void copy_row(const Table& from, std::int64_t row, Table& to) {
  const auto r = static_cast<std::size_t>(row);
  for (auto e = static_cast<std::size_t>(from.start[r]); e < static_cast<std::size_t>(from.start[r + 1]); ++e)
    to.push(from.column[e], from.value[e]);
  to.end_row(from.target[r]);
}

}  // namespace

Pair split(const Table& table, double share, std::uint64_t structure_seed) {
  const std::int64_t rows = table.rows();
  if (rows < 2)
    throw InputError("problem.data.held_out: nothing can be held out of one sample; two are the least accepted");
  const auto wanted = static_cast<std::int64_t>(share * static_cast<double>(rows) + 0.5);
  const auto aside = chosen(rows, std::clamp<std::int64_t>(wanted, 1, rows - 1), structure_seed);
  Pair parts;
  parts.training.columns = parts.held_out.columns = table.columns;
  for (std::int64_t row = 0; row < rows; ++row)
    copy_row(table, row, aside[static_cast<std::size_t>(row)] ? parts.held_out : parts.training);
  return parts;
}

}  // namespace taubar::problem::data
