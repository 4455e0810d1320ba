// What particles sampled, and whether what is done keeps their target: for summaries and tables.
#pragma once
#include <string>

#include "core/config/json.hpp"
#include "core/trace/particle_figures.hpp"

namespace taubar::report {

/// {dynamics, exchange, keeps_target, law}: the same of every run of a scenario.
config::Json sampling_rule_json(const trace::SamplingFigures& figures);
/// The same with draws, hosts and the counts that are not 0.
config::Json sampling_json(const trace::SamplingFigures& figures);

std::string sampling_rule_text(const trace::SamplingFigures& figures);
std::string sampling_text(const trace::SamplingFigures& figures);

}  // namespace taubar::report
