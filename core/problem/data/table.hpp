// Samples as they were read or generated: rows of features, one target each.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace taubar::problem::data {

/// More features than this are refused.
inline constexpr std::int64_t max_features = 10'000'000;
/// More stored values than this are refused (about 3 GB).
inline constexpr std::size_t max_values = std::size_t{1} << 28;

/// N rows of d features in compressed sparse rows; absent entries are zero. Columns increase along a row.
struct Table {
  std::int64_t columns = 0;            ///< d
  std::vector<std::int64_t> start{0};  ///< N+1 positions in `column` and `value`
  std::vector<std::int32_t> column;
  std::vector<double> value;
  std::vector<double> target;  ///< N: a label, or the number to predict

  std::int64_t rows() const { return static_cast<std::int64_t>(target.size()); }
  /// Appends an entry to the row in progress; zeros are not stored.
  void push(std::int32_t j, double x) {
    if (x == 0) return;
    column.push_back(j);
    value.push_back(x);
  }
  void end_row(double row_target) {
    start.push_back(static_cast<std::int64_t>(column.size()));
    target.push_back(row_target);
  }
  /// Forgets the row in progress.
  void drop_row() {
    column.resize(static_cast<std::size_t>(start.back()));
    value.resize(static_cast<std::size_t>(start.back()));
  }
};

}  // namespace taubar::problem::data
