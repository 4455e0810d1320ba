// A run with the theorems beside it: Experiment → Trace and verdicts of bounds.
#pragma once
#include <string>
#include <vector>

#include "core/bound/bound.hpp"
#include "sim/experiment/run.hpp"

namespace taubar::experiment {

struct Verification {
  trace::Trace trace;
  std::vector<bound::Verdict> verdicts;  ///< one a bound, in the catalogue's order
};

/// All bounds, or those named, in the catalogue's order.
std::vector<const bound::Bound*> chosen_bounds(const std::vector<std::string>& only);

/// Runs the experiment, watched, and judges it: by every bound, or by those named. A run of a sample is not judged by
/// bounds that look at the sample.
Verification verify(Experiment& experiment, const RunControl& control = {}, const std::vector<std::string>& only = {},
                    bool of_sample = false);

/// What the bounds say before a run.
std::vector<bound::Verdict> promises(const Experiment& experiment, const std::vector<std::string>& only = {});

/// The names of the bounds that the expectations ask for.
std::vector<std::string> expected_bounds(const std::vector<ExpectSpec>& expectations);

}  // namespace taubar::experiment
