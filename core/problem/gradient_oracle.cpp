#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "core/problem/objective.hpp"

namespace taubar::problem {

void GradientRule::fields(config::Fields& f) {
  f.one_of<Kind>("kind", kind,
                 {{"full", Kind::full},
                  {"minibatch", Kind::minibatch},
                  {"noisy", Kind::noisy},
                  {"single_sample", Kind::single_sample}},
                 "how an agent estimates the gradient of its own function");
  // Of the parameters a kind does not have, none is shown.
  std::optional<std::int64_t> size;
  std::optional<double> noise;
  if (kind == Kind::minibatch) size = batch;
  if (kind == Kind::noisy) noise = sigma;
  f.integer("size", size, config::at_least(1),
            "minibatch: samples per step, drawn without replacement; all of them where an agent has fewer");
  f.real("sigma", noise, config::non_negative, "noisy: the noise has E‖noise‖² = sigma²");
  const bool reading = f.reading();
  f.demand(!reading || f.present("size") == (kind == Kind::minibatch), "size",
           "is required for kind \"minibatch\" and accepted there only");
  f.demand(!reading || f.present("sigma") == (kind == Kind::noisy), "sigma",
           "is required for kind \"noisy\" and accepted there only");
  batch = size.value_or(batch);
  sigma = noise.value_or(sigma);
}

namespace {

std::int64_t samples_per_call(const GradientRule& rule, std::int64_t own) {
  switch (rule.kind) {
    case GradientRule::Kind::minibatch:
      return std::min(rule.batch, own);
    case GradientRule::Kind::single_sample:
      return std::min<std::int64_t>(1, own);
    default:
      return own;
  }
}

Purpose purpose_of(const GradientRule& rule) {
  return rule.kind == GradientRule::Kind::noisy ? Purpose::gradient_noise : Purpose::gradient_sample;
}

}  // namespace

GradientOracle::GradientOracle(const Problem& problem, AgentId agent, const GradientRule& rule,
                               std::uint64_t seed)
    : problem_(&problem),
      agent_(agent),
      rule_(rule),
      samples_(samples_per_call(rule, problem.local_samples(agent))),
      stream_(seed, purpose_of(rule), agent) {
  check(rule.kind != GradientRule::Kind::minibatch || rule.batch >= 1, "a minibatch has at least one sample");
}

void GradientOracle::operator()(const ConstVectorRef& x, VectorRef g, Stream& stream) {
  switch (rule_.kind) {
    case GradientRule::Kind::full:
      return problem_->local_gradient(agent_, x, g);
    case GradientRule::Kind::noisy:
      problem_->local_gradient(agent_, x, g);
      return add_noise(g, stream);
    case GradientRule::Kind::minibatch:
    case GradientRule::Kind::single_sample:
      choose(stream);
      return problem_->sampled_gradient(agent_, x, chosen_, g);
  }
}

// Floyd's sample without replacement (Bentley, Floyd, "A sample of brilliance", CACM 30(9), 1987):
// for j = m−b … m−1 take a uniform t of 0 … j, or j itself if t is taken already.
void GradientOracle::choose(Stream& stream) {
  const std::int64_t own = problem_->local_samples(agent_);
  chosen_.resize(static_cast<std::size_t>(samples_));
  taken_.resize(static_cast<std::size_t>(own));
  if (samples_ == own) return std::iota(chosen_.begin(), chosen_.end(), std::int64_t{0});
  std::size_t count = 0;
  for (std::int64_t j = own - samples_; j < own; ++j) {
    auto sample = static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(j) + 1));
    if (taken_[static_cast<std::size_t>(sample)]) sample = j;
    taken_[static_cast<std::size_t>(sample)] = true;
    chosen_[count++] = sample;
  }
  for (const auto sample : chosen_) taken_[static_cast<std::size_t>(sample)] = false;
}

void GradientOracle::add_noise(VectorRef g, Stream& stream) {
  const double scale = rule_.sigma / std::sqrt(static_cast<double>(g.size()));
  for (Eigen::Index j = 0; j < g.size(); ++j) g[j] += scale * stream.normal();
}

}  // namespace taubar::problem
