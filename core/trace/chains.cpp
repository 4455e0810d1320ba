#include "core/trace/chains.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace taubar::trace {

Chains::Chains(DrawsOfHosts draws, std::int64_t most_chains, std::int64_t most_length) {
  if (draws.empty()) return;
  dimension_ = draws.front()->dimension();
  std::int64_t stride = 1;
  for (const auto* host : draws) stride = std::max(stride, host->stride());
  const auto at_stride = [&](const Draws& host) {
    const std::int64_t step = stride / host.stride();  // strides are powers of two
    return (host.count() + step - 1) / step;
  };
  const auto fewest = [&] {
    std::int64_t count = at_stride(*draws.front());
    for (const auto* host : draws) count = std::min(count, at_stride(*host));
    return count;
  };
  while (fewest() > most_length) stride *= 2;
  length_ = fewest();
  spacing_ = stride * draws.front()->rule().every;
  for (const auto* host : draws)
    for (std::int64_t p = 0; p < host->particles(); ++p) chains_.push_back({host, p, stride / host->stride()});
  all_chains_ = std::ssize(chains_);
  if (all_chains_ <= most_chains) return;
  for (std::int64_t c = 0; c < most_chains; ++c)
    chains_[static_cast<std::size_t>(c)] = chains_[static_cast<std::size_t>(c * all_chains_ / most_chains)];
  chains_.resize(static_cast<std::size_t>(most_chains));
}

ConstVectorView Chains::draw(Eigen::Index chain, Eigen::Index k) const {
  const auto& [draws, particle, step] = chains_[static_cast<std::size_t>(chain)];
  return {draws->particle(k * step, particle).data(), static_cast<Eigen::Index>(dimension_)};
}

Matrix Chains::coordinate(Eigen::Index c) const {
  Matrix values(chains(), length());
  for (Eigen::Index s = 0; s < values.rows(); ++s)
    for (Eigen::Index k = 0; k < values.cols(); ++k) values(s, k) = draw(s, k)[c];
  return values;
}

std::int64_t pooled_count(DrawsOfHosts draws) {
  std::int64_t count = 0;
  for (const auto* host : draws) count += host->count() * host->particles();
  return count;
}

Matrix pooled_draws(DrawsOfHosts draws, std::int64_t most) {
  const std::int64_t all = pooled_count(draws), taken = std::min(all, most);
  Matrix points(taken, draws.empty() ? 0 : draws.front()->dimension());
  std::int64_t before = 0, row = 0;  // of the hosts before this one
  for (const auto* host : draws) {
    const std::int64_t own = host->count() * host->particles();
    for (; row < taken && row * all / taken < before + own; ++row) {
      const std::int64_t number = row * all / taken - before;
      const auto values = host->particle(number / host->particles(), number % host->particles());
      points.row(row) = ConstVectorView(values.data(), points.cols()).transpose();
    }
    before += own;
  }
  return points;
}

Moments moments_of(const Matrix& points) {
  check(points.rows() >= 2, "moments of two points at least");
  Moments moments;
  moments.mean = points.colwise().mean().transpose();
  const Matrix away = points.rowwise() - moments.mean.transpose();
  moments.covariance = away.transpose() * away / static_cast<double>(points.rows() - 1);
  return moments;
}

}  // namespace taubar::trace
