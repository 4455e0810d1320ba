// Replay → calibrated scenario: the laws of compute times and of the network are replaced by what a replay measured.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/config/json.hpp"
#include "sim/experiment/replay_directory.hpp"
#include "sim/law/fit.hpp"

namespace taubar::experiment {

struct CalibrateOptions {
  bool empirical = false;  ///< the samples themselves instead of a fitted law
};

/// One law of the scenario, and the samples' story.
struct FittedLaw {
  std::string name;   ///< "compute.time", "compute.agents/0.time", "network.latency", "network.intra_host.latency"
  std::string about;  ///< which agents or messages
  law::Fit fit;
  config::Json law;  ///< as the scenario has it
  std::vector<std::string> notes;
};

/// Bits per second with their 95 % interval.
struct FittedBandwidth {
  std::string name;  ///< "network.bandwidth", "network.intra_host.bandwidth"
  double value = 0, low = 0, high = 0;
};

struct Calibration {
  config::Json scenario;
  std::vector<FittedLaw> laws;
  std::vector<FittedBandwidth> bandwidths;
  double overhead = 0;             ///< seconds of sender time a message
  std::vector<std::string> notes;  ///< what was decided, dropped or could not be known
};

/// InputError where there are no steps to fit to.
Calibration calibrate(const ReplayDirectory& replay, const CalibrateOptions& options);

/// For programs: all of it but the scenario.
config::Json report(const Calibration& calibration);

}  // namespace taubar::experiment
