// The world of virtual time: agents live over the kernel's event queue, compute for as long as the compute model says
// and talk through the network model. No agent can tell.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/agent/program.hpp"
#include "core/agent/witness.hpp"
#include "core/base/huge_pages.hpp"
#include "core/topology/digraph.hpp"
#include "core/topology/link_table.hpp"
#include "core/trace/counts.hpp"
#include "core/trace/staleness.hpp"
#include "core/trace/timeline.hpp"
#include "sim/asynchrony/bounded_schedule.hpp"
#include "sim/compute/compute_model.hpp"
#include "sim/delay/network_model.hpp"
#include "sim/fault/fault.hpp"
#include "sim/kernel/event_loop.hpp"
#include "sim/virtual_time/compute_pool.hpp"
#include "sim/virtual_time/lives.hpp"
#include "sim/virtual_time/waiting_list.hpp"

namespace taubar::virtual_time {

using Programs = std::vector<std::unique_ptr<agent::AgentProgram>>;

/// When run() returns; 0 or `never` where there is no such limit.
struct Limits {
  Time until = never;  ///< ends before the first event later than this
  std::int64_t updates = 0, gradients = 0, messages = 0;
  std::uint64_t events = 0;
};

enum class Ended {
  time,      ///< the next event lies beyond `until`
  updates,
  gradients,
  messages,
  events,
  asked,     ///< the poll said so
  diverged,  ///< an agent's iterate is not finite
  quiet,     ///< nothing is left to happen
};

/// Measured asynchrony, in units of k = distinct instants at which at least one agent completes a step
/// (scenario.md, "What the words mean").
struct Asynchrony {
  std::int64_t k = 0;
  std::int64_t tau_proc = 0;  ///< largest gap between completions of one agent
  std::int64_t tau_msg = 0;   ///< largest k taken − k sent, unread messages with their age
  std::int64_t tau_bar() const { return tau_proc + tau_msg - 1; }
};

class World final : public agent::Runtime {
 public:
  /// `agents_with_data` programs, then a server's if there is one. The graph outlives the world. `threads` >= 1.
  World(const topology::Digraph& graph, std::vector<topology::Link> overlay, Programs programs,
        std::size_t agents_with_data, compute::ComputeModel compute, const delay::NetworkSpec& network,
        std::uint64_t seed, int threads, const delay::Placement& placement = {});

  /// Notes every local step and message in `timeline` from now on.
  void note_in(trace::Timeline& timeline) { timeline_ = &timeline; }
  /// Has `witness` see every event from now on. It outlives the run.
  void watch(agent::Witness& witness) { witness_ = &witness; }
  /// Lets the schedule say when local steps end and when messages arrive; the compute and network models are then not
  /// asked. Call before start. The programs must begin a step whenever one has ended.
  void follow(std::unique_ptr<asynchrony::BoundedSchedule> schedule) { schedule_ = std::move(schedule); }
  /// Lets the faults happen. Call once, before start.
  void suffer(const fault::Plan& plan);
  /// Starts every agent at time 0, in increasing order. Call once.
  void start();
  /// Lets time go on until a limit. `poll` is called about every 256 events; true asks to end. Exact: a limit on
  /// updates, gradients or messages ends with the event that reaches it.
  Ended run(const Limits& limits, const std::function<bool()>& poll = {});

  // ---- what the recorder sees, between events ----
  Time time() const { return loop_.now(); }
  std::uint64_t events() const { return loop_.events(); }
  std::size_t programs() const { return programs_.size(); }
  std::size_t agents_with_data() const { return agents_with_data_; }
  bool is_link(AgentId from, AgentId to) const { return links_.contains(from, to); }
  const agent::AgentProgram& program(AgentId i) const { return *programs_[i]; }
  const compute::ComputeModel& compute() const { return compute_; }
  const trace::Counts& counts() const { return counts_; }
  const trace::Staleness& staleness() const { return staleness_; }
  /// As of now: open gaps and unread messages included.
  Asynchrony asynchrony() const;
  /// Share of the time of agents with data, up to `end`, neither computing nor in sender overhead.
  double idle_share(Time end) const;
  /// Completed local steps of agent i.
  std::int64_t steps(AgentId i) const { return slots_[i].steps; }
  /// What faults have done so far; nothing if none are planned.
  std::optional<trace::FaultFigures> faults() const { return lives_ ? std::optional(lives_->figures) : std::nullopt; }
  /// Every payload in flight or unread, with the number of copies still to be read.
  template <class Visit>
  void for_each_in_flight(const Visit& visit) const {
    pool_.for_each([&](const agent::PayloadBlock& block) { visit(block, block.copies); });
  }
  /// Hash of the ordered events and of every agent's state.
  std::uint64_t fingerprint();
  /// The agent whose iterate is not finite, after Ended::diverged.
  AgentId diverged_agent() const { return diverged_agent_; }
  /// Bytes the world holds besides programs and graph.
  std::size_t bytes() const;

