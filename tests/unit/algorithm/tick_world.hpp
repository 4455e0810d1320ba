// The smallest world in which agents can live: time is a number of ticks of half a second. At each tick,
// first all messages that fall due are delivered, in order of (sender, sending), then all local steps that
// end, in order of agents, then all timers of idle agents. Compute 2 ticks and latency 1 tick unless said otherwise. It shares no code with
// sim/.
#pragma once
#include <algorithm>
#include <functional>
#include <memory>

#include "core/algorithm/algorithm.hpp"
#include "tests/unit/algorithm/scripted_runtime.hpp"

namespace taubar::test {

class TickWorld {
 public:
  TickWorld(algorithm::Programs programs, const topology::Digraph& graph) : programs_(std::move(programs)) {
    for (AgentId i = 0; i < programs_.size(); ++i)
      runtimes_.push_back(std::make_unique<ScriptedRuntime>(i, graph, *programs_[i]));
    due_.assign(programs_.size(), 0);
    trajectory.resize(programs_.size());
  }

  // ---- the laws of this world; change before run ----
  std::function<std::int64_t(AgentId)> compute_ticks = [](AgentId) { return 2; };
  std::function<std::int64_t(const SentMessage&)> latency_ticks = [](const SentMessage&) { return 1; };
  /// Copies of a message that arrive, each one tick after the other; 0: it is lost.
  std::function<int(const SentMessage&)> copies = [](const SentMessage&) { return 1; };
  /// The answer to sends_have_left.
  std::function<bool(AgentId)> have_left = [](AgentId) { return true; };
  std::function<void()> after_tick = [] {};

  /// Runs up to and with the given tick.
  void run_until(std::int64_t last_tick) {
    for (; tick_ <= last_tick; ++tick_) {
      if (tick_ == 0)
        for (AgentId i = 0; i < runtimes_.size(); ++i) act(i, [](ScriptedRuntime& r) { r.start(); });
      deliver_what_is_due();
      for (AgentId i = 0; i < runtimes_.size(); ++i)
        if (runtimes_[i]->computing() && due_[i] == tick_)
          act(i, [](ScriptedRuntime& r) { r.finish_compute(); });
      for (AgentId i = 0; i < runtimes_.size(); ++i)
        for (bool some = true; some;) act(i, [&some](ScriptedRuntime& r) { some = r.let_timer_go_off(); });
      after_tick();
    }
  }
  /// Runs until every agent of 0 … agents−1 has begun `steps` local steps, at most up to the given tick.
  void run_steps(std::size_t steps, std::size_t agents, std::int64_t last_tick = 1'000'000) {
    const auto behind = [&](const auto& t) { return t.size() < steps; };
    while (tick_ <= last_tick &&
           std::any_of(trajectory.begin(), trajectory.begin() + static_cast<std::ptrdiff_t>(agents), behind))
      run_until(tick_);
  }

  std::int64_t tick() const { return tick_; }
  agent::AgentProgram& program(AgentId i) { return *programs_[i]; }
  ScriptedRuntime& runtime(AgentId i) { return *runtimes_[i]; }
  Vector iterate(AgentId i) const {
    const auto values = programs_[i]->iterate();
    return ConstVectorView(values.data(), static_cast<Eigen::Index>(values.size()));
  }
  const std::vector<SentMessage>& in_flight() const { return in_flight_; }
  std::size_t messages_sent() const { return messages_sent_; }

  /// Σ over agents, messages in flight and messages waiting of (x − perturbation) and of y, what running sums have
  /// outstanding included.
  std::pair<Vector, double> mass(Eigen::Index dimension) const {
    Vector x = Vector::Zero(dimension);
    double weight = 0;
    for (const auto& program : programs_) {
      const auto mass = program->push_mass();
      x += ConstVectorView(mass->x.data(), dimension);
      if (!mass->perturbation.empty()) x -= ConstVectorView(mass->perturbation.data(), dimension);
      weight += mass->weight + mass->outstanding_weight;
      if (!mass->outstanding_x.empty()) x += ConstVectorView(mass->outstanding_x.data(), dimension);
    }
    const auto add = [&](const SentMessage& message) {
      if (message.kind != agent::push_share) return;
      x += ConstVectorView(message.values.data(), dimension);
      weight += message.values[static_cast<std::size_t>(dimension)];
    };
    for (const auto& message : in_flight_) add(message);
    for (const auto& runtime : runtimes_)
      for (const auto& message : runtime->waiting()) add(message);
    return {x, weight};
  }

  /// Goes on with other programs, which hold the states of the present ones.
  void replace(algorithm::Programs programs) {
    programs_ = std::move(programs);
    for (AgentId i = 0; i < programs_.size(); ++i) runtimes_[i]->replace(*programs_[i]);
  }

  /// trajectory[i][k]: the iterate at which agent i begins its local step k.
  std::vector<std::vector<Vector>> trajectory;

 private:
  template <class Action>
  void act(AgentId i, const Action& action) {
    auto& runtime = *runtimes_[i];
    runtime.have_left = have_left(i);
    runtime.clock = tick_ * 500'000'000;
    const auto begun = runtime.steps_begun();
    action(runtime);
    if (runtime.steps_begun() != begun) {
      due_[i] = tick_ + compute_ticks(i);
      trajectory[i].push_back(iterate(i));
    }
    for (auto& message : runtime.take_sent()) {
      ++messages_sent_;
      const std::int64_t arrival = tick_ + latency_ticks(message);
      const int number = copies(message);
      for (int c = 0; c < number; ++c) {
        in_flight_.push_back(message);
        arrival_.push_back(arrival + c);
      }
    }
  }

  void deliver_what_is_due() {
    std::vector<SentMessage> due;
    std::size_t kept = 0;
    for (std::size_t m = 0; m < in_flight_.size(); ++m) {
      if (arrival_[m] == tick_) {
        due.push_back(std::move(in_flight_[m]));
      } else {
        if (kept != m) in_flight_[kept] = std::move(in_flight_[m]);
        arrival_[kept++] = arrival_[m];
      }
    }
    in_flight_.resize(kept);
    arrival_.resize(kept);
    std::stable_sort(due.begin(), due.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    for (auto& message : due) {
      const AgentId to = message.to;
      act(to, [&](ScriptedRuntime& r) { r.deliver(std::move(message)); });
    }
  }

  algorithm::Programs programs_;
  std::vector<std::unique_ptr<ScriptedRuntime>> runtimes_;
  std::vector<std::int64_t> due_;
  std::vector<SentMessage> in_flight_;
  std::vector<std::int64_t> arrival_;
  std::int64_t tick_ = 0;
  std::size_t messages_sent_ = 0;
};

}  // namespace taubar::test
