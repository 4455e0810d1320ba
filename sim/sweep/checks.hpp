// What the analysis asks of a sweep file, beyond the types of its fields: for the reader, so that a slip is found before the
// first run and not after the last.
#pragma once
#include <string>
#include <vector>

#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

struct Misfit {
  std::string pointer;  ///< into the sweep file: "/report/y", "/expect/0/of"
  std::string message;  ///< what is wrong, what is accepted
};

/// `expect_at_comparison[i]` and `expect_at_run[i]` are the places of comparison i and run expectation i in the list
/// "expect"; without them they are counted comparisons first.
std::vector<Misfit> analysis_misfits(const SweepSpec& spec, const std::vector<std::size_t>& expect_at_comparison = {},
                                     const std::vector<std::size_t>& expect_at_run = {});

}  // namespace taubar::sweep
