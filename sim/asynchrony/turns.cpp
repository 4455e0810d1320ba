// A message that is sent at k is taken at the receiver's first turn after k at the earliest, and that turn is at most
// tau_proc later. It is exactly tau_proc later if the receiver completed at k as well and then pauses as long as it may.
// So tau_msg >= tau_proc must hold wherever two agents may complete at one k. Where they never do, the receiver's last
// turn was before k, its next one is at most tau_proc − 1 after k, and tau_msg >= tau_proc − 1 is enough.
#include "sim/asynchrony/turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace taubar::asynchrony {
namespace {

/// 0 … bound − 1, with equal probabilities but for bound · 2^−64.
std::int64_t scaled(std::uint64_t word, std::int64_t bound) {
  std::uint64_t low;
  return static_cast<std::int64_t>(detail::multiply_high(word, static_cast<std::uint64_t>(bound), low));
}

/// Each agent pauses 1 … tau_proc ticks, drawn anew for every turn; ticks at which nobody's pause ends do not count, which
/// only shortens pauses. Messages are taken at any turn that is not too late, with equal probabilities.
class RandomTurns final : public Turns {
 public:
  RandomTurns(std::int64_t tau_proc, std::size_t agents, std::uint64_t seed)
      : tau_proc_(tau_proc), seed_(seed), first_(static_cast<std::size_t>(tau_proc), nobody), next_(agents), count_(agents, 0) {
    for (AgentId i = 0; i < agents; ++i) pause(i);
  }

  void next(std::vector<AgentId>& who) override {
    who.clear();
    std::uint32_t* due = nullptr;
    do due = &first_[slot(++tick_)];
    while (*due == nobody);
    for (std::uint32_t i = std::exchange(*due, nobody); i != nobody; i = next_[i]) who.push_back(i);
    for (const AgentId i : who) pause(i);
  }
  std::int64_t taking(AgentId from, AgentId to, std::int64_t k, std::int64_t turns) const override {
    return scaled(random_word(seed_, Purpose::bounded_asynchrony, from, to, static_cast<std::uint64_t>(k)), turns);
  }
  std::vector<double> rates() const override { return std::vector<double>(next_.size(), 1.0); }

 private:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  std::size_t slot(std::int64_t tick) const { return static_cast<std::size_t>(tick % tau_proc_); }
  /// Nobody sends to itself: the streams (i, i) are free for pauses.
  void pause(AgentId i) {
    const std::uint64_t word = random_word(seed_, Purpose::bounded_asynchrony, i, i, count_[i]++);
    std::uint32_t& due = first_[slot(tick_ + 1 + scaled(word, tau_proc_))];
    next_[i] = std::exchange(due, i);
  }

  std::int64_t tau_proc_;
  std::uint64_t seed_;
  std::int64_t tick_ = 0;
  std::vector<std::uint32_t> first_, next_;  ///< lists of who is due, by tick modulo tau_proc
  std::vector<std::uint64_t> count_;         ///< pauses drawn, by agent
};

/// Agent i at every k ≡ 1 + floor(i P / n) modulo the period P = min(tau_proc, n): all k have as many agents but for one.
/// A message is taken at the receiver's next turn.
class RoundRobinTurns final : public Turns {
 public:
  RoundRobinTurns(std::int64_t tau_proc, std::size_t agents)
      : agents_(static_cast<std::int64_t>(agents)), period_(std::min(tau_proc, agents_)) {}

  void next(std::vector<AgentId>& who) override {
    who.clear();
    for (std::int64_t i = first_of(slot_); i < first_of(slot_ + 1); ++i) who.push_back(static_cast<AgentId>(i));
    slot_ = (slot_ + 1) % period_;
  }
  std::int64_t taking(AgentId, AgentId, std::int64_t, std::int64_t) const override { return 0; }
  std::vector<double> rates() const override { return std::vector<double>(static_cast<std::size_t>(agents_), 1.0); }

 private:
  std::int64_t first_of(std::int64_t slot) const { return (slot * agents_ + period_ - 1) / period_; }

  std::int64_t agents_, period_, slot_ = 0;
};

/// The first half of the agents at every k, the others at every tau_proc-th; a message is taken at the receiver's last
/// turn that is not too late. So an agent of the second half attains tau_proc, a message to one of the first tau_msg.
class AdversarialTurns final : public Turns {
 public:
  AdversarialTurns(std::int64_t tau_proc, std::size_t agents) : tau_proc_(tau_proc), agents_(agents) {}

  void next(std::vector<AgentId>& who) override {
    who.clear();
    const std::size_t count = ++k_ % tau_proc_ == 0 ? agents_ : always();
    for (AgentId i = 0; i < count; ++i) who.push_back(i);
  }
  std::int64_t taking(AgentId, AgentId, std::int64_t, std::int64_t turns) const override { return turns - 1; }
  std::vector<double> rates() const override {
    std::vector<double> rates(agents_, 1.0 / static_cast<double>(tau_proc_));
    std::fill_n(rates.begin(), always(), 1.0);
    return rates;
  }

 private:
  std::size_t always() const { return (agents_ + 1) / 2; }

  std::int64_t tau_proc_;
  std::size_t agents_;
  std::int64_t k_ = 0;
};

void demand_tau_msg(std::int64_t tau_msg, std::int64_t least, const std::string& why) {
  if (tau_msg < least)
    throw InputError(fmt::format("/asynchrony/tau_msg: {} cannot be promised: {}; accepted is {} or more", tau_msg, why, least));
}

}  // namespace

std::unique_ptr<Turns> make_turns(const AsynchronySpec& spec, std::size_t agents, std::uint64_t seed) {
  const std::int64_t p = *spec.tau_proc, m = *spec.tau_msg, n = static_cast<std::int64_t>(agents);
  const std::string together = fmt::format(
      "a message is taken when its receiver completes, and one that completes at the k at which it is sent may do so again "
      "only tau_proc = {} later",
      p);
  switch (spec.schedule) {
    case Schedule::round_robin:
      if (n > p)
        demand_tau_msg(m, p, together);
      else
        demand_tau_msg(m, n - 1, fmt::format("each of the {} agents has its turn after all others", n));
      return std::make_unique<RoundRobinTurns>(p, agents);
    case Schedule::adversarial:
      if (n < 2)
        throw InputError("/asynchrony/schedule: adversarial attains its bounds with 2 or more agents only: a lone agent "
                         "completes at every k and hears nothing; accepted for one agent: random, round_robin");
      demand_tau_msg(m, p, together);
      return std::make_unique<AdversarialTurns>(p, agents);
    default:
      if (n > 1) demand_tau_msg(m, p, together);
      return std::make_unique<RandomTurns>(p, agents, seed);
  }
}

}  // namespace taubar::asynchrony
