#include "core/bound/push_sum_rate.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"

namespace taubar::bound {
namespace {

/// Below this, log(1 − e^x) is −e^x to the last bit, and e^x is all that 1 − q keeps of it.
constexpr double tiny_log = -36;

/// log(1 − e^x) for x < 0.
double log_one_minus(double x) { return math::log1p(-math::exp(x)); }

}  // namespace

std::optional<PublishedRate> published_rate(double n, double N, double diameter, double tau_bar) {
  PublishedRate rate;
  rate.W = (diameter + 1) * tau_bar;
  const double log_loss = math::log(n) - rate.W * math::log(N);  // of 1 − λ
  if (!(log_loss < 0)) return std::nullopt;
  const double log_lambda = log_one_minus(log_loss);
  rate.log_q = log_lambda / (rate.W + 1);
  rate.log_one_minus_q = log_loss < tiny_log ? log_loss - math::log(rate.W + 1) : math::log(-math::expm1(rate.log_q));
  rate.log_C = math::log(2) + rate.W * math::log(N) - (rate.W + 2) / (rate.W + 1) * log_lambda;
  return rate;
}

ProvableRate provable_rate(double N, double diameter, double tau_proc, double tau_msg) {
  ProvableRate rate;
  rate.W = (diameter + 2) * (tau_proc + tau_msg);
  rate.log_N = math::log(N);
  rate.log_one_minus_lambda = -rate.W * rate.log_N;
  rate.log_lambda = log_one_minus(rate.log_one_minus_lambda);
  return rate;
}

std::optional<Enforced> promised_asynchrony(const Setting& setting) {
  if (setting.enforced) return setting.enforced;
  const auto& times = setting.times;
  if (!setting.method.never_idles) return std::nullopt;
  if (times.slowest.size() != setting.agents() || !std::isfinite(times.message_slowest)) return std::nullopt;
  double slowest = 0;
  for (std::size_t i = 0; i < times.slowest.size(); ++i) {
    if (!std::isfinite(times.slowest[i]) || !(times.fastest[i] > 0)) return std::nullopt;
    slowest = std::max(slowest, times.slowest[i]);
  }
  const auto completions = [&](double seconds) {
    double sum = 0;
    for (const double fastest : times.fastest) sum += std::floor(seconds / fastest) + 1;
    return sum;
  };
  const double proc = completions(slowest), msg = completions(times.message_slowest + slowest);
  if (!(proc + msg < 1e15)) return std::nullopt;
  return Enforced{static_cast<std::int64_t>(proc), static_cast<std::int64_t>(msg)};
}

}  // namespace taubar::bound
