// Methods with a server as plain recursions over the gradients in the order in which they come, written apart from the
// programs: what the worlds are held against.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/linear_algebra.hpp"

namespace taubar::test {

struct ServerArrival {
  double time;
  AgentId worker;
};

/// Worker i's gradients come at periods[i], 2·periods[i], …: its compute time and two latencies. Up to and with `until`,
/// those of one instant in increasing worker.
inline std::vector<ServerArrival> server_arrivals(const std::vector<double>& periods, double until) {
  std::vector<ServerArrival> all;
  for (AgentId i = 0; i < periods.size(); ++i)
    for (int m = 1; m * periods[i] <= until; ++m) all.push_back({m * periods[i], i});
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return all;
}

struct ServerRun {
  std::vector<Vector> models;  ///< x^0, x^1, …
  std::int64_t applied = 0, dropped = 0, delay_sum = 0, delay_max = 0, dropped_delay_sum = 0, age_sum = 0;
  std::int64_t updates() const { return static_cast<std::int64_t>(models.size()) - 1; }
};

/// ∇f_i(x)
using LocalGradient = std::function<Vector(AgentId, const Vector&)>;

/// `take(run, g, delay)`: whether the gradient is used; it appends a model where a step is made.
template <class Take>
ServerRun server_run(const std::vector<ServerArrival>& arrivals, std::size_t workers, const Vector& start,
                     const LocalGradient& gradient, const Take& take) {
  ServerRun run{{start}};
  std::vector<std::int64_t> asked(workers, 0);
  for (const auto& [time, i] : arrivals) {
    const std::int64_t delay = run.updates() - asked[i];
    if (take(run, gradient(i, run.models[static_cast<std::size_t>(asked[i])]), delay)) {
      ++run.applied;
      run.delay_sum += delay;
      run.delay_max = std::max(run.delay_max, delay);
    } else {
      ++run.dropped;
      run.dropped_delay_sum += delay;
    }
    asked[i] = run.updates();
  }
  for (const auto version : asked) run.age_sum += run.updates() - version;
  return run;
}

/// x ← x − step(k, delay) g; no step: dropped.
template <class Step>
ServerRun first_come_run(const std::vector<ServerArrival>& arrivals, std::size_t workers, const Vector& start,
                         const LocalGradient& gradient, const Step& step) {
  return server_run(arrivals, workers, start, gradient, [&](ServerRun& run, const Vector& g, std::int64_t delay) {
    const std::optional<double> alpha = step(run.updates(), delay);
    if (alpha) run.models.push_back(run.models.back() - *alpha * g);
    return alpha.has_value();
  });
}

/// x ← x − step(k) mean of the first `batch` gradients at x.
template <class Step>
ServerRun rennala_run(const std::vector<ServerArrival>& arrivals, std::size_t workers, const Vector& start,
                      const LocalGradient& gradient, const Step& step, std::size_t batch) {
  std::vector<Vector> collected;
  return server_run(arrivals, workers, start, gradient, [&](ServerRun& run, const Vector& g, std::int64_t delay) {
    if (delay > 0) return false;
    collected.push_back(g);
    if (collected.size() < batch) return true;
    Vector mean = Vector::Zero(start.size());
    for (const auto& one : collected) mean += one / static_cast<double>(batch);
    collected.clear();
    run.models.push_back(run.models.back() - step(run.updates()) * mean);
    return true;
  });
}

}  // namespace taubar::test
