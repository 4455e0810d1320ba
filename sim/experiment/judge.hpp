// Trace → Verdict: what was expected, what was measured, whether it holds.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/bound/verdict.hpp"
#include "core/trace/trace.hpp"
#include "sim/experiment/scenario.hpp"

namespace taubar::experiment {

struct Verdict {
  std::string expectation;         ///< in words: "suboptimality at end below 0.02"
  std::optional<double> measured;  ///< nothing: never reached, or not recorded
  bool holds = false;
  bool inconclusive = false;       ///< over replicates: the interval lies on both sides of a limit; `holds` is false
  /// "holds", "fails", "inconclusive".
  std::string outcome() const { return holds ? "holds" : inconclusive ? "inconclusive" : "fails"; }
};

/// One verdict an expectation, in the scenario's order. What is NaN or was not measured does not hold, nor does a bound
/// that does not apply or that is not among `bounds`.
std::vector<Verdict> judge(const std::vector<ExpectSpec>& expectations, const trace::Trace& trace,
                           const std::vector<bound::Verdict>& bounds = {});

/// What is expected, in words, without a measurement.
std::string in_words(const ExpectSpec& expect);
/// Whether a value keeps below, above and within; false for NaN.
bool meets(double value, const ExpectSpec& expect);

/// A figure of the summary by the name under which `expect: {measured: …}` asks for it.
std::optional<double> measured_figure(const trace::Trace& trace, const std::string& name);

}  // namespace taubar::experiment
