#include "sim/sweep/verdict.hpp"

#include <fmt/format.h>

#include <cmath>

namespace taubar::sweep {

std::string_view decision_name(Decision outcome) {
  switch (outcome) {
    case Decision::holds: return "holds";
    case Decision::inconclusive: return "inconclusive";
    case Decision::fails: return "fails";
  }
  return "";
}

std::string_view kind_name(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::expectation: return "expectation";
    case Verdict::Kind::comparison: return "comparison";
    case Verdict::Kind::scenario: return "scenario";
    case Verdict::Kind::baseline: return "baseline";
  }
  return "";
}

std::string figure_text(double value) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
  return fmt::format("{:.4g}", value);
}

std::string interval_text(const law::Interval& interval) {
  return fmt::format("{} to {}", figure_text(interval.low), figure_text(interval.high));
}

std::string level_text(double level) { return fmt::format("{:.6g} %", 100 * level); }

std::string counted(std::size_t count, const std::string& one) { return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s"); }

}  // namespace taubar::sweep
