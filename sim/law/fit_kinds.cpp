// The maximum of the likelihood, kind by kind; n samples x, log-likelihood ℓ. Sources: Johnson, Kotz and Balakrishnan,
// Continuous Univariate Distributions 1 (1994), chapters 14, 17, 19–21; the derivations in one line stand above each.
#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <numbers>

#include "sim/law/fit.hpp"

namespace taubar::law {
namespace {

/// What the likelihoods ask of the samples.
struct Moments {
  const std::vector<double>& sorted;
  double n, least, greatest, mean = 0, mean_log = 0;

  explicit Moments(const std::vector<double>& x)
      : sorted(x), n(static_cast<double>(x.size())), least(x.front()), greatest(x.back()) {
    for (double value : x) {
      mean += value / n;
      mean_log += std::log(value) / n;
    }
  }
};

using Found = std::optional<Candidate>;

// ℓ = −n log m − Σx/m; dℓ/dm = 0 at m = x̄.
Found exponential(const Moments& s) {
  return Candidate{"exponential", {{"mean", s.mean}}, -s.n * (std::log(s.mean) + 1)};
}

// ℓ = −n log m − Σ(x − a)/m grows with a up to the least sample; then as the exponential.
Found shifted_exponential(const Moments& s) {
  const double mean = s.mean - s.least;
  return Candidate{"shifted_exponential", {{"shift", s.least}, {"mean", mean}}, -s.n * (std::log(mean) + 1)};
}

// ℓ = −n log(b − a) grows as the interval shrinks to the samples.
Found uniform(const Moments& s) {
  return Candidate{"uniform", {{"low", s.least}, {"high", s.greatest}}, -s.n * std::log(s.greatest - s.least)};
}

// ℓ = n (k log(k/m) − log Γ(k)) + (k−1) Σ log x − k Σx/m: m = x̄, and then log k − ψ(k) = log x̄ − mean log x. Newton's
// method on that equation in 1/k, from Minka's start ("Estimating a gamma distribution", 2002).
Found gamma(const Moments& s) {
  const double gap = std::log(s.mean) - s.mean_log;
  if (!(gap > 0)) return std::nullopt;
  double k = (3 - gap + std::sqrt((gap - 3) * (gap - 3) + 24 * gap)) / (12 * gap);
  if (!(k > 0.01 && k < 1e5)) return std::nullopt;
  for (int i = 0; i < 20; ++i) {
    const double excess = std::log(k) - boost::math::digamma(k) - gap;
    const double before = k;
    k = 1 / (1 / k + excess / (k * k * (1 / k - boost::math::trigamma(k))));
    if (!(k > 0.01 && k < 1e5)) return std::nullopt;
    if (std::fabs(k - before) <= 1e-13 * k) break;
  }
  const double log_likelihood =
      s.n * (k * std::log(k / s.mean) - boost::math::lgamma(k) + (k - 1) * s.mean_log - k);
  return Candidate{"gamma", {{"shape", k, false}, {"mean", s.mean}}, log_likelihood};
}

// log x is normal: mean and variance of the logarithms.
Found lognormal(const Moments& s) {
  double square = 0;
  for (double x : s.sorted) square += (std::log(x) - s.mean_log) * (std::log(x) - s.mean_log);
  const double sigma = std::sqrt(square / s.n);
  if (!(sigma > 0 && sigma <= 10)) return std::nullopt;
  const double log_likelihood =
      -s.n * (s.mean_log + std::log(sigma) + 0.5 * std::log(2 * std::numbers::pi) + 0.5);
  return Candidate{"lognormal", {{"median", std::exp(s.mean_log)}, {"sigma", sigma, false}}, log_likelihood};
}

// The scale is (mean x^k)^(1/k), and k solves Σ x^k log x / Σ x^k − 1/k = mean log x (its left side increases with k). With
// y = log x − log greatest the powers e^(ky) <= 1 do not overflow.
Found weibull(const Moments& s) {
  const double top = std::log(s.greatest), mean_y = s.mean_log - top;
  std::vector<double> y;
  y.reserve(s.sorted.size());
  for (double x : s.sorted) y.push_back(std::log(x) - top);
  const auto excess = [&](double k) {
    double powers = 0, weighted = 0;
    for (double value : y) {
      const double power = std::exp(k * value);
      powers += power;
      weighted += power * value;
    }
    return weighted / powers - 1 / k - mean_y;
  };
  double low = -1 / mean_y / 16, high = -1 / mean_y * 16;  // around the k of samples that spread like an exponential
  while (low > 0.01 && excess(low) > 0) low /= 16;
  while (high < 1e4 && excess(high) < 0) high *= 16;
  if (!(low > 0 && excess(low) < 0 && excess(high) > 0)) return std::nullopt;
  std::uintmax_t evaluations = 100;
  const auto [left, right] =
      boost::math::tools::toms748_solve(excess, low, high, boost::math::tools::eps_tolerance<double>(45), evaluations);
  const double k = (left + right) / 2;
  if (!(k >= 0.01 && k <= 1e4)) return std::nullopt;
  double powers = 0;
  for (double value : y) powers += std::exp(k * value);
  const double log_scale = top + std::log(powers / s.n) / k;
  const double log_likelihood = s.n * (std::log(k) - k * log_scale + (k - 1) * s.mean_log - 1);
  return Candidate{"weibull", {{"shape", k, false}, {"scale", std::exp(log_scale)}}, log_likelihood};
}

// ℓ = n log a + n a log m − (a+1) Σ log x grows with m up to the least sample; then a = 1/(mean log x − log m).
Found pareto(const Moments& s) {
  const double shape = 1 / (s.mean_log - std::log(s.least));
  const double log_likelihood = s.n * (std::log(shape) - s.mean_log - 1);
  return Candidate{"pareto", {{"shape", shape, false}, {"minimum", s.least}}, log_likelihood};
}

struct Kind {
  std::string_view name;
  Found (*fit)(const Moments&);
};
constexpr Kind kinds[] = {{"exponential", exponential}, {"gamma", gamma},
                          {"lognormal", lognormal},     {"pareto", pareto},
                          {"shifted_exponential", shifted_exponential},
                          {"uniform", uniform},         {"weibull", weibull}};

bool is_finite(const Candidate& candidate) {
  return std::isfinite(candidate.log_likelihood) &&
         std::all_of(candidate.parameters.begin(), candidate.parameters.end(),
                     [](const FittedParameter& p) { return std::isfinite(p.value); });
}

}  // namespace

const std::vector<std::string_view>& fitted_kinds() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Kind& kind : kinds) all.push_back(kind.name);
    return all;
  }();
  return names;
}

std::optional<Candidate> maximum_likelihood(std::string_view name, const std::vector<double>& sorted) {
  if (sorted.empty() || !(sorted.front() > 0) || sorted.front() == sorted.back()) return std::nullopt;
  const Moments moments(sorted);
  for (const Kind& kind : kinds) {
    if (kind.name != name) continue;
    const Found found = kind.fit(moments);
    if (found && is_finite(*found)) return found;
  }
  return std::nullopt;
}

}  // namespace taubar::law
