// Samples kept apart, that nothing is fitted to.
#pragma once
#include <cstdint>

#include "core/problem/data/scale.hpp"

namespace taubar::problem::data {

/// Sets round(share · N) samples aside, at least one and at most N − 1, each as likely as any other: a stream of
/// Purpose::held_out of the seed. Both parts keep the order of the rows. InputError for fewer than two rows.
Pair split(const Table& table, double share, std::uint64_t structure_seed);

}  // namespace taubar::problem::data
