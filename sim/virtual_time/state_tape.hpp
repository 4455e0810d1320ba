// A program's state, written down to be restored later, into the same program.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/agent/program.hpp"
#include "core/base/error.hpp"

namespace taubar::virtual_time {

class StateTape {
 public:
  explicit StateTape(agent::AgentProgram& program) {
    Recorder recorder(*this);
    program.state(recorder);
  }
  void play(agent::AgentProgram& program) const {
    Player player(*this);
    program.state(player);
    check(player.at_end(), "a state is restored in the order in which it was saved");
  }

 private:
  struct Recorder final : agent::StateVisitor {
    explicit Recorder(StateTape& onto) : tape(onto) {}
    void reals(std::span<double> values) override { tape.reals_.insert(tape.reals_.end(), values.begin(), values.end()); }
    void integer(std::int64_t& value) override { tape.integers_.push_back(value); }
    StateTape& tape;
  };
  struct Player final : agent::StateVisitor {
    explicit Player(const StateTape& from) : tape(from) {}
    void reals(std::span<double> values) override {
      check(values.size() <= tape.reals_.size() - real, "a state has as many values as when it was saved");
      std::copy_n(tape.reals_.begin() + static_cast<std::ptrdiff_t>(real), values.size(), values.begin());
      real += values.size();
    }
    void integer(std::int64_t& value) override {
      check(next_integer < tape.integers_.size(), "a state has as many integers as when it was saved");
      value = tape.integers_[next_integer++];
    }
    bool at_end() const { return real == tape.reals_.size() && next_integer == tape.integers_.size(); }
    const StateTape& tape;
    std::size_t real = 0, next_integer = 0;
  };

  std::vector<double> reals_;
  std::vector<std::int64_t> integers_;
};

}  // namespace taubar::virtual_time
