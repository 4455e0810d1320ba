// Watches a push method's run from outside and leaves a PushTestimony: every event is checked for conservation of mass,
// and the certificates of theory.md 1.6 and 1.7 are evaluated as the run goes on.
//
// Costs O(d) an event besides what the agents do, O(n d) a checkpoint, and the certificate's coefficients; a run without
// a witness pays nothing. Not for methods with running sums: their messages are not mass.
#pragma once
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/agent/program.hpp"
#include "core/agent/witness.hpp"
#include "core/bound/contraction.hpp"
#include "core/bound/descent.hpp"
#include "core/bound/push_testimony.hpp"
#include "core/bound/setting.hpp"

namespace taubar::bound {

class PushWitness final : public agent::Witness {
 public:
  /// `programs`: the n agents; they and the setting outlive the witness. Made before the agents start.
  PushWitness(const Setting& setting, std::vector<const agent::AgentProgram*> programs);

  void handler_begins(AgentId agent, std::int64_t k, Time time, bool ends_step) override;
  void step_begins(AgentId agent) override;
  void sent(AgentId from, AgentId to, const agent::PayloadBlock& block, int arriving) override;
  void taken(AgentId by, const agent::PayloadBlock& block) override;
  void handler_ended(AgentId agent) override;
  void lost(AgentId by, const agent::PayloadBlock& block) override;
  void state_lost(AgentId agent) override;

  /// Call once, at the end of the run.
  PushTestimony finish();

 private:
  /// A message in flight, or kept by its receiver for its round; one for all copies of a multicast.
  struct Message {
    std::size_t entry = 0;   ///< of the certificate
    double weight = 0;       ///< y' of one copy
    std::int64_t copies = 0; ///< not yet read
  };
  /// A copy that was read but waits for its round (methods that mix by round).
  struct Kept {
    std::size_t entry = 0;
    double weight = 0;
    std::int64_t stamp = 0;
  };
  struct Agent {
    double weight = 1;        ///< y of what it has mixed
    std::int64_t steps = 0;   ///< completed
    std::vector<Kept> kept;
  };

  void settle_sent();
  void mix(AgentId agent, const Kept& copy);
  void mix_round(AgentId agent);
  void update(AgentId agent);
  void check_locally(AgentId agent, const agent::PushMass& after);
  void check_step(AgentId agent, double step);
  void check_hull(AgentId agent);
  void check_ratio(AgentId agent, const agent::PushMass& after);
  void new_instant(std::int64_t k);
  void checkpoint_if_due();
  void checkpoint();
  void thin_checkpoints();
  Vector check_mass();
  double certify();
  ConstVectorView iterate(AgentId agent) const;

  const Setting& setting_;
  std::vector<const agent::AgentProgram*> programs_;
  Eigen::Index d_;
  PushTestimony testimony_;
  Contraction contraction_;
  std::unique_ptr<Descent> descent_;  ///< null where x* or the constants are unknown
  std::vector<Agent> agents_;
  std::unordered_map<const agent::PayloadBlock*, Message> messages_;
  std::unordered_map<std::size_t, std::int64_t> unmixed_;  ///< copies still to be added, by entry
  Matrix begun_;         ///< n×d: z_i as its step under way began
  Vector begun_z_;       ///< the same of the step that has just ended
  Vector mean_;          ///< x̄: Σ x / n
  Vector start_;         ///< Σ x(0)
  Vector perturbation_;  ///< Σ η

  // ---- of the handler under way ----
  std::int64_t k_ = 0;
  Time time_ = 0;
  bool ends_step_ = false, hull_ = false, silent_ = true;
  Vector before_, moved_before_;  ///< the agent's x and Σ η before
  double weight_before_ = 0;      ///< all it held
  Vector passed_;                 ///< Σ x' of what it read − of what it sent
  double passed_weight_ = 0, passed_size_ = 0;
  const agent::PayloadBlock* sending_ = nullptr;  ///< what is being sent, and so far to how many
  double sending_copies_ = 0;
  std::size_t place_ = 0;         ///< of its perturbation in the certificate
  double mixed_weight_ = 1;       ///< y of what it had mixed before
  Vector eta_, low_, high_, scratch_;

  double instant_largest_ = 0, instant_largest_1_ = 0;  ///< max_i ‖η_i‖ of the instant under way
  double sum_ = 0, sum_1_ = 0;                          ///< of those before
  double greatest_sum_ = 0;  ///< the most that one event summed: what round-off is relative to
  double trivial_ = 0, largest_ = 0, squares_ = 0;
  std::int64_t checkpoint_every_ = 1, next_checkpoint_ = 1;
};

}  // namespace taubar::bound
