#include "core/problem/feature_matrix.hpp"

namespace taubar::problem {

FeatureMatrix::FeatureMatrix(const data::Table& table, double dense_above)
    : rows_(table.rows()),
      columns_(table.columns),
      start_(table.start),
      column_(table.column),
      value_(table.value) {
  const double entries = static_cast<double>(rows_) * static_cast<double>(columns_);
  dense_ = static_cast<double>(value_.size()) >= dense_above * entries;
  if (!dense_) return;
  std::vector<double> full(static_cast<std::size_t>(rows_ * columns_), 0.0);
  for (std::int64_t s = 0; s < rows_; ++s) {
    const auto row = static_cast<std::size_t>(s);
    for (auto e = static_cast<std::size_t>(start_[row]); e < static_cast<std::size_t>(start_[row + 1]); ++e)
      full[static_cast<std::size_t>(s * columns_ + column_[e])] = value_[e];
  }
  value_ = std::move(full);
  start_ = {};
  column_ = {};
}

FeatureMatrix FeatureMatrix::reordered(std::span<const std::int64_t> order) const {
  FeatureMatrix result;
  result.dense_ = dense_;
  result.rows_ = static_cast<std::int64_t>(order.size());
  result.columns_ = columns_;
  result.value_.reserve(value_.size());
  result.column_.reserve(column_.size());
  if (!dense_) result.start_.push_back(0);
  for (const auto s : order) {
    const auto begin = dense_ ? s * columns_ : start_[static_cast<std::size_t>(s)];
    const auto end = dense_ ? begin + columns_ : start_[static_cast<std::size_t>(s) + 1];
    result.value_.insert(result.value_.end(), value_.begin() + begin, value_.begin() + end);
    if (dense_) continue;
    result.column_.insert(result.column_.end(), column_.begin() + begin, column_.begin() + end);
    result.start_.push_back(static_cast<std::int64_t>(result.value_.size()));
  }
  return result;
}

lanes::DenseRow FeatureMatrix::dense_row(std::int64_t s) const {
  return {value_.data() + s * columns_, columns_};
}

lanes::SparseRow FeatureMatrix::sparse_row(std::int64_t s) const {
  const auto begin = start_[static_cast<std::size_t>(s)];
  return {value_.data() + begin, start_[static_cast<std::size_t>(s) + 1] - begin, column_.data() + begin};
}

void FeatureMatrix::multiply(std::int64_t s, const double* w, std::int64_t width, double* out) const {
  if (dense_)
    lanes::multiply(dense_row(s), w, width, out);
  else
    lanes::multiply(sparse_row(s), w, width, out);
}

void FeatureMatrix::accumulate(std::int64_t s, const double* c, std::int64_t width, double* sums,
                               std::int64_t from) const {
  if (dense_)
    lanes::accumulate(dense_row(s), c, width, sums, from);
  else
    lanes::accumulate(sparse_row(s), c, width, sums, from);
}

void FeatureMatrix::add_to(ContentHash& hash) const {
  hash.integer(rows_).integer(columns_).integer(dense_ ? 1 : 0);
  hash.integers(start_).integers(column_).reals(value_);
}

}  // namespace taubar::problem
