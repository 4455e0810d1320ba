#include "core/problem/sample_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "core/problem/linear_risk.hpp"

namespace taubar::problem {

namespace {

constexpr double max_dimension = 1 << 27;  // 1 GiB for each vector
constexpr std::size_t max_classes = 1000;

/// The last `count` targets, taken off the others.
std::vector<double> last_of(std::vector<double>& targets, std::int64_t count) {
  const auto first = targets.end() - count;
  std::vector<double> last(first, targets.end());
  targets.erase(first, targets.end());
  return last;
}

}  // namespace

SampleProblemSpec::SampleProblemSpec() { data.generator = data::Generator::gaussian; }

void SampleProblemSpec::sample_fields(config::Fields& f) {
  common_fields(f);
  // A `data` that is there says all itself: the default generator must not stand beside a file.
  if (f.reading() && f.present("data")) data = {};
  f.object("data", data, "the samples; left out: generated ones");
  f.demand(!data.positive_class || takes_positive_class(), "data",
           "\"positive_class\" goes with logistic_regression and bayesian_logistic_regression only");
}

// Labels of both parts together say which classes there are.
std::shared_ptr<const Problem> SampleProblemSpec::build(std::int64_t agents,
                                                        std::uint64_t structure_seed) const {
  auto tables = data.load(targets(), structure_seed);
  auto labels = tables.training.target;
  labels.insert(labels.end(), tables.held_out.target.begin(), tables.held_out.target.end());
  auto training = task(std::move(labels), data.file.empty() ? "the generated data" : data.file);
  const double size = unknowns(tables.training.columns, training.loss->outputs());
  if (!(size <= max_dimension))
    throw InputError(fmt::format("problem: {} outputs on {} features are {:.0f} unknowns; at most {:.0f} are accepted",
                                 training.loss->outputs(), tables.training.columns, size, max_dimension));
  Task kept{training.loss, last_of(training.targets, tables.held_out.rows())};
  auto parts = shares(training.targets, agents, structure_seed);
  std::shared_ptr<const SampleTerms> held_out;
  if (!kept.targets.empty()) held_out = terms(FeatureMatrix(tables.held_out), std::move(kept));
  return risk(terms(FeatureMatrix(tables.training), std::move(training)), std::move(parts), std::move(held_out));
}

// The table, and two copies of it at most half as large again where they are dense (density >= 0.3: 8 bytes
// an entry against 12 a stored value), order and targets.
double SampleProblemSpec::expected_bytes(std::int64_t agents) const {
  constexpr double dense_against_stored = 8 / (0.3 * 12);
  return (1 + 2 * dense_against_stored) * data.expected_bytes() + 8.0 * static_cast<double>(agents);
}

double SampleProblemSpec::unknowns(std::int64_t features, std::int64_t outputs) const {
  return static_cast<double>(features) * static_cast<double>(outputs);
}

std::shared_ptr<const SampleTerms> SampleProblemSpec::terms(FeatureMatrix features, Task task) const {
  return std::make_shared<SampleSum>(std::move(features), std::move(task.targets), std::move(task.loss));
}

std::shared_ptr<const Problem> SampleProblemSpec::risk(std::shared_ptr<const SampleTerms> training, Shares shares,
                                                       std::shared_ptr<const SampleTerms> held_out) const {
  return std::make_shared<LinearRisk>(std::static_pointer_cast<const SampleSum>(training), std::move(shares),
                                      std::move(held_out));
}

Task two_class_task(std::vector<double> labels, const std::optional<double>& positive_class,
                    const std::string& source) {
  if (positive_class && std::find(labels.begin(), labels.end(), *positive_class) == labels.end())
    throw InputError(
        fmt::format("{}: no sample has the label {} of \"positive_class\"", source, *positive_class));
  const double positive =
      positive_class ? *positive_class
                     : classes_of(labels, 2, source,
                                  "two are accepted, or \"positive_class\" names the one against the rest")
                           .back();
  for (double& label : labels) label = label == positive ? 1.0 : -1.0;
  return {logistic_loss(), std::move(labels)};
}

Task many_class_task(std::vector<double> labels, const std::string& source) {
  const auto classes = classes_of(labels, max_classes, source, "at most that many classes are accepted");
  for (double& label : labels)
    label = static_cast<double>(std::lower_bound(classes.begin(), classes.end(), label) - classes.begin());
  return {softmax_loss(static_cast<std::int64_t>(classes.size())), std::move(labels)};
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
