// What a sweep expects, and whether it holds: one verdict a test case.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/law/sample_statistics.hpp"

namespace taubar::sweep {

enum class Decision { holds, inconclusive, fails };
/// "holds", "inconclusive", "fails".
std::string_view decision_name(Decision outcome);

struct Verdict {
  enum class Kind {
    expectation,  ///< of the sweep, on the runs of one point
    comparison,   ///< of the sweep, between groups
    scenario,     ///< the scenario's own expectations, at one point
    baseline      ///< against figures of an earlier sweep
  };
  Kind kind = Kind::expectation;
  std::string name;     ///< what is expected
  Decision outcome = Decision::inconclusive;
  std::string message;  ///< what was found: figures, interval, seeds, and why it is no better
  std::optional<double> measured;         ///< mean or ratio
  std::optional<law::Interval> interval;  ///< of `measured`, at `level`
  double level = 0;
  std::vector<std::int64_t> seeds;
  std::vector<std::string> commands;  ///< that make the runs again which tell against it
};

/// "expectation", "comparison", …
std::string_view kind_name(Verdict::Kind kind);

/// Four significant digits; "∞" for infinity, "–" for NaN.
std::string figure_text(double value);
std::string interval_text(const law::Interval& interval);
/// "95 %", "99.9 %".
std::string level_text(double level);
/// "1 seed", "5 seeds".
std::string counted(std::size_t count, const std::string& one);

}  // namespace taubar::sweep
