// The world of real processes: the same agents on MPI ranks. A rank is a host; compute() really computes, messages
// really travel. One thread per rank speaks for its agents and with the other ranks, another computes.
//
// Pace native:    a step takes what it takes, times and plus what the scenario's stragglers impose; a message takes what it
//                 takes; loss and duplication are those of the scenario.
// Pace scenario:  compute times and message delays are the scenario's own draws, from the same streams as in virtual
//                 time; the world waits until they are over, and measures by how much it overran them.
// Time is virtual time: real time since the common start, divided by the time scale. What is drawn is stretched by it.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/agent/program.hpp"
#include "core/topology/digraph.hpp"
#include "core/topology/link_table.hpp"
#include "core/trace/counts.hpp"
#include "core/trace/replay.hpp"
#include "sim/compute/compute_model.hpp"
#include "sim/delay/network_model.hpp"
#include "sim/delay/placement.hpp"
#include "sim/kernel/ladder_queue.hpp"
#include "sim/mpi/clock.hpp"
#include "sim/mpi/compute_thread.hpp"
#include "sim/mpi/exchange.hpp"

namespace taubar::mpi {

using Programs = std::vector<std::unique_ptr<agent::AgentProgram>>;

enum class Pace { native, scenario };

struct WorldOptions {
  Pace pace = Pace::native;
  std::uint64_t seed = 1;
  Time until = never;  ///< nothing happens later than this
  Duration spin = 0;   ///< real ns for which rest() keeps looking before it sleeps: only where ranks have cores to spare
  ExchangeLimits exchange;
  std::size_t kept_steps = 500'000, kept_messages = 500'000;  ///< measured one by one, a rank
};

/// Words from another rank (Exchange::post_control).
struct ControlMessage {
  int from_rank = 0;
  std::uint16_t kind = 0;
  std::vector<double> words;
};

class World final : public agent::Runtime, private Exchange::Listener {
 public:
  /// `programs` of all ranks, in the same order everywhere; host h of the placement is rank h. The graph and the transport
  /// outlive the world.
  World(const topology::Digraph& graph, std::vector<topology::Link> overlay, Programs programs, delay::Placement placement,
        compute::ComputeModel compute, const delay::NetworkSpec& network, Transport& transport, RunClock clock,
        const WorldOptions& options);

  /// Hands the agents of this rank their start. Call once, at the common start.
  void start();
  /// Does what is due: arrivals, ends of steps, timers. False if there was nothing.
  bool turn();
  /// Waits for something to do, until `latest` (virtual time) at most; wakes up for arrivals.
  void rest(Time latest);
  /// No further handler is called; what is on its way still arrives.
  void halt() { halted_ = true; }
  /// Of all ranks together, after halt(): returns when every frame that was posted has arrived.
  void drain();

  void post_control(int rank, std::uint16_t kind, std::span<const double> words) { exchange_.post_control(rank, kind, words); }
  std::vector<ControlMessage> take_control();

  // ---- what the recorder sees, between turns ----
  Time time() const { return clock_.now(); }
  const std::vector<AgentId>& own_agents() const { return own_; }
  const agent::AgentProgram& program(AgentId i) const { return *programs_[i]; }
  std::int64_t steps(AgentId i) const { return place(i).steps; }
  const trace::Counts& counts() const { return counts_; }
  std::uint64_t events() const { return events_; }
  /// Nothing will happen here unless a frame arrives.
  bool idle() const;
  /// Messages that left for other ranks, and that came from them.
  std::int64_t went_out() const { return went_out_; }
  std::int64_t came_in() const { return came_in_; }
  /// When the step that agent i is in was begun; `never` if it is in none.
  Time busy_since(AgentId i) const { return place(i).busy ? place(i).begin : never; }
  /// The agent whose iterate is not finite, if there is one; the world has then halted.
  std::optional<AgentId> diverged_agent() const { return diverged_agent_; }
  /// Every message that has arrived and was not taken, or is held until it is due.
  template <class Visit>
  void for_each_in_flight(const Visit& visit) const {
    pool_.for_each([&](const agent::PayloadBlock& block) { visit(block, block.copies); });
  }
  const std::vector<trace::MeasuredStep>& measured_steps() const { return measured_steps_; }
  /// Those taken, then those still unread.
  std::vector<trace::MeasuredMessage> measured_messages() const;
  /// All but machine and clock.
  trace::RankFigures figures() const;

