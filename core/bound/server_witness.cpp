#include "core/bound/server_witness.hpp"

#include <algorithm>

namespace taubar::bound {
namespace {

/// Steps shorter than this, relative to x, have lost digits that their size could be told by.
constexpr double tellable = 1e-6;

ConstVectorView view(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

}  // namespace

ServerWitness::ServerWitness(const Setting& setting, const agent::AgentProgram& server)
    : problem_(*setting.problem),
      server_(server),
      number_(static_cast<AgentId>(setting.agents())),
      x_(view(server.iterate())),
      g_(x_.size()),
      read_(Vector::Zero(x_.size())) {}

void ServerWitness::handler_begins(AgentId, std::int64_t, Time time, bool) { now_ = time; }

void ServerWitness::taken(AgentId by, const agent::PayloadBlock& block) {
  if (by == number_) read_ = ConstVectorView(block.values(), block.size);
}

void ServerWitness::handler_ended(AgentId agent) {
  if (agent != number_ || server_.server_figures()->updates == testimony_.updates) return;
  problem_.gradient(x_, g_);
  testimony_.gradient_norm_squared_sum += g_.squaredNorm();
  note_step();
  x_ = view(server_.iterate());
  ++testimony_.updates;
  testimony_.longest_wait = std::max(testimony_.longest_wait, now_ - testimony_.last_update);
  testimony_.last_update = now_;
}

void ServerWitness::note_step() {
  const Vector moved = x_ - view(server_.iterate());
  if (!(moved.norm() > tellable * x_.norm()) || read_.isZero(0)) return;
  const double step = moved.dot(read_) / read_.squaredNorm();
  testimony_.least_step = std::min(testimony_.least_step, step);
  testimony_.greatest_step = std::max(testimony_.greatest_step, step);
}

}  // namespace taubar::bound
