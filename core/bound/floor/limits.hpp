// The physical limit of the fixed computation model: worker i needs τ_i for a stochastic gradient, all start at 0, and
// nobody ever waits. Nothing that needs B gradients can be done before t_B, however clever the method.
//   N(t) = Σ_i ⌊t/τ_i⌋                      gradients completed by time t
//   t_B  = min{t : N(t) >= B}               B / Σ_i 1/τ_i <= t_B <= min_m (B + m) / Σ_{i<=m} 1/τ_i,  τ_1 <= τ_2 <= …
//   S·τ_1                                   S gradients of which each needs the one before
// The lower limit: N(t) <= t Σ 1/τ_i. The upper: at t = (B + m)/Σ_{i<=m} 1/τ_i, N(t) > Σ_{i<=m} (t/τ_i − 1) = B.
//
// Derived here (theory.md 11.5); the model is that of Tyurin, Richtárik, "Optimal time complexities of parallel
// stochastic optimization methods under a fixed computation model", NeurIPS 2023.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/time.hpp"
#include "core/trace/trace.hpp"

namespace taubar::bound::floor {

/// Seconds as virtual time has them: at least 1 ns; infinite ones become `never`, a worker that never delivers.
std::vector<Duration> durations(std::span<const double> seconds);

/// N(t); at most 2^62.
std::int64_t gradients_by(Time t, std::span<const Duration> tau);
/// t_B for B >= 1; `never` where no worker delivers or it lies beyond 2^62 ns.
Time time_of(std::int64_t gradients, std::span<const Duration> tau);
/// B / Σ_i 1/τ_i, in seconds.
double harmonic_limit(double gradients, std::span<const double> tau);
/// min_m (B + m) / Σ_{i<=m} 1/τ_i over the fastest m workers, in seconds.
double upper_limit(double gradients, std::span<const double> tau);
/// S·τ_1, in seconds.
double chain_limit(double gradients, std::span<const double> tau);

/// `gradients` that took until `end` against t_B; nothing for none of them, or without times.
std::optional<trace::FloorDistance> distance(std::int64_t gradients, Time end, std::span<const Duration> tau);

}  // namespace taubar::bound::floor
