// Points drawn from ranges. u_k ∈ (0, 1) becomes low + u (high − low), on a logarithmic scale exp(log low + u (log high −
// log low)); whole numbers are the floor of the same over [low, high + 1).
//
// Latin hypercube (McKay, Beckman, Conover, Technometrics 21, 1979): u_k = (π(k) + v_k) / N with a random permutation π a
// range, so that each of N equal parts of it holds one point. Sobol: the sequence of Bratley and Fox (ACM TOMS 14, 1988,
// algorithm 659) without its point 0. Streams are named by the pointer, and Sobol's dimensions go in the order of the
// pointers: the order in the file is no matter, and outside Sobol a new range leaves the others as they are.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

/// u of each range, in the order of the file: points × ranges.
std::vector<std::vector<double>> unit_points(const SampleSpec& spec);

/// Where u ∈ (0, 1) lies in the range.
config::Json value_at(const Range& range, double u);

}  // namespace taubar::sweep
