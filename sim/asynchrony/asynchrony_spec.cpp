#include "sim/asynchrony/asynchrony_spec.hpp"

namespace taubar::asynchrony {
namespace {

constexpr config::Range bounds = config::between(1, 1e6);

}  // namespace

void AsynchronySpec::fields(config::Fields& f) {
  f.one_of("model", model, {{"event_driven", Model::event_driven}, {"bounded", Model::bounded}},
           "event_driven: order follows from the times, the tau-bar of the run is measured; bounded: a schedule that keeps "
           "tau_proc and tau_msg, its k-th instant at k s, without compute and network");
  f.integer("tau_proc", tau_proc, bounds,
            "bounded: every agent completes at least once in any so many consecutive k; 1 is synchronous");
  f.integer("tau_msg", tau_msg, bounds, "bounded: a message is taken at most so many k after it was sent");
  f.one_of("schedule", schedule,
           {{"random", Schedule::random}, {"round_robin", Schedule::round_robin}, {"adversarial", Schedule::adversarial}},
           "bounded: random pauses and ages; turns as even as can be, messages taken at the next one; or half of the agents "
           "as rarely and all messages as late as allowed");
  const bool some = f.present("tau_proc") || f.present("tau_msg") || f.present("schedule");
  f.demand(bounded() || !some, "model", "must be \"bounded\" where tau_proc, tau_msg or schedule is given");
  for (const char* name : {"tau_proc", "tau_msg", "schedule"})
    f.demand(!bounded() || f.present(name), name, "is required but missing; the bounded model is tau_proc, tau_msg and a schedule");
}

}  // namespace taubar::asynchrony
