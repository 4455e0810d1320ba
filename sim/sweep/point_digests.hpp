// What decides the results of a point under any seed, as a hash: of its resolved scenario without name, description and seed,
// and of the content of the files it names.
//
// Reading a point takes 0.1 ms. Of many points the digests are therefore kept in a directory, that of the minimisers, and are
// believed by a later call of the same program and sweep once it has read some of the points again and found the same: some
// spread over the sweep, and the first that names a file, for each file.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

/// Fewer points are read each time.
inline constexpr std::size_t least_kept_points = 1000;

struct PointDigests {
  std::string hex;                     ///< 32 digits a point
  std::vector<std::size_t> witnesses;  ///< points to read again before these are believed
  bool recalled = false;               ///< else all points were read

  std::string_view of(std::size_t point) const { return std::string_view(hex).substr(32 * point, 32); }
};

/// `directory`: where they are kept; "" = nowhere. InputError with every distinct problem of a point once: unknown pointers,
/// values out of range, missing files.
PointDigests digests_of(const SweepSpec& spec, const std::vector<SharedParameters>& points, const config::ReadOptions& options, const std::string& directory);

}  // namespace taubar::sweep
