#include "core/bound/langevin_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/dense.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

/// d of a matrix that is decomposed; a diagonal one may have all that a law is reported for.
constexpr Eigen::Index most_dimensions = 500;

bool is_diagonal(const Matrix& m) { return (m - Matrix(m.diagonal().asDiagonal())).isZero(0); }

/// Fills in curvature and basis, ascending.
void find_directions(NormalTarget& target, const Matrix& covariance) {
  const Eigen::Index d = covariance.rows();
  const Vector diagonal = covariance.diagonal();
  target.curvature.resize(d);
  if (is_diagonal(covariance)) {
    target.order.resize(static_cast<std::size_t>(d));
    std::iota(target.order.begin(), target.order.end(), Eigen::Index{0});
    std::stable_sort(target.order.begin(), target.order.end(), [&](auto a, auto b) { return diagonal[a] > diagonal[b]; });
    for (Eigen::Index j = 0; j < d; ++j) target.curvature[j] = 1 / diagonal[target.order[static_cast<std::size_t>(j)]];
    return;
  }
  const SymmetricEigen all = symmetric_eigen(covariance);
  target.curvature = all.values.reverse().cwiseInverse();
  target.basis = all.vectors.rowwise().reverse();
}

bool all_equal(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); });
}

}  // namespace

void NormalTarget::along(const ConstVectorRef& theta, Vector& y) const {
  if (basis.size() > 0) {
    y.noalias() = basis.transpose() * (theta - mean);
    return;
  }
  y.resize(theta.size());
  for (Eigen::Index j = 0; j < y.size(); ++j) {
    const Eigen::Index c = order[static_cast<std::size_t>(j)];
    y[j] = theta[c] - mean[c];
  }
}

std::int64_t NormalTarget::distinct_curvatures() const {
  std::int64_t count = 1;
  for (Eigen::Index j = 1; j < curvature.size(); ++j) count += curvature[j] != curvature[j - 1];
  return count;
}

bool assume_chain(Verdict& verdict, const Setting& setting) {
  const auto& chain = setting.method.langevin;
  if (!verdict.assume("method", "particles that sample", setting.method.name, chain.has_value())) return !verdict.declined();
  verdict.assume("kernel", "plain Langevin steps", chain->plain ? "plain Langevin steps" : "another", chain->plain);
  verdict.assume("what else moves particles", "nothing", chain->law_lost.empty() ? "nothing" : chain->law_lost, chain->law_lost.empty());
  verdict.assume("temperature", "constant", chain->constant_temperature ? figure(chain->temperature) : "a schedule",
                 chain->constant_temperature);
  return !verdict.declined();
}

bool assume_constant_step(Verdict& verdict, const Setting& setting) {
  const auto& chain = *setting.method.langevin;
  const double eta = chain.step(0);
  verdict.assume("step size", "constant, positive", chain.constant_step ? figure(eta) : "a schedule", chain.constant_step && eta > 0);
  return !verdict.declined();
}

bool assume_gradients(Verdict& verdict, const Setting& setting) {
  assume_homogeneous(verdict, setting);
  assume_variance_known(verdict, setting);
  return !verdict.declined();
}

std::optional<NormalTarget> assume_normal_target(Verdict& verdict, const Setting& setting) {
  const auto law = setting.problem->law(1);
  const bool normal = law && law->gaussian;
  if (!verdict.assume("target", "normal, with known moments", normal ? "normal" : law ? "another law" : "unknown", normal)) {
    verdict.declined();
    return std::nullopt;
  }
  const Eigen::Index d = law->mean.size();
  const bool affordable = d <= most_dimensions || is_diagonal(law->covariance);
  verdict.assume("dimension", fmt::format("at most {}, or a diagonal covariance", most_dimensions), std::to_string(d), affordable);
  if (verdict.declined()) return std::nullopt;
  NormalTarget target;
  target.mean = law->mean;
  find_directions(target, law->covariance);
  const double least = target.curvature[0], greatest = target.curvature[d - 1];
  verdict.assume("curvatures", "positive, finite", figure(least) + " to " + figure(greatest), least > 0 && std::isfinite(greatest));
  if (verdict.declined()) return std::nullopt;
  verdict.constant("a_min", least, "least curvature of F");
  verdict.constant("a_max", greatest);
  return target;
}

double noise_a_coordinate(const Setting& setting) { return *noise_variance(setting) / static_cast<double>(setting.dimension()); }

double driving_noise(const Setting& setting) {
  const double eta = setting.method.langevin->step(0);
  return 2 * eta * setting.method.langevin->temperature + eta * eta * noise_a_coordinate(setting);
}

std::int64_t longest_delay(const Evidence& run) {
  return run.setting.method.langevin->delayed && run.server ? run.server->delay_max : 0;
}

std::optional<std::int64_t> assume_constant_delay(Verdict& verdict, const Evidence& run) {
  if (!run.setting.method.langevin->delayed) return 0;
  if (!verdict.assume("figures of the server", "known", run.server ? "known" : "unknown", run.server.has_value())) {
    verdict.declined();
    return std::nullopt;
  }
  const auto& server = *run.server;
  const std::int64_t tau = server.delay_max, K = server.applied;
  const bool constant = K > 0 && server.dropped == 0 && server.delay_sum == K * tau - tau * (tau + 1) / 2;
  verdict.assume("delays", "constant, but for the first gradients",
                 fmt::format("{}, mean {}", constant ? fmt::format("{}", tau) : fmt::format("up to {}", tau), figure(server.mean_delay())), constant);
  if (verdict.declined()) return std::nullopt;
  return tau;
}

std::optional<std::int64_t> constant_delay(const Setting& setting) {
  if (!setting.method.langevin->delayed) return 0;
  const auto& times = setting.times;
  if (times.slowest.empty() || !times.deterministic || !all_equal(times.slowest)) return std::nullopt;
  if (times.message_fastest != times.message_slowest || setting.may_lose) return std::nullopt;
  return static_cast<std::int64_t>(setting.agents()) - 1;
}

Matrix starts_along(const NormalTarget& target, const Setting& setting) {
  Vector y;
  if (setting.method.langevin->delayed) {
    target.along(starting_point(setting), y);
    return y.transpose();
  }
  Matrix starts(setting.initial->rows(), setting.dimension());
  for (Eigen::Index i = 0; i < starts.rows(); ++i) {
    target.along(setting.initial->row(i).transpose(), y);
    starts.row(i) = y.transpose();
  }
  return starts;
}

}  // namespace taubar::bound
