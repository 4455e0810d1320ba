// How much sooner: T_ref / T_x along one axis, for each series of points that differ in nothing else (the axis itself aside).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/ratio.hpp"
#include "sim/sweep/sample.hpp"

namespace taubar::sweep {

/// How `report` lays points out.
struct Layout {
  std::string x;                    ///< "" = none
  std::vector<std::string> series;  ///< pointers that tell series apart: the group, then what else varies
};

/// Series in the order of the plan; within one, x ascending where it is numbers.
struct Series {
  Parameters parameters;
  std::vector<const PointSample*> points;
};

Layout layout_of(const SweepSpec& spec, const std::vector<Point>& points);
std::vector<Series> series_of(const Layout& layout, const std::vector<PointSample>& samples);

/// For each point of the series its ratio T_ref/T_x, paired by seed among the runs that are done. A run that never arrives is
/// later than any (sim/sweep/ratio.hpp). Nothing where x is not `against` for any point of the series.
std::vector<std::optional<RatioOverSeeds>> speedups(const Series& series, const std::string& x, double against, double level);

}  // namespace taubar::sweep
