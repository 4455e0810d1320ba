// One group of runs against another: the ratio of a figure, paired by seed and by all parameters but those that name the
// groups. Paired runs see the same streams (core/base/random.hpp), so that much of the noise cancels in their ratio.
//
// What is judged is one number a seed: the mean over the parameters of log(of/to). Runs of one seed share streams at all
// points, so seeds are independent and pairs are not; Student's interval is over seeds (sim/sweep/ratio.hpp).
#pragma once
#include <string>
#include <vector>

#include "sim/sweep/figure.hpp"
#include "sim/sweep/points.hpp"
#include "sim/sweep/ratio.hpp"

namespace taubar::sweep {

/// The ratio at one value of the parameters that both groups share. Shown, not judged.
struct PointRatio {
  Parameters parameters;
  RatioOverSeeds over;
};

struct Comparison {
  Figure figure;
  std::vector<std::string> along;     ///< pointers that tell the points of a group apart, and pair them
  std::vector<std::string> unpaired_by;  ///< axes of the zip that differ between the groups and so pair nothing
  std::vector<std::int64_t> seeds;    ///< that have all pairs
  std::size_t incomplete_seeds = 0;   ///< left out: of some pair a run is missing
  std::size_t alone = 0;              ///< points of one group without a counterpart in the other
  std::vector<PointRatio> by_point;
  RatioOverSeeds over;
  Verdict verdict;
};

/// `options` of the commands in the verdict. A failed run of either group fails it, as it has no figure.
Comparison compare_groups(const SweepSpec& spec, const ComparisonSpec& asked, const std::vector<Point>& points,
                          const std::string& options = "");

/// "final(distance) of algorithm = a, at most 0.5 times that of algorithm = b".
std::string comparison_words(const SweepSpec& spec, const ComparisonSpec& asked);

}  // namespace taubar::sweep
