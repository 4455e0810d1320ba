// Scaling of features.
#pragma once
#include "core/problem/data/table.hpp"

namespace taubar::problem::data {

/// none; standardise: mean 0 and variance 1 (divisor N); minmax: (x − min)/(max − min); unit_rows: ‖row‖₂
/// = 1. Constant columns become 0 under standardise and minmax, empty rows stay empty.
enum class Scale { none, standardise, minmax, unit_rows };

/// InputError where centring would fill more than max_values entries.
Table scaled(Table table, Scale scale);

/// Both tables, of equal width, by the constants of the first.
struct Pair {
  Table training, held_out;
};
Pair scaled_alike(Pair tables, Scale scale);

/// A last column of ones.
Table with_intercept(const Table& table);

}  // namespace taubar::problem::data
