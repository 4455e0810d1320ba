#include "core/problem/gram.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/dense.hpp"
#include "core/base/random.hpp"

namespace taubar::problem {
namespace {

constexpr std::int64_t exact_up_to = 512;
constexpr double rounding = 1e-12;
constexpr int lanczos_steps = 200;
constexpr double lanczos_margin = 0.01;

/// AᵀA, d×d, upper triangle mirrored.
Matrix gram_of_columns(const FeatureMatrix& features, Run run) {
  const std::int64_t d = features.columns();
  Matrix gram = Matrix::Zero(d, d);
  for (std::int64_t s = run.begin; s < run.end; ++s)
    features.for_each(s, [&](std::int64_t i, double a) {
      if (a != 0) features.accumulate(s, &a, 1, gram.data() + i * d, i);
    });
  gram.triangularView<Eigen::StrictlyLower>() = gram.transpose();
  return gram;
}

/// AAᵀ over the run's rows.
Matrix gram_of_rows(const FeatureMatrix& features, Run run) {
  const std::int64_t count = run.end - run.begin;
  Matrix gram(count, count);
  Vector full(features.columns());
  for (std::int64_t r = 0; r < count; ++r) {
    full.setZero();
    features.for_each(run.begin + r, [&](std::int64_t j, double a) { full[j] = a; });
    for (std::int64_t s = r; s < count; ++s) {
      features.multiply(run.begin + s, full.data(), 1, &gram(r, s));
      gram(s, r) = gram(r, s);
    }
  }
  return gram;
}

Extremes extremes_of(const Matrix& gram, bool full_rank_possible) {
  const Vector values = symmetric_eigenvalues(gram);
  const double largest = std::max(0.0, values[values.size() - 1]);
  const double slack = rounding * largest;
  return {largest + slack, full_rank_possible ? std::max(0.0, values[0] - slack) : 0.0};
}

/// w ← AᵀA v
void gram_times(const FeatureMatrix& features, Run run, const Vector& v, Vector& w) {
  w.setZero();
  for (std::int64_t s = run.begin; s < run.end; ++s) {
    double margin = 0;
    features.multiply(s, v.data(), 1, &margin);
    features.accumulate(s, &margin, 1, w.data());
  }
}

double lanczos_largest(const FeatureMatrix& features, Run run) {
  const std::int64_t d = features.columns();
  Stream stream(0, Purpose::data,
                ~std::uint64_t{0});  // the start is fixed: the bound is a function of the data
  Vector v(d), previous = Vector::Zero(d), w(d);
  for (std::int64_t j = 0; j < d; ++j) v[j] = stream.normal();
  v /= v.norm();
  std::vector<double> diagonal, beside;
  for (int step = 0; step < lanczos_steps; ++step) {
    gram_times(features, run, v, w);
    if (!beside.empty()) w -= beside.back() * previous;
    const double alpha = v.dot(w);
    w -= alpha * v;
    diagonal.push_back(alpha);
    const double beta = w.norm();
    if (!(beta > 1e-14 * alpha)) break;  // the Krylov space is exhausted: its largest Ritz value is exact
    beside.push_back(beta);
    previous = v;
    v = w / beta;
  }
  const auto size = static_cast<Eigen::Index>(diagonal.size());
  const Vector values = tridiagonal_eigenvalues(VectorView(diagonal.data(), size), VectorView(beside.data(), size - 1));
  return std::max(0.0, values[size - 1]);
}

}  // namespace

Extremes gram_extremes(const FeatureMatrix& features, Run run) {
  const std::int64_t count = run.end - run.begin, d = features.columns();
  if (count == 0 || d == 0) return {};
  if (d <= exact_up_to && d <= count) return extremes_of(gram_of_columns(features, run), true);
  if (count <= exact_up_to) return extremes_of(gram_of_rows(features, run), false);
  if (d <= exact_up_to) return extremes_of(gram_of_columns(features, run), false);
  return {lanczos_largest(features, run) / (1 - lanczos_margin), 0.0};
}

}  // namespace taubar::problem
