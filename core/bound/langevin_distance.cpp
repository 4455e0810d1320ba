#include "core/bound/langevin_distance.hpp"

#include <algorithm>
#include <cmath>

#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double most_followed = 3e8;

}  // namespace

double ScaledChain::contraction() const { return std::max(1 - m * h, M * h - 1); }
double ScaledChain::discretisation() const { return 1.65 * M * std::sqrt(h * h * h * p); }

ScaledChain scaled_chain(const Setting& setting, double least, double greatest) {
  const auto& chain = *setting.method.langevin;
  const double T = chain.temperature;
  return {least / T, greatest / T, chain.step(0) * T, static_cast<double>(setting.dimension()), *noise_variance(setting) / (T * T)};
}

ChainLaw::ChainLaw(const NormalTarget& target, const Setting& setting, std::int64_t tau)
    : target_(target), temperature_(setting.method.langevin->temperature), q_(driving_noise(setting)), spread_(setting.method.langevin->initial_spread) {
  const Matrix starts = starts_along(target, setting);
  Eigen::Index farthest = 0;
  starts.rowwise().squaredNorm().maxCoeff(&farthest);
  start_ = starts.row(farthest).transpose();
  const double eta = setting.method.langevin->step(0);
  for (Eigen::Index j = 0; j < target.curvature.size(); ++j) {
    if (j == 0 || target.curvature[j] != target.curvature[j - 1]) courses_.emplace_back(eta * target.curvature[j], tau);
    which_.push_back(courses_.size() - 1);
  }
}

void ChainLaw::advance() {
  for (auto& course : courses_) course.advance();
  ++k_;
}

bool ChainLaw::settled() const {
  return std::all_of(courses_.begin(), courses_.end(), [](const Course& c) { return c.settled(); });
}

template <class Of>
double ChainLaw::sum(const Of& of) const {
  double sum = 0;
  for (Eigen::Index j = 0; j < start_.size(); ++j) sum += of(j, courses_[which_[static_cast<std::size_t>(j)]]);
  return sum;
}

double ChainLaw::distance() const {
  return std::sqrt(sum([this](Eigen::Index j, const Course& of) {
    const double mean = of.factor() * start_[j], spread = of.factor() * spread_;
    const double apart = std::sqrt(q_ * of.share() + spread * spread) - std::sqrt(temperature_ / target_.curvature[j]);
    return mean * mean + apart * apart;
  }));
}

double ChainLaw::moved() const {
  return std::sqrt(sum([this](Eigen::Index j, const Course& of) {
    const double mean = of.factor_moved() * start_[j], spread = of.factor_moved() * spread_;
    return mean * mean + spread * spread + q_ * of.share_moved();
  }));
}

std::int64_t updates_of(const Evidence& run) {
  if (run.setting.method.langevin->delayed) return run.server ? run.server->updates : 0;
  const auto& steps = run.trace.steps;
  return steps.empty() ? 0 : *std::max_element(steps.begin(), steps.end());
}

bool Shown::at(std::int64_t k) {
  if (k < next_ && k != last_) return false;
  next_ = k < 64 ? k + 1 : k + k / 20;
  return true;
}

bool assume_no_delay(Verdict& verdict, const Evidence& run) {
  const std::int64_t tau = longest_delay(run);
  verdict.assume("delay of the gradients", "0", std::to_string(tau), tau == 0);
  return !verdict.declined();
}

bool assume_warm(Verdict& verdict, const Setting& setting) {
  const double T = setting.method.langevin->temperature;
  verdict.assume("temperature", "positive", figure(T), T > 0);
  return !verdict.declined();
}

bool assume_followed(Verdict& verdict, const NormalTarget& target, std::int64_t updates) {
  verdict.assume("updates", "at least 1", std::to_string(updates), updates >= 1);
  const double work = static_cast<double>(updates) * static_cast<double>(target.distinct_curvatures());
  verdict.assume("updates times curvatures", "at most " + figure(most_followed), figure(work), work <= most_followed);
  return !verdict.declined();
}

std::optional<StrongConvexity> assume_strong_convexity(Verdict& verdict, const Setting& setting) {
  if (!assume_chain(verdict, setting) || !assume_warm(verdict, setting) || !assume_gradients(verdict, setting)) return std::nullopt;
  const auto [L, mu] = setting.problem->constants();
  verdict.assume("Hessian of F", "between known mu > 0 and L", "from " + figure(mu) + " to " + figure(L), mu > 0 && std::isfinite(L));
  assume_minimiser_known(verdict, setting);
  if (verdict.declined()) return std::nullopt;
  StrongConvexity result{scaled_chain(setting, mu, L), 0};
  double farthest = (starting_point(setting) - *setting.minimiser).norm();
  if (!setting.method.langevin->delayed)
    farthest = (setting.initial->rowwise() - setting.minimiser->transpose()).rowwise().norm().maxCoeff();
  result.start = farthest + setting.method.langevin->initial_spread * std::sqrt(result.chain.p) + std::sqrt(result.chain.p / result.chain.m);
  verdict.constant("m", result.chain.m, "mu/T");
  verdict.constant("M", result.chain.M, "L/T");
  verdict.constant("h", result.chain.h, "eta T");
  verdict.constant("W2 of the start to the target, at most", result.start);
  return result;
}

}  // namespace taubar::bound
