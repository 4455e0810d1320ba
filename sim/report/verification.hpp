// Verdicts of bounds → the page that `verify` prints, JSON, JUnit, and the curves as a table.
#pragma once
#include <string>
#include <vector>

#include "core/bound/verdict.hpp"
#include "core/config/json.hpp"
#include "core/trace/trace.hpp"
#include "sim/experiment/replicates.hpp"

namespace taubar::report {

/// {bound, class, outcome, …} of each, non-finite numbers null.
config::Json bounds_json(const std::vector<bound::Verdict>& verdicts);

/// For people: bound by bound the assumptions, the constants, the tightest place and the verdict; what does not apply
/// comes last, a line each, unless it is a finding or was asked for by name.
std::string bounds_page(const std::vector<bound::Verdict>& verdicts, bool named);

/// What the page is about: scenario, method, size, measured asynchrony, fingerprint.
std::string verification_head(const experiment::Experiment& experiment, const trace::Trace& trace);

/// The same of several runs.
std::string verification_head(const experiment::Replicates& runs);

/// bounds.csv: bound,k,time,measured,bound of every curve, in natural numbers or, where `log10` is 1, decimal logarithms.
std::string curves_csv(const std::vector<bound::Verdict>& verdicts);

/// One test case a bound; what does not apply is skipped, unless `named`.
std::string junit(const std::string& suite, const std::vector<bound::Verdict>& verdicts, bool named);

}  // namespace taubar::report
