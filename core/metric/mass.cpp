// The balance of push-sum mass.
#include "core/metric/metric.hpp"

namespace taubar::metric {
namespace {

bool has_mass(const Snapshot& s) { return s.mass.has_value(); }

}  // namespace

extern const Metric mass_error, minimum_weight;

const Metric mass_error{
    "mass_error",
    "relative error of the balance of push-sum mass, messages in flight included: "
    "max(|Σy − n|/n, ‖Σx − Σx(0) − Σperturbation‖₂/(1 + ‖Σx(0)‖₂ + ‖Σperturbation‖₂))",
    "invariants of perturbed push-sum: Assran, Rabbat, Asynchronous Gradient Push, IEEE TAC 2021", Cost::agents,
    has_mass, [](const Snapshot& s) { return s.mass->error; }};
const Metric minimum_weight{"minimum_weight", "smallest push-sum weight y_i of an agent", "", Cost::agents, has_mass,
                            [](const Snapshot& s) { return s.mass->minimum_weight; }};

}  // namespace taubar::metric
