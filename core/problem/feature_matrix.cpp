#include "core/problem/feature_matrix.hpp"

#include <Eigen/Core>

namespace taubar::problem {

// Rows give `size` entries, entry e standing in column(e).
struct FeatureMatrix::DenseRow {
  const double* values;
  std::int64_t size;
  std::int64_t column(std::int64_t e) const { return e; }
  std::int64_t first_from(std::int64_t column) const { return column; }
};

struct FeatureMatrix::SparseRow {
  const double* values;
  std::int64_t size;
  const std::int32_t* columns;
  std::int64_t column(std::int64_t e) const { return columns[e]; }
  std::int64_t first_from(std::int64_t column) const {
    std::int64_t e = 0;
    while (e < size && columns[e] < column) ++e;
    return e;
  }
};

namespace {

template <int Lanes>
using Pack = Eigen::Array<double, Lanes, 1>;

double dot(const double* a, const double* b, std::int64_t size) {
  Pack<4> sum = Pack<4>::Zero();
  std::int64_t j = 0;
  for (; j + 4 <= size; j += 4) sum += Eigen::Map<const Pack<4>>(a + j) * Eigen::Map<const Pack<4>>(b + j);
  double rest = 0;
  for (; j < size; ++j) rest += a[j] * b[j];
  return ((sum[0] + sum[2]) + (sum[1] + sum[3])) + rest;
}

double dot(const double* a, const std::int32_t* columns, const double* b, std::int64_t size) {
  double even = 0, odd = 0;
  std::int64_t e = 0;
  for (; e + 2 <= size; e += 2) {
    even += a[e] * b[columns[e]];
    odd += a[e + 1] * b[columns[e + 1]];
  }
  if (e < size) even += a[e] * b[columns[e]];
  return even + odd;
}

template <int Lanes, class Row>
void multiply_lanes(const Row& row, const double* w, std::int64_t width, double* out) {
  Pack<Lanes> sum = Pack<Lanes>::Zero();
  for (std::int64_t e = 0; e < row.size; ++e)
    sum += row.values[e] * Eigen::Map<const Pack<Lanes>>(w + row.column(e) * width);
  Eigen::Map<Pack<Lanes>> result(out);
  result = sum;
}

template <int Lanes, class Row>
void accumulate_lanes(const Row& row, const double* c, std::int64_t width, double* sums, std::int64_t first) {
  const Pack<Lanes> coefficients = Eigen::Map<const Pack<Lanes>>(c);
  for (std::int64_t e = first; e < row.size; ++e) {
    Eigen::Map<Pack<Lanes>> target(sums + row.column(e) * width);
    target += row.values[e] * coefficients;
  }
}

/// Calls run.template operator()<Lanes>(k) over k = 0 … width in pieces of 8, 4 and 2.
template <class Run>
void in_lanes(std::int64_t width, const Run& run) {
  std::int64_t k = 0;
  for (; k + 8 <= width; k += 8) run.template operator()<8>(k);
  for (; k + 4 <= width; k += 4) run.template operator()<4>(k);
  for (; k + 2 <= width; k += 2) run.template operator()<2>(k);
}

template <class Row>
void multiply_wide(const Row& row, const double* w, std::int64_t width, double* out) {
  in_lanes(width, [&]<int Lanes>(std::int64_t k) { multiply_lanes<Lanes>(row, w + k, width, out + k); });
}

template <class Row>
void accumulate_wide(const Row& row, const double* c, std::int64_t width, double* sums, std::int64_t from) {
  const std::int64_t first = from == 0 ? 0 : row.first_from(from);
  in_lanes(width,
           [&]<int Lanes>(std::int64_t k) { accumulate_lanes<Lanes>(row, c + k, width, sums + k, first); });
}

}  // namespace

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

FeatureMatrix::DenseRow FeatureMatrix::dense_row(std::int64_t s) const {
  return {value_.data() + s * columns_, columns_};
}

FeatureMatrix::SparseRow FeatureMatrix::sparse_row(std::int64_t s) const {
  const auto begin = start_[static_cast<std::size_t>(s)];
  return {value_.data() + begin, start_[static_cast<std::size_t>(s) + 1] - begin, column_.data() + begin};
}

void FeatureMatrix::multiply(std::int64_t s, const double* w, std::int64_t width, double* out) const {
  if (dense_) {
    const auto row = dense_row(s);
    if (width == 1)
      *out = dot(row.values, w, row.size);
    else
      multiply_wide(row, w, width, out);
  } else {
    const auto row = sparse_row(s);
    if (width == 1)
      *out = dot(row.values, row.columns, w, row.size);
    else
      multiply_wide(row, w, width, out);
  }
}

void FeatureMatrix::accumulate(std::int64_t s, const double* c, std::int64_t width, double* sums,
                               std::int64_t from) const {
  if (dense_) {
    const auto row = dense_row(s);
    if (width == 1)
      for (std::int64_t j = from; j < row.size; ++j) sums[j] += *c * row.values[j];
    else
      accumulate_wide(row, c, width, sums, from);
  } else {
    const auto row = sparse_row(s);
    if (width == 1)
      for (std::int64_t e = row.first_from(from); e < row.size; ++e)
        sums[row.columns[e]] += *c * row.values[e];
    else
      accumulate_wide(row, c, width, sums, from);
  }
}

void FeatureMatrix::add_to(ContentHash& hash) const {
  hash.integer(rows_).integer(columns_).integer(dense_ ? 1 : 0);
  hash.integers(start_).integers(column_).reals(value_);
}

}  // namespace taubar::problem
