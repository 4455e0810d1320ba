// Messages of synchronous methods, by round and sender. An in-neighbour can be some rounds ahead: its
// messages are kept until their round's turn. Memory grows while the lead grows, then is used again for ever.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/agent/program.hpp"

namespace taubar::algorithm {

class RoundBuffer {
 public:
  /// Rounds 0, 1, … of one message from each of `senders` senders (numbered from 0), of at most `width`
  /// values.
  RoundBuffer(std::size_t senders, std::size_t width) : senders_(senders), width_(width) {}

  /// The round being collected.
  std::int64_t round() const { return round_; }
  /// Keeps a copy. False, and nothing kept, if it is a duplicate: the round is over or the sender has been
  /// heard.
  bool store(std::int64_t round, std::size_t sender, std::span<const double> values);
  /// Whether every sender has been heard in the current round.
  bool complete() const { return heard() == senders_; }
  /// Senders heard in the current round.
  std::size_t heard() const { return window_ > 0 ? heard_count_[slot(round_)] : 0; }
  /// What the sender sent in the current round: `width` values, those beyond the message's own unspecified.
  std::span<const double> values(std::size_t sender) const { return {at(slot(round_), sender), width_}; }
  /// Visits the values of every message kept of the current round … `last`, in increasing round and sender; they may be
  /// changed.
  template <class Visit>
  void for_each_until(std::int64_t last, const Visit& visit) {
    for (std::int64_t r = round_; r <= std::min(last, round_ + window_ - 1); ++r)
      for (std::size_t sender = 0; sender < senders_; ++sender)
        if (heard_[slot(r) * senders_ + sender]) visit(std::span<double>(at(slot(r), sender), width_));
  }
  /// Forgets the current round and turns to the next.
  void next_round();

  /// Visits the values of every message kept, of all rounds.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::int64_t r = round_; r < round_ + window_; ++r)
      for (std::size_t sender = 0; sender < senders_; ++sender)
        if (heard_[slot(r) * senders_ + sender]) visit(std::span<const double>(at(slot(r), sender), width_));
  }
  void state(agent::StateVisitor& visitor);

  /// Rounds that an agent's buffer spans in a push method, for memory estimates. An in-neighbour j of i can be as many
  /// rounds ahead as there are links on a shortest path from i to j: it waits for those on that path, they for i, each
  /// but for `overlap` rounds. Undirected: 1 link. Directed: taken for log₂ n, the diameter of expanders, which rare long
  /// steps make the agents reach. On directed graphs with longer ways back (a directed ring: n − 1) a very late agent may
  /// hold more than is estimated here.
  static double expected_window(double agents, bool directed, double overlap = 0);
  /// Bytes on the heap for a window of so many rounds.
  static double expected_bytes(double senders, double width, double window) {
    return window * (senders * (8 * width + 1) + 4);
  }

 private:
  std::size_t slot(std::int64_t round) const { return static_cast<std::size_t>(round & (window_ - 1)); }
  const double* at(std::size_t slot, std::size_t sender) const {
    return values_.data() + (slot * senders_ + sender) * width_;
  }
  double* at(std::size_t slot, std::size_t sender) {
    return values_.data() + (slot * senders_ + sender) * width_;
  }
  void clear(std::int64_t window);
  void widen(std::int64_t window);

  std::size_t senders_, width_;
  std::int64_t round_ = 0;
  std::int64_t window_ = 0;                 ///< rounds kept at once: 0 or a power of two
  std::vector<double> values_;              ///< window × senders × width
  std::vector<std::uint8_t> heard_;         ///< window × senders
  std::vector<std::uint32_t> heard_count_;  ///< window
};

}  // namespace taubar::algorithm
