#include "sim/law/fit.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "core/config/fields.hpp"
#include "core/config/reader.hpp"
#include "sim/law/goodness.hpp"

namespace taubar::law {
namespace {

constexpr double most_zeros = 0.01;  ///< that may be errors of a clock

void describe_samples(Fit& fit, const std::vector<double>& sorted) {
  fit.samples = sorted.size();
  fit.zeros = static_cast<std::size_t>(std::upper_bound(sorted.begin(), sorted.end(), 0.0) - sorted.begin());
  const double n = static_cast<double>(sorted.size());
  for (double x : sorted) fit.mean += x / n;
  double square = 0;
  for (double x : sorted) square += (x - fit.mean) * (x - fit.mean);
  fit.deviation = sorted.size() > 1 ? std::sqrt(square / (n - 1)) : 0;
}

}  // namespace

config::Json Candidate::json() const {
  config::Json json{{"kind", kind}};
  for (const auto& parameter : parameters) json[std::string(parameter.name)] = parameter.value;
  return json;
}

bool Fit::has_atom() const {
  return chosen().kind != "constant" && static_cast<double>(zeros) > most_zeros * static_cast<double>(samples);
}

config::Json Fit::json() const {
  if (!has_atom()) return chosen().json();
  return {{"kind", "mixture"}, {"weights", {zeros, samples - zeros}}, {"components", {0, chosen().json()}}};
}

bool Fit::any_fits() const {
  return std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.p >= level_of_fit; });
}

std::unique_ptr<Law> law_of(const config::Json& json) {
  config::Choice<LawSpec> choice;
  config::read(config::Document::parse(config::Json{{"law", json}}.dump(), "fit"), [&](config::Fields& f) {
    f.choice("law", choice, laws(), "a fitted law", config::required, config::Unit::duration);
  });
  return choice->build(0);
}

Fit fit(std::vector<double> samples, const FitOptions& options) {
  check(!samples.empty(), "a law is fitted to at least one sample");
  std::sort(samples.begin(), samples.end());
  check(samples.front() >= 0, "a law of durations is fitted to samples that are not negative");
  Fit result;
  describe_samples(result, samples);
  const bool all_equal = samples.back() - samples.front() <= options.resolution;
  const double constant = all_equal ? samples[samples.size() / 2] : result.mean;
  samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(result.zeros));
  if (!all_equal && samples.size() >= fewest_samples) {
    const std::vector<double> tested = thinned(samples, options.tested, options.seed);
    result.tested = tested.size();
    for (std::string_view kind : fitted_kinds())
      if (auto candidate = maximum_likelihood(kind, samples)) {
        judge(*candidate, tested, options);
        result.candidates.push_back(std::move(*candidate));
      }
  }
  if (result.candidates.empty()) result.candidates.push_back({"constant", {{"value", constant}}});
  std::stable_sort(result.candidates.begin(), result.candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.aic() < b.aic(); });
  return result;
}

config::Json empirical(std::vector<double> samples, std::size_t count) {
  std::sort(samples.begin(), samples.end());
  std::vector<double> chosen;
  if (samples.size() <= count) chosen = samples;
  for (std::size_t i = 0; chosen.size() < std::min(count, samples.size()); ++i)
    chosen.push_back(samples[(2 * i + 1) * samples.size() / (2 * count)]);
  return {{"kind", "empirical"}, {"samples", chosen}};
}

}  // namespace taubar::law
