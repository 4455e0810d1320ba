// What all bounds on push methods assume, checked on the run.
#pragma once
#include "core/bound/evidence.hpp"
#include "core/bound/verdict.hpp"

namespace taubar::bound {

/// Whether a push method was watched. If not, `verdict` says why the bound does not apply.
bool watched(Verdict& verdict, const Evidence& run);

/// Notes that no message was lost or duplicated.
void assume_reliable(Verdict& verdict, const PushTestimony& push);
/// Notes that every completed step sent mass to every out-neighbour: the weight never fell to the floor, and earlier
/// sends had left.
void assume_all_sent(Verdict& verdict, const PushTestimony& push);
/// Notes exact gradients and what is known of the f_i.
void assume_full_gradients(Verdict& verdict, const Setting& setting);
void assume_strongly_convex(Verdict& verdict, const Setting& setting);
void assume_minimiser(Verdict& verdict, const Setting& setting);

/// ε-sized figures: relative rounding of one event's sums at an agent, n and degree considered.
double rounding_of_event(const Setting& setting);

}  // namespace taubar::bound
