// Laws fitted to samples: maximum likelihood within each kind, Akaike's information criterion between kinds (Akaike, IEEE
// Trans. Automatic Control 19, 1974), and for each kind its distance from the samples with a p-value (goodness.hpp).
// Bits may differ between machines, unlike those of the laws themselves: logarithms and gamma functions are the library's.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/json.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {

struct FittedParameter {
  std::string_view name;
  double value = 0;
  bool in_unit = true;  ///< in the samples' unit; else a plain number
};

/// One kind of law with its parameters.
struct Candidate {
  std::string_view kind;
  std::vector<FittedParameter> parameters;
  double log_likelihood = 0;  ///< of all samples; 0 for a constant, which has no density
  double distance = 0;        ///< Kolmogorov–Smirnov: sup |F_n − F| over the tested samples
  double p = 1;               ///< of a distance as great, if the samples had this law

  double aic() const { return 2 * static_cast<double>(parameters.size()) - 2 * log_likelihood; }
  /// {"kind": …, parameters}, as a scenario has it; numbers in the samples' unit.
  config::Json json() const;
};

/// Below this p a law does not fit.
inline constexpr double level_of_fit = 0.01;

struct FitOptions {
  double resolution = 1e-9;   ///< samples that differ by no more than this are equal: virtual time's nanosecond
  std::size_t tested = 1000;  ///< samples, at most, that goodness of fit looks at
  int bootstraps = 199;
  std::uint64_t seed = 1;
};

struct Fit {
  std::vector<Candidate> candidates;  ///< by AIC, the chosen one first; never empty
  std::size_t samples = 0, zeros = 0;  ///< zeros are counted and not fitted: no kind here has an atom
  std::size_t tested = 0;
  double mean = 0, deviation = 0;  ///< of all samples

  const Candidate& chosen() const { return candidates.front(); }
  /// More zeros than one in a hundred samples are part of the law.
  bool has_atom() const;
  /// The chosen law as a scenario has it; with an atom, its mixture with 0.
  config::Json json() const;
  /// Whether the chosen law has p >= 0.01.
  bool fits() const { return chosen().p >= level_of_fit; }
  /// Whether any kind has p >= 0.01.
  bool any_fits() const;
};

/// Fewer samples than this are no ground for a law.
inline constexpr std::size_t fewest_samples = 20;

/// The maximum-likelihood law of one kind for positive samples in increasing order, without its goodness; nothing where the
/// kind is not one of fitted_kinds(), the likelihood has no maximum, or it lies outside what the kind accepts.
std::optional<Candidate> maximum_likelihood(std::string_view kind, const std::vector<double>& sorted);

/// exponential, gamma, lognormal, pareto, shifted_exponential, uniform, weibull.
const std::vector<std::string_view>& fitted_kinds();

/// The law that a candidate stands for.
std::unique_ptr<Law> law_of(const config::Json& json);

/// Fits every kind to at least one sample >= 0. `constant` is the only candidate where all samples are equal within the
/// resolution (their median), and where fewer than fewest_samples are positive (their mean).
Fit fit(std::vector<double> samples, const FitOptions& options = {});

/// {"kind": "empirical", "samples": […]}: at most `count` order statistics, those at the levels (i + ½)/count.
config::Json empirical(std::vector<double> samples, std::size_t count = 1000);

}  // namespace taubar::law
