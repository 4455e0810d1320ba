#include "core/topology/spectral/pencil.hpp"

#include <algorithm>
#include <optional>

#include "core/base/dense.hpp"
#include "core/base/error.hpp"
#include "core/topology/spectral/iterations.hpp"

namespace taubar::topology {
namespace {

constexpr std::size_t dense_agents = 500;
constexpr double cheap_work = 1e9;  ///< multiplications, about a second: factorise at once
constexpr double affordable_work =
    1e11;  ///< about two minutes: factorise when the plain iteration is too slow

/// The u of the smallest ratio by the full decomposition of M^−½ Q M^−½.
Vector dense_minimiser(const Pencil& pencil) {
  const Vector root =
      ConstVectorView(pencil.mass.data(), static_cast<Eigen::Index>(pencil.agents())).cwiseSqrt();
  Eigen::MatrixXd scaled = matrix(pencil);
  scaled = root.cwiseInverse().asDiagonal() * scaled * root.cwiseInverse().asDiagonal();
  const SymmetricEigen all = symmetric_eigen(scaled);
  if (!all.converged) throw InputError("spectrum: the dense eigenvalue iteration does not converge");
  return all.vectors.col(pencil.deflated() ? 1 : 0).cwiseQuotient(root);
}

}  // namespace

double ratio(const Pencil& pencil, const Vector& u) {
  const auto mass = ConstVectorView(pencil.mass.data(), static_cast<Eigen::Index>(pencil.agents()));
  const double mean = pencil.deflated() ? mass.dot(u) / mass.sum() : 0;
  double q = 0, m = 0;
  for (const auto& [a, b, weight] : pencil.edges) {
    const double change = pencil.differences ? u[a] - u[b] : u[a] + u[b];
    q += weight * change * change;
  }
  for (Eigen::Index i = 0; i < u.size(); ++i) {
    if (!pencil.ground.empty()) q += pencil.ground[static_cast<std::size_t>(i)] * u[i] * u[i];
    m += mass[i] * (u[i] - mean) * (u[i] - mean);
  }
  return q / m;
}

Sparse matrix(const Pencil& pencil) {
  const double sign = pencil.differences ? -1 : 1;
  std::vector<Eigen::Triplet<double>> entries;
  entries.reserve(4 * pencil.edges.size() + pencil.ground.size());
  for (const auto& [a, b, weight] : pencil.edges) {
    const int i = static_cast<int>(a), j = static_cast<int>(b);
    entries.emplace_back(i, i, weight);
    entries.emplace_back(j, j, weight);
    entries.emplace_back(i, j, sign * weight);
    entries.emplace_back(j, i, sign * weight);
  }
  for (std::size_t i = 0; i < pencil.ground.size(); ++i)
    entries.emplace_back(static_cast<int>(i), static_cast<int>(i), pencil.ground[i]);
  Sparse q(static_cast<int>(pencil.agents()), static_cast<int>(pencil.agents()));
  q.setFromTriplets(entries.begin(), entries.end());
  return q;
}

std::optional<double> smallest_ratio(const Pencil& pencil) {
  check(pencil.agents() >= 2, "a spectrum beyond the eigenvalue 1 needs two agents");
  if (pencil.agents() <= dense_agents) return ratio(pencil, dense_minimiser(pencil));
  const FactoredPencil factored(pencil, affordable_work);
  if (factored.work() <= cheap_work)
    if (const auto u = factored.minimiser()) return ratio(pencil, *u);
  if (const auto u = plain_minimiser(pencil)) return ratio(pencil, *u);
  if (factored.work() <= affordable_work)
    if (const auto u = factored.minimiser()) return ratio(pencil, *u);
  return std::nullopt;
}

}  // namespace taubar::topology
