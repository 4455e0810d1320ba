// What all agents of a process share where tokens travel: the rules, and room for what a token brings beside its iterate.
// Only the agent that holds a token uses its room, inside its handlers.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/algorithm/walk.hpp"

namespace taubar::algorithm {

/// What one token brings, while an agent holds it; afterwards what it left with.
struct TokenBag {
  TokenBag(const WalkLaw& law, std::uint64_t seed, std::uint64_t token, int vectors, int iterates, Eigen::Index d)
      : walk(law, seed, token), moments(vectors, d), theta(iterates, d) {}

  Walk walk;            ///< with the history, where that is carried
  VectorStack moments;  ///< v, s
  VectorStack theta;    ///< runs of several tokens: θ of `version`
  double log_scale = 0; ///< log q_n, where agents keep the visits and a < 1
  std::int64_t version = -1;   ///< that came, or left
  std::int64_t left = -1;      ///< the version whose history stands here
  bool held = false;
  std::int64_t received = -1;  ///< the version that came, for the acknowledgement; −1: it was made here
  AgentId predecessor = 0;     ///< who sent it
};

class TokenDesk {
 public:
  TokenDesk(const Inputs& inputs, StepSize steps, const TokenSgdOptions& options);

  const TokenSgdOptions& options() const { return options_; }
  const WalkLaw& law() const { return law_; }
  double step_size(std::int64_t n) const { return step_size_->at(n); }
  std::size_t tokens() const { return bags_.size(); }
  int moments() const { return moments_; }
  bool keeps_visits() const { return options_.visit_counts == TokenSgdOptions::VisitCounts::kept; }
  /// Which history counts the visits of a token.
  std::size_t history_of(std::size_t token) const {
    return options_.history == TokenSgdOptions::History::shared ? 0 : token;
  }
  std::size_t histories() const { return history_of(tokens() - 1) + 1; }
  /// (start + ⌊t n / m⌋) mod n
  AgentId start_of(std::size_t token) const;
  /// Values of a token's message.
  std::size_t message_size() const { return message_size_; }

  /// Room for a token that has come. Several copies of one may be under way (token_watch.hpp): what this version left with,
  /// or else the oldest that nobody holds.
  TokenBag& take_bag(std::size_t token, std::int64_t version);
  /// The one with the newest version, or its only one.
  const TokenBag& newest_bag(std::size_t token) const;
  /// The bag of that version; null if it is used again.
  const TokenBag* bag(std::size_t token, std::int64_t version) const;

  /// θ, moments and what else travels, between a holder and a message. `theta`: the agent's own. A history that stands in
  /// the bag already, because this version left with it from this process, is not read.
  void pack(VectorView theta, TokenBag& bag, std::span<double> values) const;
  void unpack(std::span<const double> values, VectorView theta, TokenBag& bag, std::int64_t version) const;

  /// What of a bag travels after the moments.
  std::span<const double> weights(const TokenBag& bag) const;
  std::span<double> weights_to_change(TokenBag& bag) const;

  /// Copies of messages, by number: what was given back is used again.
  std::size_t take_copy();
  void give_back(std::size_t copy) { free_copies_.push_back(copy); }
  std::span<double> copy(std::size_t number) { return copies_[number]; }

  /// Room for a row of the kernel.
  std::span<double> row() { return row_; }

  static double expected_bytes(const Scale& scale, int moments, double tokens) {
    const double iterates = tokens > 1 ? 1 : 0;
    const double values = (moments + iterates) * scale.dimension + scale.agents + scale.degree;
    return sizeof(TokenDesk) + tokens * (sizeof(TokenBag) + 8 * values);
  }

 private:
  TokenSgdOptions options_;
  StepSize step_size_;
  WalkLaw law_;
  std::uint64_t seed_;
  Eigen::Index dimension_;
  int moments_;
  std::size_t message_size_ = 0;
  std::vector<std::vector<std::unique_ptr<TokenBag>>> bags_;  ///< by token
  std::vector<std::vector<double>> copies_;
  std::vector<std::size_t> free_copies_;
  std::vector<double> row_;
};

}  // namespace taubar::algorithm
