// Products of one row with a matrix of weights, summed in lanes that neither addresses nor optimisation change.
#pragma once
#include <Eigen/Core>
#include <cstdint>

namespace taubar::problem::lanes {

// Rows give `size` entries, entry e standing in column(e).
struct DenseRow {
  const double* values;
  std::int64_t size;
  std::int64_t column(std::int64_t e) const { return e; }
  std::int64_t first_from(std::int64_t column) const { return column; }
};

struct SparseRow {
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

template <int Lanes>
using Pack = Eigen::Array<double, Lanes, 1>;

inline double dot(const DenseRow& row, const double* b) {
  const double* a = row.values;
  const std::int64_t size = row.size;
  Pack<4> sum = Pack<4>::Zero();
  std::int64_t j = 0;
  for (; j + 4 <= size; j += 4) sum += Eigen::Map<const Pack<4>>(a + j) * Eigen::Map<const Pack<4>>(b + j);
  double rest = 0;
  for (; j < size; ++j) rest += a[j] * b[j];
  return ((sum[0] + sum[2]) + (sum[1] + sum[3])) + rest;
}

inline double dot(const SparseRow& row, const double* b) {
  const double* a = row.values;
  const std::int64_t size = row.size;
  double even = 0, odd = 0;
  std::int64_t e = 0;
  for (; e + 2 <= size; e += 2) {
    even += a[e] * b[row.columns[e]];
    odd += a[e + 1] * b[row.columns[e + 1]];
  }
  if (e < size) even += a[e] * b[row.columns[e]];
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

/// out_k = Σ_j a_j w_jk, k < width; w by rows, width 1 or even.
template <class Row>
void multiply(const Row& row, const double* w, std::int64_t width, double* out) {
  if (width == 1)
    *out = dot(row, w);
  else
    in_lanes(width, [&]<int Lanes>(std::int64_t k) { multiply_lanes<Lanes>(row, w + k, width, out + k); });
}

/// sums_jk += a_j c_k for j >= from; width 1 or even.
template <class Row>
void accumulate(const Row& row, const double* c, std::int64_t width, double* sums, std::int64_t from = 0) {
  const std::int64_t first = from == 0 ? 0 : row.first_from(from);
  if (width == 1)
    for (std::int64_t e = first; e < row.size; ++e) sums[row.column(e)] += *c * row.values[e];
  else
    in_lanes(width,
             [&]<int Lanes>(std::int64_t k) { accumulate_lanes<Lanes>(row, c + k, width, sums + k, first); });
}

}  // namespace taubar::problem::lanes
