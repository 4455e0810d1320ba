// Files of measured values, for the empirical law.
#pragma once
#include <string>
#include <vector>

namespace taubar::law {

inline constexpr std::size_t max_samples = 10'000'000;

/// One non-negative number a line: the first column where commas, semicolons, tabs or blanks follow. Empty
/// lines and what follows a '#' are skipped, and so is a first line that is no number (the heading of a CSV).
/// InputError naming file and line of each fault (the first ten), for a file that cannot be read, has no
/// number or more than max_samples.
std::vector<double> read_samples(const std::string& path);

}  // namespace taubar::law
