// Which of several samples may have one law: groups of samples that the Anderson–Darling test does not tell apart.
#pragma once
#include <cstddef>
#include <vector>

namespace taubar::law {

struct Alike {
  double p = 1;                                  ///< of the test over all samples at once
  std::vector<std::vector<std::size_t>> groups;  ///< numbers of samples, the largest group first; each in increasing order
};

/// The chance, at each stage below, that samples of one law are taken for different ones.
inline constexpr double level_of_difference = 0.01;

/// One group if all samples together have p >= 0.01. Else, stage by stage: the sample whose median is in the middle is the
/// reference; those that do not differ from it at 0.01 by Holm's correction (Scand. J. Statistics 6, 1979) form a group with
/// it; the rest goes on. Of each sample at most 1,000 values, evenly spaced, are compared: more would tell apart what
/// differs too little to matter.
Alike alike(std::vector<std::vector<double>> samples);

}  // namespace taubar::law
