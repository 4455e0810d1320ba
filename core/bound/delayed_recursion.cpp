#include "core/bound/delayed_recursion.hpp"

#include <cmath>
#include <complex>

#include "core/base/error.hpp"
#include "core/base/math.hpp"

namespace taubar::bound {
namespace {

constexpr double pi = 3.141592653589793;
constexpr double nothing = 1e-20, far_apart = 1e-18;

using Turn = std::complex<double>;
/// A product by hand: std::complex looks for infinities, in another way on each machine.
Turn turned(const Turn& by, const Turn& from) {
  return {from.real() * by.real() - from.imag() * by.imag(), from.real() * by.imag() + from.imag() * by.real()};
}

}  // namespace

double stability_limit(std::int64_t tau) { return 2 * math::sin(pi / (2 * (2 * static_cast<double>(tau) + 1))); }

DelayedRecursion::DelayedRecursion(double c, double q, std::int64_t tau)
    : c_(c), q_(q), tau_(tau), r_(static_cast<std::size_t>(tau) + 2) {
  check(tau >= 0 && c > 0 && c < stability_limit(tau), "a stable recursion");
  const Turn half(std::sqrt((1 - c / 2) * (1 + c / 2)), c / 2), whole = turned(half, half);  // e^{iφ/2}, e^{iφ}
  Turn theta = half;                                                                         // e^{iθ}
  for (std::int64_t t = 0; t < tau; ++t) theta = turned(whole, theta);
  r_[0] = q * (1 + theta.imag()) / (2 * whole.imag() * theta.real());
  // r_h / r_0 = cos hφ − tan(π/4 − θ/2) sin hφ, and tan(π/4 − θ/2) = cos θ / (1 + sin θ)
  const double tangent = theta.real() / (1 + theta.imag());
  Turn h(1, 0);
  for (std::size_t lag = 1; lag < r_.size(); ++lag) {
    h = turned(whole, h);
    r_[lag] = r_[0] * (h.real() - tangent * h.imag());
  }
}

std::vector<double> DelayedRecursion::autocovariances(std::int64_t count, std::int64_t spacing) const {
  std::vector<double> picked(static_cast<std::size_t>(count), 0.0);
  std::vector<double> last(r_.begin(), r_.end());  // r_{h−τ−1} … r_h, as a ring
  const std::size_t ring = last.size();
  const auto at = [&](std::int64_t h) -> double& { return last[static_cast<std::size_t>(h) % ring]; };
  std::int64_t quiet = 0;
  for (std::int64_t h = 0, next = 0; next < count && quiet <= tau_ + 1; ++h) {
    if (h > tau_ + 1) at(h) = at(h - 1) - c_ * at(h - 1 - tau_);
    quiet = std::abs(at(h)) < far_apart * r_[0] ? quiet + 1 : 0;
    if (h == next * spacing) picked[static_cast<std::size_t>(next++)] = at(h);
  }
  return picked;
}

Course::Course(double c, std::int64_t tau)
    : c_(c), tau_(tau), factors_(static_cast<std::size_t>(tau) + 1, 1.0), responses_(static_cast<std::size_t>(tau) + 1, 0.0) {
  responses_[0] = 1;
}

// factors_ holds 1 for the updates before the start; responses_ holds 0.
void Course::advance() {
  const std::size_t now = slot(k_), next = slot(k_ + 1);  // next: also that of k − τ
  const double response = responses_[now], before = tau_ == 0 ? 0 : responses_[next];
  share_ += response * response;
  // X_k − X_{k−τ}: with τ = 0 nothing has moved
  const double moved = tau_ == 0 ? 0 : response - before;
  share_moved_ += moved * moved;
  const double factor = factors_[now] - c_ * factors_[next];
  const double responded = response - c_ * (tau_ == 0 ? response : before);
  factors_[next] = factor;
  responses_[next] = responded;
  ++k_;
  quiet_ = std::abs(factor) < nothing && std::abs(responded) < nothing ? quiet_ + 1 : 0;
}

}  // namespace taubar::bound
