// With probability weight_i / Σ weights, a draw of component i.
#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "sim/law/blend.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

struct Mixture final : LawSpec {
  std::vector<double> weights;
  std::vector<config::Choice<LawSpec>> components;

  void fields(config::Fields& f) override {
    f.reals("weights", weights, config::non_negative, "one for each component; divided by their sum",
            config::required);
    f.choices("components", components, laws(), "the laws to choose from", config::required);
    f.demand(weights.size() == components.size() && !weights.empty(), "weights",
             "as many weights as components are accepted, at least one");
    f.demand(weights.empty() || total() > 0, "weights", "the sum is 0 or overflows; one must be positive");
    common_fields(f);
  }

  std::unique_ptr<Law> build_plain(std::uint64_t seed, std::uint64_t place) const override {
    std::vector<std::unique_ptr<Law>> built;
    for (const auto& component : components)
      built.push_back(component->build(seed, place_within(place, built.size())));
    return std::make_unique<Blend>(weights, std::move(built));
  }

 private:
  double total() const {  // 0 if it overflows
    double sum = 0;
    for (double weight : weights) sum += weight;
    return sum < config::unbounded ? sum : 0;
  }
};

}  // namespace

extern const config::Entry<LawSpec> mixture_entry{
    "mixture",
    "one of the components, chosen anew for each draw; law and mean are the weighted sums; support their "
    "union",
    "",
    R"({"kind": "mixture", "weights": [0.9, 0.1], "components": [{"kind": "exponential", "mean": 0.001}, {"kind": "uniform", "low": 0.05, "high": 0.1}]})",
    make_spec<Mixture>};

}  // namespace taubar::law
