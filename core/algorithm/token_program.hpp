// An agent among whom tokens travel: it improves the iterate of the one that is here, and sends it on.
#pragma once
#include "core/algorithm/kept_visits.hpp"
#include "core/algorithm/token_desk.hpp"
#include "core/algorithm/token_version.hpp"
#include "core/algorithm/token_watch.hpp"

namespace taubar::algorithm {

class TokenProgram final : public agent::AgentProgram {
 public:
  TokenProgram(std::shared_ptr<TokenDesk> desk, const Inputs& inputs, const Vector& start, AgentId i);

  void on_start(agent::Runtime& runtime) override;
  void compute() override { gradient_(theta(), g()); }
  void on_compute_done(agent::Runtime& runtime) override;
  void on_message(agent::Runtime& runtime, const agent::Message& message) override;
  void on_timer(agent::Runtime& runtime, std::uint32_t tag) override;
  void on_recovery(agent::Runtime& runtime, const agent::Recovery& recovery) override;

  std::span<const double> iterate() const override { return vectors_.span(0); }
  std::optional<agent::TokenView> token(std::size_t index) const override;
  std::optional<double> visit_log_weight(std::size_t token) const override;
  std::optional<trace::TokenFigures> token_figures() const override;
  void state(agent::StateVisitor& visitor) override;

  static double expected_bytes(const Scale& scale, const TokenSgdOptions& options);

 private:
  /// What only runs need that keep visits at the agents, or recover tokens.
  struct Extras {
    std::optional<KeptVisits> visits;
    std::optional<TokenWatch> watch;
    trace::TokenFigures figures;
  };

  void arrive(agent::Runtime& runtime, const agent::Message& message, std::size_t token);
  void turn_away(agent::Runtime& runtime, const agent::Message& message, std::size_t token);
  void read_news(const agent::Message& message, std::size_t token);
  void regenerate(agent::Runtime& runtime, std::size_t token, const TokenWatch::Overdue& overdue);
  void take_up(std::size_t token, std::int64_t version);
  void move_on(agent::Runtime& runtime);
  void hold(agent::Runtime& runtime);
  void send_off(agent::Runtime& runtime, AgentId to);
  void acknowledge(agent::Runtime& runtime, AgentId to, std::size_t token, std::int64_t version);
  AgentId next(AgentId self);
  void count_visit(agent::Runtime& runtime);

  std::int64_t& version(std::size_t token) { return token == 0 ? first_ : others_[token - 1]; }
  std::int64_t version(std::size_t token) const { return token == 0 ? first_ : others_[token - 1]; }
  TokenWatch* watch() { return extras_ && extras_->watch ? &*extras_->watch : nullptr; }
  VectorView theta() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }

  std::shared_ptr<TokenDesk> desk_;
  problem::GradientOracle gradient_;
  VectorStack vectors_;      ///< θ as last seen here, gradient
  std::int64_t first_ = -1;  ///< of token 0: the newest version that was here; −1 before it came
  std::int64_t here_ = 0;    ///< the token whose θ it is
  TokenBag* bag_ = nullptr;  ///< null: it has been sent on
  std::unique_ptr<Extras> extras_;
  std::vector<std::int64_t> others_;  ///< as first_, of the tokens 1 …
};

}  // namespace taubar::algorithm
