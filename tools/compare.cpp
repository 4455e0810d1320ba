// taubar compare: runs side by side, absolute and as ratios to the first.
#include "sim/report/compare.hpp"

#include <fmt/format.h>

#include "tools/commands.hpp"

namespace taubar::tools {

int compare(const CompareOptions& options) {
  std::vector<report::Results> runs;
  for (const auto& directory : options.directories) runs.push_back(report::read_results(directory));
  const auto comparison = report::compare(runs);
  if (options.json)
    fmt::print("{}\n", report::comparison_json(comparison).dump(2));
  else
    fmt::print("{}", options.markdown ? report::comparison_markdown(comparison) : report::comparison_table(comparison));
  return done;
}

}  // namespace taubar::tools
