// Expectations on single runs: those of the sweep file, and those of the scenario itself. One verdict a point: it holds if
// it holds with every seed; the mean over the seeds is told, not judged.
#pragma once
#include <vector>

#include "sim/sweep/points.hpp"
#include "sim/sweep/verdict.hpp"

namespace taubar::sweep {

/// A verdict for each point that `where` names. What is never reached, not there, or failed does not hold; a run that is
/// not done leaves it inconclusive. No point: one inconclusive verdict that says so.
std::vector<Verdict> judge_expectation(const SweepSpec& spec, const RunExpectation& asked, const std::vector<Point>& points,
                                       const std::string& options = "");

/// What the summaries say of the scenario's `expect`, for each point whose runs have any. Runs that failed are told
/// elsewhere.
std::vector<Verdict> judge_own_expectations(const SweepSpec& spec, const std::vector<Point>& points,
                                            const std::string& options = "");

/// "time_to(suboptimality, 0.01) below 5".
std::string expectation_words(const RunExpectation& asked);

}  // namespace taubar::sweep
