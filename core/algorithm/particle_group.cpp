#include "core/algorithm/particle_group.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"

namespace taubar::algorithm {

using Kernel = LangevinRule::Kernel;

ParticleGroup::ParticleGroup(std::shared_ptr<const GroupRule> rule, const Inputs& inputs, AgentId i, double heat)
    : rule_(std::move(rule)),
      problem_(&inputs.problem),
      gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
      name_(i),
      heat_(heat),
      size_(rule_->options.particles),
      now_(static_cast<int>(size_ + 1 + size_ * rule_->extra_vectors()), inputs.initial.cols()),
      next_(now_),
      g_(Vector::Zero(inputs.initial.cols())),
      marks_(rule_->uses_values() ? static_cast<std::size_t>(6 * size_) : 0) {
  const auto d = static_cast<std::size_t>(dimension());
  const std::span<double> places(now_.span(0).data(), static_cast<std::size_t>(size_) * d);
  fill_normals(rule_->seed, Purpose::particle_noise, name_, of_start, 4, 0, d, places);
  for (std::int64_t p = 0; p < size_; ++p) {
    auto place = now_[static_cast<int>(p)];
    place = inputs.initial.row(i).transpose() + rule_->options.initial_spread * place;
  }
  average(now_);
  if (rule_->options.adaptation) ranks_.resize(static_cast<std::size_t>(2 * size_));
}

void ParticleGroup::compute(std::int64_t k) {
  const double step = rule_->step_size->at(k), heat = temperature(k);
  // ξ of all particles, at the places of what becomes of them
  const auto d = static_cast<std::size_t>(dimension());
  const std::span<double> noise(next_.span(0).data(), static_cast<std::size_t>(size_) * d);
  fill_normals(rule_->seed, Purpose::particle_noise, name_, of_steps, 4, static_cast<std::uint64_t>(k) * ((d + 3) / 4), d, noise);
  rank_by_value();
  accepted_ = tested_ = 0;
  for (std::int64_t p = 0; p < size_; ++p) {
    if (is_lent(p))
      stay(p);
    else if (rule_->adjusted())
      propose(p, k, scales(p, step), heat);
    else
      move(p, k, scales(p, step), heat);
  }
  average(next_);
}

void ParticleGroup::stay(std::int64_t p) {
  next_[static_cast<int>(p)] = now_[static_cast<int>(p)];
  if (rule_->extra_vectors() > 0) next_[extra(p)] = now_[extra(p)];
  if (marks_.empty()) return;
  next_value(p) = value(p);
  next_known(p) = known(p);
}

/// Into g_.
void ParticleGroup::estimate_gradient(std::int64_t p, std::int64_t k) {
  const auto x = now_[static_cast<int>(p)];
  if (gradient_.exact()) return gradient_(x, g_);
  // A stream a step: samples depend on nothing that was drawn before.
  Stream stream = gradient_.stream(name_, static_cast<std::uint64_t>(p) << 40 | static_cast<std::uint64_t>(k));
  gradient_(x, g_, stream);
}

void ParticleGroup::move(std::int64_t p, std::int64_t k, Scales scales, double temperature) {
  const auto& options = rule_->options;
  const Eigen::Index d = dimension();
  const double eta = scales.step, sigma = scales.noise * std::sqrt(2 * eta * temperature);
  estimate_gradient(p, k);
  const double* x = now_.span(static_cast<int>(p)).data();
  double* to = next_.span(static_cast<int>(p)).data();  // ξ so far
  const double* g = g_.data();
  switch (options.dynamics) {
    case Kernel::underdamped: {
      // v' = (1 − a) v − η g + √(2 a η T) ξ,  θ' = θ + v'
      const double keep = 1 - options.friction, kick = std::sqrt(options.friction) * sigma;
      const double* v = now_.span(extra(p)).data();
      double* after = next_.span(extra(p)).data();
      for (Eigen::Index j = 0; j < d; ++j) {
        after[j] = keep * v[j] - eta * g[j] + kick * to[j];
        to[j] = x[j] + after[j];
      }
      break;
    }
    case Kernel::preconditioned: {
      // s' = β s + (1 − β) g∘g,  G = 1 / (ε + √s'),  θ' = θ − η G g + √(2 η T G) ξ
      const double* s = now_.span(extra(p)).data();
      double* after = next_.span(extra(p)).data();
      for (Eigen::Index j = 0; j < d; ++j) {
        after[j] = options.decay * s[j] + (1 - options.decay) * (g[j] * g[j]);
        const double scale = 1 / (options.epsilon + std::sqrt(after[j]));
        to[j] = x[j] - eta * scale * g[j] + sigma * std::sqrt(scale) * to[j];
      }
      break;
    }
    default:
      // θ' = θ − η g + √(2 η T) ξ
      for (Eigen::Index j = 0; j < d; ++j) to[j] = x[j] - eta * g[j] + sigma * to[j];
  }
  if (marks_.empty()) return;
  next_known(p) = wanted(p);
  next_value(p) = wanted(p) > 0 ? problem_->local_value(gradient_.agent(), next_[static_cast<int>(p)]) : 0;
}

/// θ* = θ − η ∇f(θ) + √(2 η T) ξ, taken with probability min(1, e^r):
/// r = (f(θ) − f(θ*)) / T + (‖θ* − θ + η ∇f(θ)‖² − ‖θ − θ* + η ∇f(θ*)‖²) / (4 η T).
void ParticleGroup::propose(std::int64_t p, std::int64_t k, Scales scales, double temperature) {
  const AgentId i = gradient_.agent();
  const Eigen::Index d = dimension();
  const double eta = scales.step, sigma = scales.noise * std::sqrt(2 * eta * temperature);
  const auto x = now_[static_cast<int>(p)];
  auto to = next_[static_cast<int>(p)];  // ξ so far
  auto gradient_there = next_[extra(p)];
  if (known(p) < 2)
    gradient_(x, g_);
  else
    g_ = now_[extra(p)];
  const double here = known(p) > 0 ? value(p) : problem_->local_value(i, x);
  for (Eigen::Index j = 0; j < d; ++j) to[j] = x[j] - eta * g_[j] + sigma * to[j];
  const double there = problem_->local_value(i, to);
  gradient_(to, gradient_there);
  double forth = 0, back = 0;
  for (Eigen::Index j = 0; j < d; ++j) {
    const double step = to[j] - x[j], noise = step + eta * g_[j], reverse = eta * gradient_there[j] - step;
    forth += noise * noise;
    back += reverse * reverse;
  }
  bool accepted = there <= here;  // without noise: descent
  if (sigma > 0) {
    const double log_ratio = (here - there) / temperature + (forth - back) / (2 * sigma * sigma);
    const double u = to_unit(random_word(rule_->seed, Purpose::particle_choice, name_, static_cast<std::uint64_t>(p),
                                         static_cast<std::uint64_t>(k)));
    accepted = math::log(u) < log_ratio;
  }
  ++tested_;
  accepted_ += accepted;
  next_known(p) = 2;
  next_value(p) = accepted ? there : here;
  if (accepted) return;
  to = x;
  gradient_there = g_;
}

void ParticleGroup::apply(trace::ParticleFigures& figures) {
  std::swap(now_, next_);
  figures.metropolis_tests += tested_;
  figures.metropolis_accepted += accepted_;
  if (marks_.empty()) return;
  const auto m = static_cast<std::ptrdiff_t>(size_);
  std::copy_n(marks_.begin() + 2 * m, 2 * m, marks_.begin());
  std::fill_n(marks_.begin() + 4 * m, m, 0.0);
}

std::int64_t ParticleGroup::cost() const {
  const std::int64_t all = problem_->local_samples(gradient_.agent());
  std::int64_t values = rule_->adjusted() ? size_ : 0;
  if (!marks_.empty() && !rule_->adjusted())
    for (std::int64_t p = 0; p < size_; ++p) values += marks_[mark(4, p)] > 0;
  return size_ * gradient_.samples() + values * all;
}

double ParticleGroup::spread() const {
  double sum = 0;
  const auto centre = mean();
  for (std::int64_t p = 0; p < size_; ++p) {
    const auto place = particle(p);
    for (std::size_t j = 0; j < place.size(); ++j) sum += (place[j] - centre[j]) * (place[j] - centre[j]);
  }
  return std::sqrt(sum / static_cast<double>(size_));
}

void ParticleGroup::average(VectorStack& of) const {
  auto mean = of[mean_at()];
  mean = of[0];
  for (std::int64_t p = 1; p < size_; ++p) mean += of[static_cast<int>(p)];
  mean /= static_cast<double>(size_);
}

// ---- values ----

void ParticleGroup::want_all_values() {
  for (std::int64_t p = 0; p < size_; ++p) wanted(p) = 1;
}

bool ParticleGroup::knows_all_values() const {
  for (std::int64_t p = 0; p < size_; ++p)
    if (!knows_value(p)) return false;
  return true;
}

std::int64_t ParticleGroup::best() const {
  std::int64_t best = 0;
  for (std::int64_t p = 1; p < size_; ++p)
    if (value(p) < value(best)) best = p;
  return best;
}

std::int64_t ParticleGroup::worst() const {
  std::int64_t worst = 0;
  for (std::int64_t p = 1; p < size_; ++p)
    if (value(p) >= value(worst)) worst = p;
  return worst;
}

void ParticleGroup::rank_by_value() {
  ranked_ = rule_->options.adaptation && knows_all_values();
  if (!ranked_) return;
  const auto m = static_cast<std::size_t>(size_);
  const std::span<std::int32_t> rank(ranks_.data(), m), order(ranks_.data() + m, m);
  for (std::size_t p = 0; p < m; ++p) order[p] = static_cast<std::int32_t>(p);
  std::sort(order.begin(), order.end(), [this](std::int32_t p, std::int32_t q) {
    return value(p) < value(q) || (value(p) == value(q) && p < q);
  });
  for (std::size_t r = 0; r < m; ++r) rank[static_cast<std::size_t>(order[r])] = static_cast<std::int32_t>(r);
}

ParticleGroup::Scales ParticleGroup::scales(std::int64_t p, double step) const {
  if (!ranked_) return {step, 1};
  const auto& a = *rule_->options.adaptation;
  const double last = static_cast<double>(std::max<std::int64_t>(1, size_ - 1));
  const double share = static_cast<double>(ranks_[static_cast<std::size_t>(p)]) / last;
  return {step * (a.step_best + (a.step_worst - a.step_best) * share), a.noise_best + (a.noise_worst - a.noise_best) * share};
}

// ---- exchanges ----

std::int64_t ParticleGroup::free_particles() const {
  std::int64_t count = 0;
  for (std::int64_t p = 0; p < size_; ++p) count += use(p) == Use::free;
  return count;
}

std::int64_t ParticleGroup::free_particle(std::int64_t rank) const {
  std::int64_t p = 0;
  while (use(p) != Use::free || rank-- > 0) ++p;
  return p;
}

void ParticleGroup::put(std::int64_t p, std::span<const double> place, double value) {
  now_[static_cast<int>(p)] = as_vector(place);
  marks_[static_cast<std::size_t>(p)] = value;
  known(p) = 1;
}

void ParticleGroup::swap(std::int64_t p, std::span<double> other) {
  const auto place = now_.span(static_cast<int>(p));
  std::swap_ranges(place.begin(), place.end(), other.begin());
  std::swap(marks_[static_cast<std::size_t>(p)], other.back());
  known(p) = 1;
}

void ParticleGroup::perturb(std::int64_t k, double sigma) {
  const auto d = static_cast<std::size_t>(dimension());
  for (std::int64_t p = 0; p < size_; ++p) {
    if (is_lent(p)) continue;
    const auto place = now_.span(static_cast<int>(p));
    fill_normals(rule_->seed, Purpose::particle_noise, name_, 4 * static_cast<std::uint64_t>(p) + of_perturbations, 0,
                 static_cast<std::uint64_t>(k) * ((d + 3) / 4), d, {g_.data(), d});
    for (std::size_t j = 0; j < d; ++j) place[j] += sigma * g_[static_cast<Eigen::Index>(j)];
    if (!marks_.empty()) known(p) = 0;
  }
}

void ParticleGroup::state(agent::StateVisitor& visitor) {
  const int vectors = static_cast<int>(size_ + 1 + size_ * rule_->extra_vectors());
  visitor.reals({now_.span(0).data(), static_cast<std::size_t>(vectors * dimension())});
  if (marks_.empty()) return;
  const auto m = static_cast<std::size_t>(size_);
  visitor.reals({marks_.data(), 2 * m});
  visitor.reals({marks_.data() + 4 * m, 2 * m});
}

double ParticleGroup::expected_bytes(const GroupRule& rule, double dimension) {
  const auto m = static_cast<double>(rule.options.particles);
  const double vectors = 2 * (m + 1 + m * rule.extra_vectors()) + 1;
  const double values = rule.uses_values() ? 8 * 6 * m + allocation_overhead : 0;
  const double ranks = rule.options.adaptation ? 8 * m + allocation_overhead : 0;
  return 8 * dimension * vectors + values + ranks + 3 * allocation_overhead;
}

}  // namespace taubar::algorithm
