// Tokens: iterates that travel from agent to agent, seen from outside.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace taubar::agent {

/// A token as the agent that had it last left it, or holds it.
struct TokenView {
  std::size_t index = 0;            ///< which of the run's tokens
  std::int64_t steps = -1;          ///< n, the steps behind it; −1: never seen
  std::span<const double> iterate;  ///< θ_n, d values
  std::span<const double> history;  ///< w_1 … w_N, q: its walk's history is x_n = q w; empty where nobody has it whole
  std::int64_t generation = 0;      ///< how it descends from tokens that were regenerated: the larger, the newer

  /// Of two views of one token: whether this one shows a later state of it, or of the one that stands for it.
  bool newer_than(const TokenView& other) const {
    return generation != other.generation ? generation > other.generation : steps > other.steps;
  }
};

/// How tokens move, as far as measures ask.
struct TravelLaw {
  std::vector<double> target;                ///< μ: the shares of visits in the long run, N values with sum 1
  double history_power = 1;                  ///< a of the history's weights γ_n = (n+1)^−a
  std::function<double(std::int64_t)> step;  ///< of the step from θ_n to θ_{n+1}: β_{n+1}
};

}  // namespace taubar::agent
