#include "core/algorithm/round_buffer.hpp"

#include <algorithm>
#include <bit>

#include "core/base/error.hpp"

namespace taubar::algorithm {

bool RoundBuffer::store(std::int64_t round, std::size_t sender, std::span<const double> values) {
  check(values.size() <= width_ && sender < senders_, "a message of a round fits its buffer");
  if (round < round_) return false;
  if (round >= round_ + window_) [[unlikely]] {
    std::int64_t window = std::max<std::int64_t>(window_, 1);
    while (round >= round_ + window) window *= 2;
    widen(window);
  }
  std::uint8_t& heard = heard_[slot(round) * senders_ + sender];
  if (heard) return false;
  heard = 1;
  ++heard_count_[slot(round)];
  std::copy(values.begin(), values.end(), at(slot(round), sender));
  return true;
}

void RoundBuffer::next_round() {
  if (window_ > 0) {
    std::fill_n(heard_.begin() + static_cast<std::ptrdiff_t>(slot(round_) * senders_), senders_,
                std::uint8_t{0});
    heard_count_[slot(round_)] = 0;
  }
  ++round_;
}

void RoundBuffer::clear(std::int64_t window) {
  const auto rounds = static_cast<std::size_t>(window);
  window_ = window;
  values_.assign(rounds * senders_ * width_, 0);
  heard_.assign(rounds * senders_, 0);
  heard_count_.assign(rounds, 0);
}

void RoundBuffer::widen(std::int64_t window) {
  RoundBuffer wide(senders_, width_);
  wide.round_ = round_;
  wide.clear(window);
  for (std::int64_t r = round_; r < round_ + window_; ++r)
    for (std::size_t sender = 0; sender < senders_; ++sender)
      if (heard_[slot(r) * senders_ + sender]) wide.store(r, sender, {at(slot(r), sender), width_});
  *this = std::move(wide);
}

double RoundBuffer::expected_window(double agents, bool directed, double overlap) {
  const auto last = static_cast<std::uint64_t>(std::max(agents, 2.0)) - 1;
  const auto links = static_cast<double>(directed ? std::bit_width(last) : 1);
  return static_cast<double>(std::bit_ceil(static_cast<std::uint64_t>(links * (1 + overlap) + overlap + 1)));
}

void RoundBuffer::state(agent::StateVisitor& visitor) {
  visitor.integer(round_);
  std::int64_t window = window_;
  visitor.integer(window);
  if (window != window_) clear(window);  // only while restoring
  for (std::int64_t r = round_; r < round_ + window_; ++r) {
    heard_count_[slot(r)] = 0;
    for (std::size_t sender = 0; sender < senders_; ++sender) {
      std::uint8_t& heard = heard_[slot(r) * senders_ + sender];
      std::int64_t present = heard;
      visitor.integer(present);
      heard = present != 0;
      if (!heard) continue;
      ++heard_count_[slot(r)];
      visitor.reals({at(slot(r), sender), width_});
    }
  }
}

}  // namespace taubar::algorithm
