#include "core/problem/posterior.hpp"

#include "core/config/fields.hpp"

namespace taubar::problem {

void PosteriorSpec::fields(config::Fields& f) {
  sample_fields(f);
  f.real("prior_sigma", prior_sigma, config::between(1e-100, 1e100),
         "σ: standard deviation of each parameter under the prior N(0, σ² I)");
  f.choice("partition", partition, partitions(),
           "how samples are dealt out to agents, n times their own for each; left out: every agent has all samples");
}

Shares PosteriorSpec::shares(std::span<const double> targets, std::int64_t agents,
                             std::uint64_t structure_seed) const {
  Shares result{Shares::Of::sum, 1 / (prior_sigma * prior_sigma), agents, std::nullopt};
  if (partition.spec) result.partition = partition->deal(targets, agents, structure_seed);
  return result;
}

}  // namespace taubar::problem
