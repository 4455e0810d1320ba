// What the problems made of data share: the data, the partition, the regulariser.
#pragma once
#include <vector>

#include "core/problem/data/data_spec.hpp"
#include "core/problem/loss.hpp"
#include "core/problem/partition.hpp"
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {

/// A loss with the targets it wants, one a sample.
struct Task {
  std::shared_ptr<const Loss> loss;
  std::vector<double> targets;
};

struct DataProblemSpec : ProblemSpec {
  data::DataSpec data;
  double l2 = 0;
  config::Choice<PartitionSpec> partition;

  DataProblemSpec();
  void fields(config::Fields& f) override;
  std::shared_ptr<const Problem> build(std::int64_t agents, std::uint64_t structure_seed) const override;
  double expected_bytes(std::int64_t agents) const override;

 protected:
  virtual data::Targets targets() const = 0;
  virtual bool takes_positive_class() const { return false; }
  /// From the labels as read; `source` names the data in complaints. InputError for unusable labels.
  virtual Task task(std::vector<double> labels, const std::string& source) const = 0;
};

/// The different values among the labels, ascending. InputError above `most`; `accepted` ends the message.
std::vector<double> classes_of(const std::vector<double>& labels, std::size_t most, const std::string& source,
                               const std::string& accepted);

/// "0, 3, 7", at most five of them.
std::string listed(const std::vector<double>& labels);

}  // namespace taubar::problem
