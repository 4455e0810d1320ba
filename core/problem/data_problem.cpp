#include "core/problem/data_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "core/problem/empirical_risk.hpp"

namespace taubar::problem {

namespace {

constexpr std::int64_t max_dimension = std::int64_t{1} << 27;  // 1 GiB for each vector

void refuse_too_many_unknowns(std::int64_t outputs, std::int64_t features) {
  if (outputs > max_dimension / features)
    throw InputError(
        fmt::format("problem: {} classes x {} features are more than {} unknowns, the most accepted", outputs,
                    features, max_dimension));
}

}  // namespace

DataProblemSpec::DataProblemSpec() {
  data.generator = data::Generator::gaussian;
  partition = {"uniform", partitions().make("uniform")};
}

void DataProblemSpec::fields(config::Fields& f) {
  common_fields(f);
  // A `data` that is there says all itself: the default generator must not stand beside a file.
  if (f.reading() && f.present("data")) data = {};
  f.object("data", data, "the samples; left out: generated ones");
  f.demand(!data.positive_class || takes_positive_class(), "data",
           "\"positive_class\" goes with logistic_regression only");
  f.real("l2", l2, config::non_negative,
         "weight of the regulariser (l2/2)‖x‖²; with 0 classification has no guaranteed minimiser");
  f.choice("partition", partition, partitions(), "how samples are dealt out to agents");
}

std::shared_ptr<const Problem> DataProblemSpec::build(std::int64_t agents,
                                                      std::uint64_t structure_seed) const {
  auto table = data.load(targets(), structure_seed);
  auto chosen = task(table.target, data.file.empty() ? "the generated data" : data.file);
  refuse_too_many_unknowns(chosen.loss->outputs(), table.columns);
  const auto parts = partition->deal(chosen.targets, agents, structure_seed);
  return std::make_shared<EmpiricalRisk>(
      SampleSum(FeatureMatrix(table), std::move(chosen.targets), std::move(chosen.loss)), parts, l2);
}

// The table, and two copies of it at most half as large again where they are dense (density >= 0.3: 8 bytes
// an entry against 12 a stored value), order and targets.
double DataProblemSpec::expected_bytes(std::int64_t agents) const {
  constexpr double dense_against_stored = 8 / (0.3 * 12);
  return (1 + 2 * dense_against_stored) * data.expected_bytes() + 8.0 * static_cast<double>(agents);
}

std::vector<double> classes_of(const std::vector<double>& labels, std::size_t most, const std::string& source,
                               const std::string& accepted) {
  std::set<double> seen;
  for (const double label : labels)
    if (seen.insert(label).second && seen.size() > most)
      throw InputError(fmt::format("{}: more than {} different labels ({}, …); {}", source, most,
                                   listed({seen.begin(), seen.end()}), accepted));
  return {seen.begin(), seen.end()};
}

std::string listed(const std::vector<double>& labels) {
  const auto shown = std::min<std::size_t>(labels.size(), 5);
  return fmt::format("{}",
                     fmt::join(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
}

}  // namespace taubar::problem
