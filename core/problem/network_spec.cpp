#include "core/problem/network_spec.hpp"

#include <set>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"

namespace taubar::problem {
namespace {

constexpr std::size_t most_layers = 100;
constexpr double widest = 1e6;

}  // namespace

void NetworkSpec::fields(config::Fields& f) {
  f.one_of<Job>("task", job, {{"classification", Job::classification}, {"regression", Job::regression}},
                "what targets are: labels of classes, or numbers");
  f.integers("layers", shape.hidden, config::between(1, widest),
             "units of each hidden layer, from the features on; [] is a linear model with offsets");
  f.one_of<Activation>("activation", shape.activation,
                       {{"tanh", Activation::tanh},
                        {"relu", Activation::relu},
                        {"sigmoid", Activation::sigmoid},
                        {"softplus", Activation::softplus}},
                       "of every hidden unit; relu is max(0, z), softplus log(1+exp(z))");
  f.demand(shape.hidden.size() <= most_layers, "layers",
           "has " + std::to_string(shape.hidden.size()) + " layers; at most " + std::to_string(most_layers) +
               " are accepted");
}

Task NetworkSpec::task(std::vector<double> labels, const std::string& source, double variance) const {
  if (job == Job::regression) return {squared_loss(variance), std::move(labels)};
  const auto count = std::set<double>(labels.begin(), labels.end()).size();
  if (count < 2) throw InputError(source + ": all labels are alike; two classes are the least accepted");
  return count == 2 ? two_class_task(std::move(labels), std::nullopt, source)
                    : many_class_task(std::move(labels), source);
}

}  // namespace taubar::problem
