// The samples' features A (N×d), dense or sparse, and the two products every linear model is made of.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/problem/content_hash.hpp"
#include "core/problem/data/table.hpp"
#include "core/problem/lanes.hpp"

namespace taubar::problem {

/// How many values a row of `outputs` numbers takes: even, so that products run in pairs; 1 stays 1.
inline std::int64_t padded(std::int64_t outputs) { return outputs == 1 ? 1 : outputs + (outputs & 1); }

/// Immutable. Every product sums in the order of the columns, in lanes that do not depend on addresses.
class FeatureMatrix {
 public:
  FeatureMatrix() = default;
  /// Dense where at least `dense_above` of the entries are not zero.
  explicit FeatureMatrix(const data::Table& table, double dense_above = 0.3);
  /// The rows order[0], order[1], ….
  FeatureMatrix reordered(std::span<const std::int64_t> order) const;

  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  bool dense() const { return dense_; }

  /// out_k = Σ_j A_sj w_jk, k < width; w is d×width by rows, width = padded(outputs).
  void multiply(std::int64_t s, const double* w, std::int64_t width, double* out) const;
  /// sums_jk += A_sj c_k for j >= from.
  void accumulate(std::int64_t s, const double* c, std::int64_t width, double* sums,
                  std::int64_t from = 0) const;
  /// Calls visit(column, value) for each stored entry of row s, in increasing column.
  template <class Visit>
  void for_each(std::int64_t s, const Visit& visit) const;

  void add_to(ContentHash& hash) const;

 private:
  lanes::DenseRow dense_row(std::int64_t s) const;
  lanes::SparseRow sparse_row(std::int64_t s) const;

  bool dense_ = false;
  std::int64_t rows_ = 0, columns_ = 0;
  std::vector<std::int64_t> start_;   ///< sparse: N+1
  std::vector<std::int32_t> column_;  ///< sparse
  std::vector<double> value_;         ///< dense: N×d by rows
};

template <class Visit>
void FeatureMatrix::for_each(std::int64_t s, const Visit& visit) const {
  const auto row = static_cast<std::size_t>(s);
  if (dense_) {
    const auto d = static_cast<std::size_t>(columns_);
    for (std::size_t j = 0; j < d; ++j) visit(static_cast<std::int64_t>(j), value_[row * d + j]);
  } else {
    for (auto e = static_cast<std::size_t>(start_[row]); e < static_cast<std::size_t>(start_[row + 1]); ++e)
      visit(std::int64_t{column_[e]}, value_[e]);
  }
}

}  // namespace taubar::problem
