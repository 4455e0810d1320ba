// taubar calibrate: what a replay measured → the scenario that simulates it.
#include "sim/experiment/calibrate.hpp"

#include <fmt/format.h>

#include "core/config/units.hpp"
#include "sim/report/output_directory.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {
namespace {

std::string seconds(double value) { return config::format_quantity(value, config::Unit::duration); }

std::string parameters(const law::Candidate& candidate) {
  std::string text;
  for (const auto& p : candidate.parameters)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", p.name, p.in_unit ? seconds(p.value) : fmt::format("{:.4g}", p.value));
  return text;
}

void print(const experiment::FittedLaw& fitted) {
  const law::Fit& fit = fitted.fit;
  fmt::print("{}, {}: {} samples, mean {}, standard deviation {}\n", fitted.name, fitted.about, fit.samples, seconds(fit.mean),
             seconds(fit.deviation));
  const double n = static_cast<double>(std::max<std::size_t>(1, fit.samples - fit.zeros));
  const bool empirical = fitted.law["kind"] == "empirical";
  fmt::print("    {:<20} {:<36} {:>10} {:>12} {:>8} {:>7}\n", "law", "parameters", "ln L / N", "AIC - least", "KS", "p");
  for (const auto& candidate : fit.candidates)
    fmt::print("  {} {:<20} {:<36} {:>10.4f} {:>12.1f} {:>8.4f} {:>7.3g}\n",
               !empirical && &candidate == &fit.chosen() ? '*' : ' ', candidate.kind, parameters(candidate),
               candidate.log_likelihood / n, candidate.aic() - fit.chosen().aic(), candidate.distance, candidate.p);
  if (empirical) fmt::print("  * empirical            {} of the samples\n", fitted.law["samples"].size());
  for (const auto& note : fitted.notes) fmt::print("    {}\n", note);
}

void print(const experiment::Calibration& calibration) {
  for (const auto& law : calibration.laws) print(law);
  for (const auto& b : calibration.bandwidths)
    fmt::print("{}: {}, 95 % interval {} to {}\n", b.name, config::format_quantity(b.value, config::Unit::rate),
               config::format_quantity(b.low, config::Unit::rate), config::format_quantity(b.high, config::Unit::rate));
  fmt::print("network.overhead: {} a message\n", seconds(calibration.overhead));
  for (const auto& note : calibration.notes) fmt::print("{}\n", note);
  fmt::print("* chosen: the least AIC. KS and p: of at most {} samples, p by parametric bootstrap.\n",
             law::FitOptions{}.tested);
}

}  // namespace

int calibrate(const CalibrateOptions& options) {
  const auto calibration = experiment::calibrate(experiment::read_replay(options.replay), {options.empirical});
  report::write_whole(options.out, calibration.scenario.dump(2) + "\n");
  if (options.json) {
    config::Json json = experiment::report(calibration);
    json["scenario"] = options.out;
    fmt::print("{}\n", json.dump(2));
  } else {
    print(calibration);
    fmt::print(stderr, "written: {}\n", options.out);
  }
  return done;
}

}  // namespace taubar::tools
