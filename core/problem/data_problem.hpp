// Losses averaged over samples that are dealt out to agents: the partition and the regulariser.
#pragma once
#include "core/problem/sample_problem.hpp"

namespace taubar::problem {

struct DataProblemSpec : SampleProblemSpec {
  double l2 = 0;
  config::Choice<PartitionSpec> partition;

  DataProblemSpec();
  void fields(config::Fields& f) override;

 protected:
  Shares shares(std::span<const double> targets, std::int64_t agents,
                std::uint64_t structure_seed) const override;
};

}  // namespace taubar::problem
