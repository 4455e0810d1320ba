// Particles that move by Langevin steps, as far as bounds ask.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "core/trace/draws.hpp"

namespace taubar::bound {

/// θ ← θ − η_k g + √(2 η_k T) ξ
struct LangevinChain {
  bool plain = false;    ///< as above: no momentum, no preconditioner, no Metropolis test
  bool delayed = false;  ///< one chain at a server, moved by gradients of its workers
  bool constant_step = false, constant_temperature = false;
  std::function<double(std::int64_t)> step;  ///< η_k of own update k = 0, 1, …
  double temperature = 1;                    ///< T at k = 0
  std::int64_t particles = 1;                ///< of an agent (of the server)
  double initial_spread = 0;                 ///< s: they start at N(x_i(0), s² I), x_i(0) their agent's initial iterate
  trace::DrawRule draws = {};
  /// Why draws do not have the law that the kernel gives one particle by itself; empty if they have it.
  std::string law_lost = {};
};

}  // namespace taubar::bound
