// What bounds on methods with a server assume, checked on the setting and on the run.
#pragma once
#include <optional>
#include <string_view>

#include "core/bound/evidence.hpp"
#include "core/bound/verdict.hpp"

namespace taubar::bound {

/// x^0: the mean of the initial iterates.
Vector starting_point(const Setting& setting);
/// F(x^0) − F(x*); nothing where x* is unknown.
std::optional<double> initial_gap(const Setting& setting);
/// ‖x^0 − x*‖₂; nothing where x* is unknown.
std::optional<double> initial_distance(const Setting& setting);
/// σ² with E‖g − ∇f_i‖² <= σ²; nothing where the rule of gradients does not tell it.
std::optional<double> noise_variance(const Setting& setting);
/// Seconds between two gradients of each worker at the server, at most: a step and its messages there and back.
std::vector<double> slowest_exchanges(const Setting& setting);
/// The same at least.
std::vector<double> fastest_exchanges(const Setting& setting);

/// Of a gradient before the run: the updates that others can make while one exchange lasts, or what the method drops beyond;
/// infinite where times have no bound.
double longest_delay_allowed(const Setting& setting);

/// "1.25e-03", "infinite".
std::string figure(double value);

/// Each notes an assumption of its own; false if it is not met.
bool assume_method(Verdict& verdict, const Setting& setting, std::string_view name);
bool assume_homogeneous(Verdict& verdict, const Setting& setting);
bool assume_minimiser_known(Verdict& verdict, const Setting& setting);
bool assume_variance_known(Verdict& verdict, const Setting& setting);
bool assume_one_gradient_an_update(Verdict& verdict, const Setting& setting);
bool assume_one_gradient_an_update(Verdict& verdict, const trace::ServerFigures& server);
/// A server applies gradients as they come, of equal f_i with known minimiser and variance: notes L, the gap and σ².
bool assume_first_come(Verdict& verdict, const Setting& setting);

}  // namespace taubar::bound
