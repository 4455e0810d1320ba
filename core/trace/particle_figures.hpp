// What agents keep count of where particles sample.
#pragma once
#include <cstdint>
#include <string>

namespace taubar::trace {

struct ParticleFigures {
  std::int64_t metropolis_tests = 0, metropolis_accepted = 0;  ///< proposals of metropolis_adjusted dynamics
  std::int64_t swaps_proposed = 0, swaps_accepted = 0;  ///< replica exchange, counted where the answer comes; without repeats
  std::int64_t proposals_repeated = 0;                  ///< messages: no answer had come
  std::int64_t replaced = 0;                            ///< worst particles by another host's best one
  std::int64_t resamplings = 0, copies = 0;             ///< of whole groups; particles that became a copy of another
  std::int64_t reperturbed = 0;                         ///< groups that were too close together

  ParticleFigures& operator+=(const ParticleFigures& other) {
    metropolis_tests += other.metropolis_tests;
    metropolis_accepted += other.metropolis_accepted;
    swaps_proposed += other.swaps_proposed;
    swaps_accepted += other.swaps_accepted;
    proposals_repeated += other.proposals_repeated;
    replaced += other.replaced;
    resamplings += other.resamplings;
    copies += other.copies;
    reperturbed += other.reperturbed;
    return *this;
  }
};

/// A run's.
struct SamplingFigures {
  std::string dynamics, exchange;  ///< by name; dynamics may be empty
  bool keeps_target = true;        ///< whether what is done besides the dynamics leaves exp(−F/T) as it is
  std::string about_law;           ///< what the draws' law is, in a sentence; may be empty
  std::int64_t hosts = 0, draws = 0;  ///< that have drawn; points kept, of all their particles
  ParticleFigures particles;
};

}  // namespace taubar::trace
