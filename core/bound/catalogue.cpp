// The published guarantees there are: one line a bound, sorted by name.
#include <array>

#include "core/bound/bound.hpp"

namespace taubar::bound {

extern const Bound asynchrony_enforced, gradient_push_block, gradient_push_bounded, gradient_push_certificate,
    gradient_push_consensus, gradient_push_consensus_published, gradient_push_descent_identity,
    gradient_push_distance_of_minimizers, gradient_push_known_rates, gradient_push_rate_bias,
    gradient_push_rate_bias_root, gradient_push_step, push_sum_hull, push_sum_mass, push_sum_ratio;
extern const Bound asynchronous_sgd_birch, asynchronous_sgd_delay_identity, asynchronous_sgd_koloskova,
    asynchronous_sgd_mishchenko, floor_gradients, floor_time, rennala_sgd_time;
extern const Bound elastic_averaging_stability, elastic_averaging_variance;
extern const Bound langevin_dalalyan_karagulyan, langevin_delayed_displacement, langevin_durmus_moulines, langevin_stability,
    langevin_stale_gradient, langevin_stationary_law;
extern const Bound self_repellent_walk_iterate, self_repellent_walk_slope, self_repellent_walk_visits;
extern const Bound robust_gradient_push_rate, robust_push_sum_mass, stochastic_gradient_push_consensus,
    stochastic_gradient_push_rate;

std::span<const Bound* const> bounds() {
  static constexpr std::array all = {
      &asynchronous_sgd_birch,
      &asynchronous_sgd_delay_identity,
      &asynchronous_sgd_koloskova,
      &asynchronous_sgd_mishchenko,
      &asynchrony_enforced,
      &elastic_averaging_stability,
      &elastic_averaging_variance,
      &floor_gradients,
      &floor_time,
      &gradient_push_block,
      &gradient_push_bounded,
      &gradient_push_consensus,
      &gradient_push_certificate,
      &gradient_push_consensus_published,
      &gradient_push_descent_identity,
      &gradient_push_distance_of_minimizers,
      &gradient_push_known_rates,
      &gradient_push_rate_bias,
      &gradient_push_rate_bias_root,
      &gradient_push_step,
      &langevin_dalalyan_karagulyan,
      &langevin_delayed_displacement,
      &langevin_durmus_moulines,
      &langevin_stability,
      &langevin_stale_gradient,
      &langevin_stationary_law,
      &push_sum_hull,
      &push_sum_mass,
      &push_sum_ratio,
      &rennala_sgd_time,
      &robust_gradient_push_rate,
      &robust_push_sum_mass,
      &self_repellent_walk_iterate,
      &self_repellent_walk_slope,
      &self_repellent_walk_visits,
      &stochastic_gradient_push_consensus,
      &stochastic_gradient_push_rate,
  };
  return all;
}

const Bound* find_bound(std::string_view name) {
  for (const Bound* bound : bounds())
    if (bound->name == name) return bound;
  return nullptr;
}

std::vector<std::string> bound_names() {
  std::vector<std::string> names;
  for (const Bound* bound : bounds()) names.emplace_back(bound->name);
  return names;
}

namespace {

Verdict labelled(const Bound& bound, Verdict verdict) {
  verdict.bound = bound.name;
  verdict.kind = bound.kind;
  const bool judged = verdict.outcome == Outcome::holds || verdict.outcome == Outcome::violated;
  if (bound.kind == Class::order && judged) verdict.outcome = Outcome::reported;
  return verdict;
}

}  // namespace

Verdict judge(const Bound& bound, const Evidence& evidence) { return labelled(bound, bound.evaluate(evidence)); }

Verdict judge(const Bound& bound, std::span<const Evidence> replicates) { return labelled(bound, bound.over(replicates)); }

Verdict promise(const Bound& bound, const Setting& setting) {
  if (!bound.promise) return labelled(bound, not_applicable(bound.kind, "says nothing before a run"));
  return labelled(bound, bound.promise(setting));
}

}  // namespace taubar::bound