  // ---- agent::Runtime ----
  AgentId self() const override { return self_; }
  Time now() const override { return now_; }
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
  /// A message at this rank, between arrival and being taken.
  struct Arrival {
    agent::PayloadBlock* block = nullptr;  ///< null: a timer
    std::uint32_t tag = 0;                 ///< of the timer
    Time sent = 0, due = 0, arrived = 0;
    std::int64_t cost_bytes = 0;  ///< 0: it came from this rank
    AgentId to = 0;
  };
  struct Place {
    bool busy = false;
    std::int64_t steps = 0, samples = 0;
    Time begin = 0;      ///< of the step under way
    Time due = 0;        ///< its end; under native pace known only once it has been computed
    Duration work = 0;   ///< real time that it has computed
    bool computed = false, overdue = false;
    std::deque<Arrival> waiting;
  };

  void on_frame(int from_rank, const Frame& frame, agent::PayloadBlock* block) override;
  void hold(const Arrival& arrival);
  void note_congestion();
  bool begin_ready();
  void begin_step(AgentId agent);
  bool collect_computed();
  void computed(const ComputeThread::Done& done);
  bool handle_due();
  void handle(const kernel::Event& event);
  bool poll();
  void deliver(std::uint64_t number);
  void arrive(Arrival& arrival);
  void note_sending(Time begun);
  void complete(AgentId agent);
  void hand_over_waiting(AgentId agent);
  void give(AgentId agent, const Arrival& item);
  agent::Message read(const Arrival& arrival);
  void release_read();
  void pass(std::size_t link, AgentId to, agent::PayloadBlock* block);
  void dispatch(AgentId to, agent::PayloadBlock* block, Time due);
  void schedule(Time time, kernel::EventClass event_class, AgentId origin, AgentId target, std::uint32_t tag = 0,
                std::uint64_t data = 0);
  trace::MeasuredMessage measured(const Arrival& arrival, Duration waited) const;
  Place& place(AgentId i) { return places_[place_of_[i]]; }
  const Place& place(AgentId i) const { return places_[place_of_[i]]; }
  int rank_of(AgentId i) const { return static_cast<int>(placement_.host_of(i)); }
  bool is_own(AgentId i) const { return rank_of(i) == transport_.rank(); }

  const topology::Digraph& graph_;
  topology::LinkTable links_;
  Programs programs_;
  delay::Placement placement_;
  std::vector<AgentId> own_;
  std::vector<std::uint32_t> place_of_;
  std::vector<Place> places_;
  compute::ComputeModel compute_;
  delay::NetworkModel network_;
  Transport& transport_;
  RunClock clock_;
  WorldOptions options_;
  agent::PayloadPool pool_;
  Exchange exchange_;
  kernel::LadderQueue queue_;
  std::uint64_t sequence_ = 0;
  std::vector<Arrival> arrivals_;           ///< held until due, by the event's data
  std::vector<std::uint64_t> free_arrivals_;
  std::deque<AgentId> ready_;               ///< asked for a step that has not been begun
  std::vector<ComputeThread::Done> done_;
  std::vector<agent::Message> inbox_;
  std::vector<agent::PayloadBlock*> to_release_;
  std::vector<ControlMessage> control_;
  AgentId self_ = 0;
  Time now_ = 0;        ///< of the handler under way
  Time polled_at_ = 0;  ///< when arrivals were last looked for
  bool halted_ = false;
  std::optional<AgentId> diverged_agent_;
  trace::Counts counts_;
  std::uint64_t events_ = 0;
  std::int64_t went_out_ = 0, came_in_ = 0, sendings_ = 0;
  std::vector<trace::MeasuredStep> measured_steps_;
  std::vector<trace::MeasuredMessage> measured_messages_;
  trace::RankFigures figures_;
  Time held_back_since_ = never;
  ComputeThread compute_thread_;  ///< last: it stops before what it works on goes
};

}  // namespace taubar::mpi
