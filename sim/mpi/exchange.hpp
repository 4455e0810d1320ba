// Frames between ranks. Small ones travel together in batches, large ones apart, straight from one payload block into
// another. Nothing here waits, so nothing can deadlock; nothing grows without bound either:
//   window       what a rank has sent to another and what has not been credited back; beyond it frames stay with the
//                sender, who is then `congested` and must not start new work. One frame is always let through.
//   unread       the receiver credits what it has received as long as its agents have little to read; when they have
//                more than `unread_limit`, it credits only what they take. A congested rank credits all, so that two
//                ranks never wait for each other.
// So a rank holds at most unread_limit + a window a peer, and what one round of its agents' handlers sends.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/agent/payload.hpp"
#include "sim/mpi/frame.hpp"
#include "sim/mpi/transport.hpp"

namespace taubar::mpi {

struct ExchangeLimits {
  std::int64_t window_bytes = 8 << 20;
  std::int64_t unread_bytes = 64 << 20;
  /// Frames of more words than this travel apart.
  std::uint32_t bulk_words = 2048;
};

class Exchange {
 public:
  using Limits = ExchangeLimits;
  class Listener {
   public:
    virtual ~Listener() = default;
    /// In order per sending rank. The listener owns one copy of `block`, which holds the frame's words.
    virtual void on_frame(int from_rank, const Frame& frame, agent::PayloadBlock* block) = 0;
  };

  Exchange(Transport& transport, agent::PayloadPool& pool, const Limits& limits = {});

  /// Takes over one copy of `block`. Call flush() for it to leave.
  void post(int rank, Frame frame, agent::PayloadBlock* block);
  void post_control(int rank, std::uint16_t kind, std::span<const double> words);
  /// Starts sending what has been posted, as far as windows allow.
  void flush();
  /// Completes what has left and hands over what has arrived. False if there was nothing to do.
  bool poll(Listener& listener);
  /// Says that an agent has taken a message that came in as a frame of that cost.
  void taken(std::int64_t cost_bytes) { unread_ -= cost_bytes; }
  /// From now on everything is credited and sent, whatever the limits: the run is over.
  void open_windows() { draining_ = true; }

  /// Some rank's window is full: start nothing new.
  bool congested() const { return !draining_ && held_frames_ > 0; }
  /// Messages from this agent that have not left this rank.
  bool has_left(AgentId agent) const { return agent >= leaving_.size() || leaving_[agent] == 0; }
  /// Everything posted has left this rank.
  bool all_left() const { return held_frames_ == 0 && in_flight_ == 0 && open_batches_ == 0; }
  /// Frames but credits, since the start.
  std::int64_t posted() const { return posted_; }
  std::int64_t received() const { return received_; }
  std::int64_t unread_bytes() const { return unread_; }
  std::int64_t most_unread_bytes() const { return most_unread_; }

 private:
  struct Held {
    Frame frame;
    agent::PayloadBlock* block;
  };
  struct Arrived {
    Frame frame;
    agent::PayloadBlock* block;
    bool whole;
  };
  struct Outgoing {
    Bytes bytes;  ///< batch_bytes of them; the first `used` are to be sent
    std::size_t used = 0;
    std::vector<AgentId> senders;  ///< of the messages in it
    void append(const void* data, std::size_t count);  ///< there is room: make_room() has seen to it
  };
  struct Peer {
    std::unique_ptr<Outgoing> open;    ///< the batch being filled
    std::deque<Held> held;             ///< beyond the window, or waiting for a batch to come back
    std::int64_t outstanding = 0;      ///< bytes sent and not credited
    std::int64_t to_credit = 0;        ///< bytes received and not credited
    std::size_t batches = 0;           ///< under way
    std::deque<Arrived> arriving;      ///< begins with a bulk frame whose words have not come yet
  };
  /// What a ticket stands for.
  struct Pending {
    enum Kind { batch, bulk_out, bulk_in } kind;
    int rank;
    std::unique_ptr<Outgoing> batch_out;
    agent::PayloadBlock* block;
    std::optional<AgentId> sender;  ///< of a bulk message going out
  };

  bool may_send(const Peer& peer, const Frame& frame) const;
  void put(int rank, const Frame& frame, agent::PayloadBlock* block);
  void make_room(int rank, std::size_t bytes);
  void send_open(int rank);
  void move_held();
  void complete(Ticket ticket, Listener& listener);
  void read_batch(const Transport::Batch& batch, Listener& listener);
  void arrive(int from, const Frame& frame, agent::PayloadBlock* block, bool whole, Listener& listener);
  void hand_over(int from, const Frame& frame, agent::PayloadBlock* block, Listener& listener);
  void give_credit();
  std::unique_ptr<Outgoing> take_buffer();
  void count_leaving(AgentId agent);
  Ticket ticket_for(Pending pending);
  Peer& peer(int rank) { return peers_[static_cast<std::size_t>(rank)]; }

  Transport& transport_;
  agent::PayloadPool& pool_;
  Limits limits_;
  std::vector<Peer> peers_;
  std::vector<std::unique_ptr<Outgoing>> buffers_;
  std::vector<std::uint32_t> leaving_;  ///< by sender: frames that have not left
  std::vector<Pending> pending_;       ///< by ticket
  std::vector<Ticket> free_tickets_, done_;
  std::int64_t posted_ = 0, received_ = 0, unread_ = 0, most_unread_ = 0;
  std::size_t held_frames_ = 0, in_flight_ = 0, open_batches_ = 0;
  bool credit_due_ = false;  ///< some peer is owed at least a quarter of its window
  bool draining_ = false;
};

}  // namespace taubar::mpi
