// The price of unequal update rates: asynchronous methods minimise F_r = Σ r_i f_i, r_i the share of updates that agent
// i makes, instead of F (Assran, Rabbat, IEEE TAC 2021: the re-weighted objective of the constant-step theorem).
#pragma once
#include <optional>
#include <vector>

#include "core/trace/server_figures.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// ‖x*_r − x*‖₂ for weights r (n values, scaled to sum 1 here). Nothing where a minimiser is not known.
std::optional<double> bias_of_rates(const Experiment& experiment, std::vector<double> weights);

/// With the rates that the compute model promises; 0 for methods in which all agents step equally often or that
/// correct for it; nothing where a rate has no mean, or where the compute times do not tell the rates of a run: agents wait
/// for slower ones (equal in the end, unequal until the waits set in), or for a server that may drop their gradients.
std::optional<double> expected_rate_bias(const Experiment& experiment);

/// With the local steps that the agents completed; nothing where a server has dropped some of their gradients.
std::optional<double> measured_rate_bias(const Experiment& experiment, const std::vector<std::int64_t>& steps,
                                         const std::optional<trace::ServerFigures>& server);

}  // namespace taubar::experiment
