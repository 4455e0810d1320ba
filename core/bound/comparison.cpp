#include "core/bound/comparison.hpp"

#include <cmath>

#include "core/base/math.hpp"

namespace taubar::bound {
void compare(Verdict& verdict, const std::vector<CurvePoint>& points, double round_off, bool as_log10) {
  verdict.log10 = as_log10;
  if (points.empty()) {
    verdict.outcome = Outcome::does_not_apply;
    verdict.reason = "the run left nothing to compare";
    return;
  }
  verdict.outcome = Outcome::holds;
  const CurvePoint* place = nullptr;
  double tightest = HUGE_VAL;
  for (const auto& point : points) {
    const double limit_log10 = as_log10 ? point.bound : math::log10(point.bound);
    const bool broken = as_log10 ? math::log10(point.measured - round_off) > point.bound : !(point.measured <= point.bound + round_off);
    const double slack = point.measured > 0 ? limit_log10 - math::log10(point.measured) : HUGE_VAL;
    const bool start = point.k == 0 && points.size() > 1;  // what the bound was given, not what it says
    if (broken || !place || (slack < tightest && !start)) {
      place = &point;
      tightest = start && !broken ? HUGE_VAL : slack;
    }
    if (broken) {
      verdict.outcome = Outcome::violated;
      break;
    }
  }
  verdict.measured = as_log10 ? math::log10(place->measured) : place->measured;
  verdict.limit = place->bound;
  verdict.at_k = place->k;
  if (std::isfinite(tightest)) verdict.slack_decades = tightest;
  verdict.curve = points;
  if (as_log10)
    for (auto& point : verdict.curve) point.measured = math::log10(point.measured);
}

void require_small(Verdict& verdict, double error, double tolerance, std::int64_t at_k) {
  verdict.measured = error;
  verdict.limit = tolerance;
  verdict.at_k = at_k;
  verdict.outcome = error <= tolerance ? Outcome::holds : Outcome::violated;
}

}  // namespace taubar::bound
