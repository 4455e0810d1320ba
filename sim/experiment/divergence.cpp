#include "sim/experiment/divergence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace taubar::experiment {
namespace {

/// The largest smoothness of a local objective; NaN if none is known.
double largest_smoothness(const Experiment& e) {
  double largest = std::nan("");
  for (AgentId i = 0; i < e.agents(); ++i) {
    const double smoothness = e.problem->local_constants(i).smoothness;
    if (!(smoothness <= largest)) largest = smoothness;
  }
  return largest;
}

constexpr double unbounded = std::numeric_limits<double>::infinity();

/// The largest |entry|; infinite if one is not finite.
double largest_entry(std::span<const double> values) {
  double largest = 0;
  for (double v : values) {
    if (!std::isfinite(v)) return unbounded;
    largest = std::max(largest, std::abs(v));
  }
  return largest;
}

std::string explanation(const Experiment& e, const trace::Trace& trace) {
  const auto step = e.scenario.algorithm->step(0);
  if (!step) return "the method has no step size, or one that depends on the time; its state overflowed: try a smaller one";
  const double smoothness = largest_smoothness(e);
  const double critical = 2 / smoothness;
  if (*step > critical)
    return fmt::format("the step size {:.4g} is above 2/L = {:.4g} (L = {:.4g}, the largest smoothness of an f_i), where "
                       "gradient descent itself diverges; try {:.2g} or less",
                       *step, critical, smoothness, critical / 2);
  if (trace.minimum_weight && *trace.minimum_weight < 1) {
    const double effective = *step / *trace.minimum_weight;
    if (effective > critical)
      return fmt::format("an agent's push-sum weight fell to {:.3g}, so its effective step, step / weight, reached {:.3g}, "
                         "above 2/L = {:.4g}; it computes faster than it hears: set max_silence or max_lead, slow compute "
                         "down, or use a step of {:.2g} or less",
                         *trace.minimum_weight, effective, critical, *step * critical / effective);
  }
  return fmt::format("the step size {:.4g} is below 2/L = {:.4g}, but information is up to tau_msg = {} instants stale, which "
                     "lowers the stable step about in proportion; try {:.2g}",
                     *step, critical, trace.tau_msg, *step / static_cast<double>(std::max<std::int64_t>(2, trace.tau_msg)));
}

}  // namespace

trace::Divergence explain_divergence(const Experiment& e, const trace::Trace& trace,
                                     std::span<const std::span<const double>> iterates) {
  trace::Divergence divergence;
  divergence.time = trace.end;
  double largest = -1;
  for (std::size_t i = 0; i < iterates.size(); ++i) {
    const double size = largest_entry(iterates[i]);
    if (size <= largest) continue;
    largest = size;
    divergence.agent = static_cast<std::int64_t>(i);
    if (!(size < unbounded)) break;
  }
  divergence.explanation = explanation(e, trace);
  return divergence;
}

}  // namespace taubar::experiment
