#include "core/bound/descent.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace taubar::bound {
namespace {

/// A block ends when L_G has come this far (a step of length 1 on G must not overshoot: μ_G + L_G <= 2) …
constexpr double enough_step = 0.5;
/// … or after so many updates. Blocks begin at updates that grow by this factor, because each costs a minimiser.
constexpr std::int64_t longest_block = 4096;
constexpr double block_growth = 1.5;
/// Relative gradient norm of x*_G.
constexpr double tolerance = 1e-11;

}  // namespace

bool Descent::possible(const Setting& setting) {
  if (!setting.minimiser) return false;
  for (AgentId i = 0; i < setting.agents(); ++i) {
    const auto constants = setting.local(i);
    if (!std::isfinite(constants.smoothness) || !std::isfinite(constants.strong_convexity)) return false;
  }
  return true;
}

Descent::Descent(const Setting& setting, const Vector& mean)
    : setting_(setting), n_(static_cast<double>(setting.agents())), start_(mean), m_(setting.agents(), 0.0) {}

void Descent::begin_block(const Vector& mean) {
  in_block_ = true;
  block_begin_ = updates_;
  anchor_ = mean;
  std::fill(m_.begin(), m_.end(), 0.0);
  drift_ = L_G_ = 0;
}

void Descent::update(AgentId i, double step, const Vector& eta, double rounding, const ConstVectorRef& z, const Vector& mean) {
  // −(2/n) ⟨η, x̄ − x*⟩ and (1/n²) ‖η‖²
  const double product = -2 / n_ * eta.dot(mean - *setting_.minimiser);
  const double square = eta.squaredNorm() / (n_ * n_);
  identity_left_ += product;
  identity_squares_ += square;
  identity_rounding_ += 4 / n_ * rounding * ((mean - *setting_.minimiser).norm() + eta.norm());
  identity_largest_ = std::max({identity_largest_, std::abs(identity_left_), identity_squares_});

  if (!in_block_ && updates_ >= next_block_) begin_block(mean);
  if (!in_block_) return;
  const double L = setting_.local(i).smoothness;
  m_[i] += step;
  L_G_ += step * L / n_;
  drift_ += step * L / n_ * ((mean - anchor_).norm() + (z - mean).norm());
}

void Descent::moved(const Vector& mean, std::int64_t k) {
  ++updates_;
  if (in_block_ && (L_G_ >= enough_step || updates_ - block_begin_ >= longest_block)) end_block(mean, k);
}

void Descent::end_block(const Vector& mean, std::int64_t k) {
  in_block_ = false;
  next_block_ = std::max(updates_, static_cast<std::int64_t>(block_growth * static_cast<double>(updates_)));
  Block block;
  block.k = k;
  block.events = updates_ - block_begin_;
  block.L_G = L_G_;
  for (AgentId i = 0; i < m_.size(); ++i) block.mu_G += m_[i] * setting_.local(i).strong_convexity / n_;
  const double total = std::accumulate(m_.begin(), m_.end(), 0.0);
  block.applies = block.mu_G > 0 && block.mu_G + block.L_G <= 2;
  if (block.applies) {
    std::vector<double> weights(m_);
    for (auto& w : weights) w /= total;
    const auto minimiser = setting_.problem->minimiser(weights, tolerance, *setting_.minimiser);
    block.applies = minimiser.has_value();
    if (minimiser) {
      block.before = (anchor_ - *minimiser).norm();
      block.after = (mean - *minimiser).norm();
      block.bound = (1 - block.mu_G) * block.before + drift_;
    }
  }
  blocks_.push_back(block);
}

void Descent::finish(const Vector& mean, PushTestimony& testimony) {
  const double right = (start_ - *setting_.minimiser).squaredNorm() - (mean - *setting_.minimiser).squaredNorm() + identity_squares_;
  const double largest = std::max({identity_largest_, (start_ - *setting_.minimiser).squaredNorm(), std::abs(right)});
  testimony.has_identity = updates_ > 0;
  testimony.identity_error = largest > 0 ? std::abs(identity_left_ - right) / largest : 0;
  testimony.identity_rounding = largest > 0 ? identity_rounding_ / largest : 0;
  testimony.blocks = std::move(blocks_);
}

}  // namespace taubar::bound
