#include "sim/asynchrony/bounded_schedule.hpp"

#include <algorithm>
#include <bit>

#include "core/base/error.hpp"

namespace taubar::asynchrony {
namespace {

constexpr Duration step = 1'000'000'000;  // k is k seconds
constexpr std::int64_t block_length = 64;

std::int64_t reach_of(const AsynchronySpec& spec) { return std::max(*spec.tau_proc, *spec.tau_msg); }
/// Those that k + 1 … k + reach can touch, for any k.
std::int64_t blocks_for(std::int64_t reach) { return reach / block_length + 2; }

}  // namespace

BoundedSchedule::BoundedSchedule(const AsynchronySpec& spec, std::size_t agents, std::uint64_t seed)
    : turns_(make_turns(spec, agents, seed)),
      agents_(agents),
      tau_msg_(*spec.tau_msg),
      reach_(reach_of(spec)),
      blocks_(blocks_for(reach_)),
      ahead_(static_cast<std::size_t>(blocks_) * agents) {
  who_.reserve(agents);
}

Time BoundedSchedule::end_of_step(AgentId agent, Time now) {
  const std::int64_t k = now / step;
  know_ahead_of(k);
  return turn(agent, k, 0) * step;
}

Time BoundedSchedule::taken(AgentId from, AgentId to, Time now) {
  const std::int64_t k = now / step;
  know_ahead_of(k);
  const std::int64_t turns = count(to, k, k + tau_msg_);
  check(turns > 0, "a receiver completes within tau_msg");
  return turn(to, k, turns_->taking(from, to, k, turns)) * step;
}

void BoundedSchedule::know_ahead_of(std::int64_t k) {
  while (known_ < k + reach_) {
    ++known_;
    if (known_ % block_length == 0) std::fill_n(block(known_ / block_length), agents_, 0);
    turns_->next(who_);
    for (const AgentId i : who_) block(known_ / block_length)[i] |= std::uint64_t{1} << (known_ % block_length);
  }
}

/// The agent's turns in (after, until], as far as they lie in the block.
std::uint64_t BoundedSchedule::turns_in(AgentId agent, std::int64_t number, std::int64_t after, std::int64_t until) const {
  const std::int64_t begin = number * block_length;
  std::uint64_t bits = block(number)[agent];
  if (after >= begin) bits &= ~std::uint64_t{0} << 1 << (after - begin);
  if (until < begin + block_length - 1) bits &= ~std::uint64_t{0} >> (block_length - 1 - (until - begin));
  return bits;
}

std::int64_t BoundedSchedule::count(AgentId agent, std::int64_t after, std::int64_t until) const {
  std::int64_t turns = 0;
  for (std::int64_t b = (after + 1) / block_length; b <= until / block_length; ++b)
    turns += std::popcount(turns_in(agent, b, after, until));
  return turns;
}

/// The k of the agent's turn `number` = 0, 1, … after `after`.
std::int64_t BoundedSchedule::turn(AgentId agent, std::int64_t after, std::int64_t number) const {
  for (std::int64_t b = (after + 1) / block_length; b <= known_ / block_length; ++b) {
    std::uint64_t bits = turns_in(agent, b, after, known_);
    const int here = std::popcount(bits);
    if (number >= here) {
      number -= here;
      continue;
    }
    for (; number > 0; --number) bits &= bits - 1;  // the lowest goes
    return b * block_length + std::countr_zero(bits);
  }
  check(false, "an agent completes within tau_proc");
  return 0;
}

double BoundedSchedule::expected_bytes(const AsynchronySpec& spec, double agents) {
  const double blocks = static_cast<double>(blocks_for(reach_of(spec)));
  return agents * (8 * blocks + 4 + 4 + 8) + 4 * static_cast<double>(*spec.tau_proc);
}

}  // namespace taubar::asynchrony
