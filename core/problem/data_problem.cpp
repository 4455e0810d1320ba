#include "core/problem/data_problem.hpp"

#include "core/config/fields.hpp"

namespace taubar::problem {

DataProblemSpec::DataProblemSpec() { partition = {"uniform", partitions().make("uniform")}; }

void DataProblemSpec::fields(config::Fields& f) {
  sample_fields(f);
  f.real("l2", l2, config::non_negative,
         "weight of the regulariser (l2/2)‖x‖²; with 0 classification has no guaranteed minimiser");
  f.choice("partition", partition, partitions(), "how samples are dealt out to agents");
}

Shares DataProblemSpec::shares(std::span<const double> targets, std::int64_t agents,
                               std::uint64_t structure_seed) const {
  return {Shares::Of::mean, l2, agents, partition->deal(targets, agents, structure_seed)};
}

}  // namespace taubar::problem
