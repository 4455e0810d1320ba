// Recovery of lost tokens, as one agent takes part in it.
//   i sends a token of version (g, n) to j       i keeps a copy of the message, and watches
//   j sends the token on                         j acknowledges to i, which forgets the copy
//   no acknowledgement within the time           i makes the token from the copy: version (g', n) with g' > g. X_{n+1} is
//                                                drawn from a stream of generation g', and i watches again
//   a copy comes to an agent that knows a newer  it is dropped, and acknowledged: nobody is to regenerate it
// Generations are unique: g' = (⌊g / N⌋ + 1) N + i, N agents. So of two copies one is always newer, and the older one
// ends where it meets a place that the newer one has seen. Until then both go on: a holder that was only slow, or an
// acknowledgement that was lost, costs the steps of the older copy.
//
// What it does not mend: a token whose holder and its predecessor both lose their memory before the acknowledgement; that
// token is lost. A visit (with its stays, where the walk does not move) that takes longer than the time is taken for a
// loss; if most do, senders regenerate for ever and the token does not get on. A walk that favours what was visited least
// is drawn to a neighbour that does not answer, at the price of the time for each attempt.
#pragma once
#include <optional>
#include <vector>

#include "core/agent/program.hpp"
#include "core/algorithm/token_desk.hpp"

namespace taubar::algorithm {

/// What one agent has sent off and not yet been told of.
class TokenWatch {
 public:
  TokenWatch(TokenDesk& desk, Duration patience) : desk_(desk), patience_(patience), kept_(desk.tokens()) {}

  /// Before the token's message is sent.
  void keep(agent::Runtime& runtime, std::size_t token, std::int64_t version, std::span<const double> message);
  void acknowledged(std::size_t token, std::int64_t version) {
    if (kept_[token].version == version) forget(token);
  }
  /// The token is here again, or a newer one is.
  void forget(std::size_t token);

  /// A token that was sent off and is overdue.
  struct Overdue {
    std::int64_t version = -1;
    Time absent = 0;  ///< ns since it was sent
    std::size_t copy = 0;
  };
  /// The timer of the token has gone off. The watch over an overdue one is then over, its copy for the caller to give back.
  std::optional<Overdue> look(agent::Runtime& runtime, std::size_t token);
  /// The agent was down, and its timers are gone.
  void resume(agent::Runtime& runtime);

  void state(agent::StateVisitor& visitor);

  static double expected_bytes(double tokens) { return sizeof(TokenWatch) + tokens * sizeof(Kept); }

 private:
  struct Kept {
    std::int64_t version = -1;  ///< −1: nothing
    Time since = 0;
    bool timer = false;  ///< one is set
    std::size_t copy = 0;
  };

  TokenDesk& desk_;
  Duration patience_;
  std::vector<Kept> kept_;  ///< by token
};

}  // namespace taubar::algorithm
