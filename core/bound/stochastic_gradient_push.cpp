#include "core/bound/stochastic_gradient_push.hpp"

#include "core/base/math.hpp"
#include "core/bound/push_sum_rate.hpp"

namespace taubar::bound {

std::optional<RoundsConstants> rounds_constants(Verdict& verdict, const Setting& setting) {
  const auto& method = setting.method;
  const bool rounds = method.push && method.by_round && method.gradient_steps;
  if (!verdict.assume("gradient steps in rounds", "gradient_push or stochastic_gradient_push", method.name, rounds))
    return std::nullopt;
  if (!verdict.assume("rounds do not overlap", "overlap 0", std::to_string(method.overlap), method.overlap == 0))
    return std::nullopt;
  const double n = static_cast<double>(setting.agents()), B = static_cast<double>(method.period);
  const auto rate = published_rate(n, setting.shares(), static_cast<double>(setting.diameter), B);
  if (!verdict.assume("the rate is defined", "n D^{−W} < 1", rate ? "yes" : "no", rate.has_value())) return std::nullopt;
  RoundsConstants constants;
  constants.log10_C = (rate->log_C + 0.5 * math::log(static_cast<double>(setting.dimension()))) / math::log_10;
  constants.log10_one_minus_q = rate->log_one_minus_q / math::log_10;
  verdict.constant("n", n);
  verdict.constant("D", setting.shares(), "1 / smallest share");
  verdict.constant("d", static_cast<double>(setting.dimension()));
  verdict.constant("B", B, "rounds whose union is the graph");
  verdict.constant("Δ", static_cast<double>(setting.diameter), "of that union");
  verdict.constant("W", rate->W, "(Δ+1) B");
  verdict.constant_log10("C", constants.log10_C);
  verdict.constant_log10("1 − q", constants.log10_one_minus_q);
  return constants;
}

}  // namespace taubar::bound
