// Experiment → what bounds ask: the constants known before a run, and who watches it.
#pragma once
#include <memory>

#include "core/bound/bound.hpp"
#include "core/bound/push_witness.hpp"
#include "core/bound/server_witness.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// The constants of a built experiment; refers to it.
bound::Setting setting_of(const Experiment& experiment);

/// A witness of the run about to begin; null where the method is none of push-sum mass. The setting outlives it.
std::unique_ptr<bound::PushWitness> push_witness_of(const Experiment& experiment, const bound::Setting& setting);
/// The same of a method with a server; null for others.
std::unique_ptr<bound::ServerWitness> server_witness_of(const Experiment& experiment, const bound::Setting& setting);

}  // namespace taubar::experiment
