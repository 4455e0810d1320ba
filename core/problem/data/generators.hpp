// Data made on the spot, from Purpose::data streams of a seed. Row r depends on its number and the seed
// alone, so that a longer set begins with the shorter one.
#pragma once
#include <cstdint>

#include "core/problem/data/table.hpp"

namespace taubar::problem::data {

/// A badly scaled seven-class set in the shape of Covertype (Blackard, Dean, "Comparative accuracies of
/// artificial neural networks and discriminant analysis in predicting forest cover types from cartographic
/// variables", Computers and Electronics in Agriculture 24(3), 1999): 10 quantitative columns with the ranges
/// of the original, 4 wilderness-area and 40 soil-type indicators, classes 1 … 7 of unequal frequency. All
/// values are integers. The class is drawn from a softmax model of elevation, wilderness and soil, so that it
/// can be learnt in part.
Table forest_cover(std::int64_t rows, std::uint64_t structure_seed);

/// a ~ N(0, I_d); target aᵀw + noise·N(0, 1) for one w ~ N(0, I_d/d); as a class: its sign, ±1.
Table gaussian(std::int64_t rows, std::int64_t dimension, double noise, bool classes,
               std::uint64_t structure_seed);

/// One feature a, uniform on (−π, π); target sin 2a + noise·N(0, 1); as a class: its sign, ±1, which no linear model
/// tells.
Table sine(std::int64_t rows, double noise, bool classes, std::uint64_t structure_seed);

}  // namespace taubar::problem::data
