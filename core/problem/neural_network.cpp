// F(θ) = (1/N) Σ_s ℓ(m(a_s; θ); y_s) + (l2/2)‖θ‖², m the margins of a multilayer perceptron (network_sum.hpp): log-loss
// of classes, or ½(m − y)². Not convex: no L, no mu, no minimiser is known.
#include "core/config/fields.hpp"
#include "core/problem/data_problem.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/network_spec.hpp"

namespace taubar::problem {
namespace {

struct NeuralNetwork final : NetworkProblemSpec<DataProblemSpec> {
  void fields(config::Fields& f) override {
    DataProblemSpec::fields(f);
    network.fields(f);
  }
  Task task(std::vector<double> labels, const std::string& source) const override {
    return network.task(std::move(labels), source, 1);
  }
};

}  // namespace

const config::Entry<ProblemSpec> neural_network_entry{
    "neural_network",
    "multilayer perceptron, mean loss of classes or numbers; by default it starts from a random point",
    "Rumelhart, Hinton, Williams, Nature 323, 1986; starting point: LeCun, Bottou, Orr, Müller, 1998",
    R"({"kind": "neural_network", "layers": [5, 4], "l2": 1e-3,
        "data": {"generator": "forest_cover", "rows": 100, "scale": "minmax", "held_out": 0.2}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<NeuralNetwork>(); }};

}  // namespace taubar::problem