  // ---- agent::Runtime ----
  AgentId self() const override { return self_; }
  Time now() const override { return loop_.now(); }
  std::span<const AgentId> in_neighbours() const override;
  std::span<const AgentId> out_neighbours() const override;
  agent::Payload payload(agent::MessageKind kind, std::int64_t stamp, std::size_t size) override;
  void send(AgentId to, agent::Payload payload) override;
  void send_to_out_neighbours(agent::Payload payload) override;
  bool sends_have_left() const override;
  void begin_compute(std::int64_t samples) override;
  std::span<const agent::Message> take_inbox() override;
  void set_timer(Duration delay, std::uint32_t tag) override;

 private:
  /// Two cache lines an agent: what every event needs, and what waits.
  struct alignas(64) Slot {
    agent::AgentProgram* program = nullptr;
    std::uint64_t sequence = 0;  ///< of the events it originates
    std::int64_t steps = 0;      ///< completed
    std::int64_t last_k = 0;     ///< of its last completion
    Duration busy = 0;           ///< computing or in overhead, booked so far
    Time busy_until = 0;
    std::uint32_t first_link = 0, out_degree = 0;
    std::int32_t samples = 0;  ///< of the step under way
    WaitingList waiting;
  };
  static_assert(sizeof(void*) != 8 || sizeof(Slot) == 128);

  /// The second line says all that a delivery to a busy agent needs.
  static constexpr std::size_t second_line = 64;

  bool handle(const kernel::Event& event);
  bool finds_its_agent(const kernel::Event& event);
  void crash(AgentId agent);
  void recover(AgentId agent);
  void lose(AgentId by, agent::PayloadBlock* block);
  template <class Handler>
  void witnessed(AgentId agent, bool ends_step, const Handler& handler);
  void deliver(const kernel::Event& event);
  void complete(AgentId agent);
  void hand_over_waiting(AgentId agent);
  void pass_all(std::size_t first, std::span<const AgentId> to, agent::PayloadBlock* block);
  void pass(std::size_t link, AgentId to, agent::PayloadBlock* block);
  agent::Message read(const agent::PayloadBlock& block);
  void release_read();
  void prefetch() const;
  void prefetch_step(const Slot& slot) const;
  bool within(const Limits& limits);
  /// Of the agent whose handler runs: what it has to wait for ends with it.
  std::uint32_t life() const { return lives_ ? (*lives_)[self_].life : 0; }
  kernel::Rank next_rank(kernel::EventClass event_class) {
    return kernel::make_rank(event_class, self_, slots_[self_].sequence++);
  }

  const topology::Digraph& graph_;
  topology::LinkTable links_;
  Programs programs_;
  std::size_t agents_with_data_;
  compute::ComputeModel compute_;
  delay::NetworkModel network_;
  std::unique_ptr<asynchrony::BoundedSchedule> schedule_;  ///< null: the two models above
  ComputePool compute_pool_;
  kernel::EventLoop loop_;
  agent::PayloadPool pool_;
  HugeVector<Slot> slots_;
  WaitingOverflow overflow_;
  std::vector<agent::Message> inbox_;              ///< what take_inbox handed out
  std::vector<agent::PayloadBlock*> to_release_;  ///< read in this handler
  std::vector<Waiting> timers_;                   ///< take_inbox found
  AgentId self_ = 0;
  std::unique_ptr<Lives> lives_;  ///< null: no faults
  trace::Timeline* timeline_ = nullptr;
  agent::Witness* witness_ = nullptr;
  trace::Counts counts_;
  trace::Staleness staleness_;
  std::int64_t k_ = 0, tau_proc_ = 0, tau_msg_ = 0;
  Time last_instant_ = -1;
  AgentId diverged_agent_ = 0;
  bool diverged_ = false;
  Ended ended_ = Ended::quiet;
};

/// A handler of the agent, between the witness's two looks.
template <class Handler>
void World::witnessed(AgentId agent, bool ends_step, const Handler& handler) {
  if (witness_) [[unlikely]] witness_->handler_begins(agent, k_, now(), ends_step);
  handler();
  if (witness_) [[unlikely]] witness_->handler_ended(agent);
}

}  // namespace taubar::virtual_time
