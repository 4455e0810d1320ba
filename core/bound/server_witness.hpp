// Watches a server from outside and leaves a ServerTestimony. Costs one ∇F an update; a run without a witness pays
// nothing.
#pragma once
#include "core/agent/program.hpp"
#include "core/agent/witness.hpp"
#include "core/bound/server_testimony.hpp"
#include "core/bound/setting.hpp"

namespace taubar::bound {

class ServerWitness final : public agent::Witness {
 public:
  /// The server is agent n of the setting; both outlive the witness. Made before the agents start.
  ServerWitness(const Setting& setting, const agent::AgentProgram& server);

  void handler_begins(AgentId agent, std::int64_t k, Time time, bool ends_step) override;
  void step_begins(AgentId) override {}
  void sent(AgentId, AgentId, const agent::PayloadBlock&, int) override {}
  void taken(AgentId by, const agent::PayloadBlock& block) override;
  void handler_ended(AgentId agent) override;

  const ServerTestimony& testimony() const { return testimony_; }

 private:
  void note_step();

  const problem::Problem& problem_;
  const agent::AgentProgram& server_;
  AgentId number_;
  ServerTestimony testimony_;
  Vector x_, g_, read_;  ///< the server's present model, room for ∇F, the gradient it reads
  Time now_ = 0;
};

}  // namespace taubar::bound
