#include "core/bound/server_assumptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace taubar::bound {
namespace {

/// Gradients that differ by less, relative to their size, are equal but for rounding.
constexpr double equal_enough = 1e-12;

/// max_i ‖∇f_i(x) − ∇f_0(x)‖ / max_i ‖∇f_i(x)‖
double spread_at(const problem::Problem& problem, const Vector& x) {
  Vector first(x.size()), g(x.size());
  problem.local_gradient(0, x, first);
  double spread = 0, size = first.norm();
  for (AgentId i = 1; i < problem.agents(); ++i) {
    problem.local_gradient(i, x, g);
    spread = std::max(spread, (g - first).norm());
    size = std::max(size, g.norm());
  }
  return size > 0 ? spread / size : 0;
}

}  // namespace

Vector starting_point(const Setting& setting) { return setting.initial->colwise().mean().transpose(); }

std::optional<double> initial_gap(const Setting& setting) {
  if (!setting.minimiser) return std::nullopt;
  return setting.problem->value(starting_point(setting)) - setting.objective_at_minimiser;
}

std::optional<double> initial_distance(const Setting& setting) {
  if (!setting.minimiser) return std::nullopt;
  return (starting_point(setting) - *setting.minimiser).norm();
}

std::optional<double> noise_variance(const Setting& setting) {
  using Kind = problem::GradientRule::Kind;
  const auto& rule = setting.gradient;
  if (rule.kind == Kind::full) return 0.0;
  if (rule.kind == Kind::noisy) return rule.sigma * rule.sigma;
  const std::int64_t batch = rule.kind == Kind::minibatch ? rule.batch : 1;
  for (AgentId i = 0; i < setting.agents(); ++i)
    if (batch < setting.problem->local_samples(i)) return std::nullopt;
  return 0.0;
}

std::vector<double> slowest_exchanges(const Setting& setting) {
  auto seconds = setting.times.slowest;
  for (double& s : seconds) s += 2 * setting.times.message_slowest;
  return seconds;
}

std::vector<double> fastest_exchanges(const Setting& setting) {
  auto seconds = setting.times.fastest;
  for (double& s : seconds) s += 2 * setting.times.message_fastest;
  return seconds;
}

double longest_delay_allowed(const Setting& setting) {
  const double used = setting.method.longest_delay ? static_cast<double>(*setting.method.longest_delay) : HUGE_VAL;
  if (setting.times.slowest.empty()) return used;
  const auto slowest = slowest_exchanges(setting), fastest = fastest_exchanges(setting);
  double longest = 0;
  for (std::size_t i = 0; i < slowest.size(); ++i) {
    double delay = 0;
    for (std::size_t j = 0; j < fastest.size(); ++j)
      if (j != i) delay += std::floor(slowest[i] / fastest[j]) + 1;
    longest = std::max(longest, delay);
  }
  return std::min(longest, used);
}

std::string figure(double value) { return std::isinf(value) ? "infinite" : fmt::format("{:.4g}", value); }

bool assume_method(Verdict& verdict, const Setting& setting, std::string_view name) {
  return verdict.assume("method", std::string(name), setting.method.name, setting.method.name == name);
}

bool assume_homogeneous(Verdict& verdict, const Setting& setting) {
  const Vector start = starting_point(setting);
  double spread = std::max(spread_at(*setting.problem, start), spread_at(*setting.problem, start + Vector::Ones(start.size())));
  if (setting.minimiser) spread = std::max(spread, spread_at(*setting.problem, 2 * *setting.minimiser - start));
  return verdict.assume("homogeneous data, at three points", "gradients of all f_i equal to 1e-12",
                        fmt::format("they differ by {:.1e} of their size", spread), spread <= equal_enough);
}

bool assume_minimiser_known(Verdict& verdict, const Setting& setting) {
  return verdict.assume("minimiser", "known", setting.minimiser ? "known" : "unknown", setting.minimiser != nullptr);
}

bool assume_variance_known(Verdict& verdict, const Setting& setting) {
  const auto variance = noise_variance(setting);
  return verdict.assume("variance of the gradients", "known (gradient: full or noisy)",
                        variance ? figure(*variance) : "unknown", variance.has_value());
}

bool assume_one_gradient_an_update(Verdict& verdict, const Setting& setting) {
  return verdict.assume("gradients an update", "one", std::to_string(setting.method.batch), setting.method.batch == 1);
}

bool assume_one_gradient_an_update(Verdict& verdict, const trace::ServerFigures& server) {
  return verdict.assume("gradients an update", "one", fmt::format("{} in {} updates", server.applied, server.updates),
                        server.applied == server.updates);
}

bool assume_first_come(Verdict& verdict, const Setting& setting) {
  const bool first_come = setting.method.server && setting.method.asynchronous;
  verdict.assume("a server applies gradients as they come", "yes", first_come ? "yes" : "no", first_come);
  verdict.assume("what else moves its iterate", "nothing", setting.method.langevin ? "noise" : "nothing", !setting.method.langevin);
  if (verdict.declined()) return false;
  assume_homogeneous(verdict, setting);
  assume_minimiser_known(verdict, setting);
  assume_variance_known(verdict, setting);
  if (verdict.declined()) return false;
  verdict.constant("L", setting.problem->constants().smoothness);
  verdict.constant("F(x^0) − F*", *initial_gap(setting));
  verdict.constant("sigma^2", *noise_variance(setting));
  return true;
}

}  // namespace taubar::bound
