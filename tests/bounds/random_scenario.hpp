// Scenarios at random: any topology of up to 12 agents, laws of time or a bounded schedule, strongly convex quadratics with
// curvatures in [0.1, 1], step sizes up to 0.1; every push method, and those with a server. A function of its number alone.
#pragma once
#include <cstdint>

#include "core/config/json.hpp"

namespace taubar::test {

config::Json random_scenario(std::uint64_t number);
/// Asynchronous gradient-push of up to 4 agents with full gradients under a bounded schedule.
config::Json random_bounded_gradient_push(std::uint64_t number);

}  // namespace taubar::test
