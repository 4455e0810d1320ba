// A token on a random walk along links, as far as bounds ask: the chain, the self-repellence and the steps.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "core/topology/spectral/reversible.hpp"

namespace taubar::bound {

/// β_{n+1} = initial (n + offset)^−power of the step from θ_n to θ_{n+1}.
struct PowerStep {
  double initial = 0, power = 0, offset = 1;
};

struct TokenWalk {
  std::size_t tokens = 1;
  std::shared_ptr<const topology::ReversibleChain> chain;  ///< null: the walk does not go along links
  double alpha = 0;                   ///< of the self-repellence
  bool history_driven_target = false;  ///< which moves the target of the chain, instead of its kernel
  double history_power = 1;           ///< a: γ_n = (n+1)^−a
  bool plain_sgd = false;             ///< θ_{n+1} = θ_n − β_{n+1} g, without moments
  std::optional<PowerStep> step;      ///< nothing where the schedule is not a power

  /// Of the chain; decomposed once.
  const topology::ChainModes& modes() const {
    if (!modes_) modes_ = std::make_shared<const topology::ChainModes>(topology::modes(*chain));
    return *modes_;
  }

 private:
  mutable std::shared_ptr<const topology::ChainModes> modes_;
};

}  // namespace taubar::bound
