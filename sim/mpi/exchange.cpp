#include "sim/mpi/exchange.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"

namespace taubar::mpi {
namespace {

/// Batches under way to one rank; when all are, further frames gather until one has left.
constexpr std::size_t most_batches = 32;

/// Batches read in one poll(): peers may send as quickly as they are read, and the rank has its own work to do.
constexpr int most_read = 4;

}  // namespace

Exchange::Exchange(Transport& transport, agent::PayloadPool& pool, const Limits& limits)
    : transport_(transport), pool_(pool), limits_(limits), peers_(static_cast<std::size_t>(transport.size())) {
  check(std::size_t{limits.bulk_words} * 8 + 2 * sizeof(Frame) <= batch_bytes, "a frame that is not bulk fits a batch");
}

void Exchange::post(int rank, Frame frame, agent::PayloadBlock* block) {
  check(rank != transport_.rank(), "frames go to other ranks");
  ++posted_;
  frame.size = block->size;
  if (frame.type == FrameType::message) count_leaving(frame.from);
  Peer& to = peer(rank);
  if (!to.held.empty() || !may_send(to, frame)) {
    to.held.push_back({frame, block});
    ++held_frames_;
    return;
  }
  put(rank, frame, block);
}

void Exchange::post_control(int rank, std::uint16_t kind, std::span<const double> words) {
  auto payload = pool_.make(kind, 0, words.size());
  std::copy(words.begin(), words.end(), payload.values().begin());
  Frame frame;
  frame.type = FrameType::control;
  frame.kind = kind;
  post(rank, frame, payload.release());
}

/// Control frames are few and small, or awaited: no window holds them back, only order does.
bool Exchange::may_send(const Peer& to, const Frame& frame) const {
  if (to.batches >= most_batches) return false;
  if (draining_ || frame.type == FrameType::control) return true;
  // Less than a quarter may stay uncredited for good: then even a frame larger than the window goes.
  return to.outstanding < limits_.window_bytes / 4 || to.outstanding + frame.cost_bytes() <= limits_.window_bytes;
}

/// Into the open batch, or beside it. Drops the block's copy once its words are written.
void Exchange::put(int rank, const Frame& frame, agent::PayloadBlock* block) {
  Peer& to = peer(rank);
  if (frame.type == FrameType::message) to.outstanding += frame.cost_bytes();
  const bool bulk = frame.size > limits_.bulk_words;
  const std::size_t words = bulk ? 0 : std::size_t{frame.size} * 8;
  make_room(rank, sizeof(Frame) + words);
  to.open->append(&frame, sizeof frame);
  to.open->append(block->values(), words);
  if (!bulk) {
    if (frame.type == FrameType::message) to.open->senders.push_back(frame.from);
    pool_.drop(block);
    return;
  }
  std::optional<AgentId> sender;
  if (frame.type == FrameType::message) sender = frame.from;
  const Ticket ticket = ticket_for({Pending::bulk_out, rank, nullptr, block, sender});
  transport_.send_bulk(rank, {block->values(), block->size}, ticket);
}

void Exchange::make_room(int rank, std::size_t bytes) {
  Peer& to = peer(rank);
  if (to.open && to.open->used + bytes > batch_bytes) send_open(rank);
  if (to.open) return;
  to.open = take_buffer();
  ++open_batches_;
}

void Exchange::Outgoing::append(const void* data, std::size_t count) {
  if (count > 0) std::memcpy(bytes.data() + used, data, count);
  used += count;
}

void Exchange::send_open(int rank) {
  Peer& to = peer(rank);
  --open_batches_;
  ++to.batches;
  const std::span<const std::byte> bytes(to.open->bytes.data(), to.open->used);
  transport_.send_batch(rank, bytes, ticket_for({Pending::batch, rank, std::move(to.open), nullptr, {}}));
}

void Exchange::flush() {
  if (held_frames_ > 0) move_held();
  if (open_batches_ == 0) return;
  for (int r = 0; r < transport_.size(); ++r)
    if (peer(r).open && peer(r).batches < most_batches) send_open(r);
}

/// What windows held back and now let go.
void Exchange::move_held() {
  for (int r = 0; r < transport_.size(); ++r) {
    Peer& to = peer(r);
    while (!to.held.empty() && may_send(to, to.held.front().frame)) {
      const Held held = to.held.front();
      to.held.pop_front();
      --held_frames_;
      put(r, held.frame, held.block);
    }
  }
}

bool Exchange::poll(Listener& listener) {
  bool something = false;
  done_.clear();
  transport_.completed(done_);
  for (const Ticket ticket : done_) complete(ticket, listener);
  something = !done_.empty();
  for (int read = 0; read < most_read; ++read) {
    const auto batch = transport_.next_batch();
    if (!batch) break;
    read_batch(*batch, listener);
    something = true;
  }
  if (credit_due_) give_credit();
  return something;
}

void Exchange::complete(Ticket ticket, Listener& listener) {
  Pending pending = std::move(pending_[ticket]);
  free_tickets_.push_back(ticket);
  --in_flight_;
  Peer& peer_of = peer(pending.rank);
  switch (pending.kind) {
    case Pending::batch:
      --peer_of.batches;
      for (const AgentId sender : pending.batch_out->senders) --leaving_[sender];
      buffers_.push_back(std::move(pending.batch_out));
      break;
    case Pending::bulk_out:
      if (pending.sender) --leaving_[*pending.sender];
      pool_.drop(pending.block);
      break;
    case Pending::bulk_in:
      for (auto& arrived : peer_of.arriving)
        if (arrived.block == pending.block) arrived.whole = true;
      while (!peer_of.arriving.empty() && peer_of.arriving.front().whole) {
        const Arrived arrived = peer_of.arriving.front();
        peer_of.arriving.pop_front();
        hand_over(pending.rank, arrived.frame, arrived.block, listener);
      }
  }
}

void Exchange::read_batch(const Transport::Batch& batch, Listener& listener) {
  const std::byte* at = batch.bytes.data();
  const std::byte* end = at + batch.bytes.size();
  while (at < end) {
    Frame frame;
    check(static_cast<std::size_t>(end - at) >= sizeof frame, "a batch holds whole frames");
    std::memcpy(&frame, at, sizeof frame);
    at += sizeof frame;
    check(frame.version == wire_version, "frames have this program's wire format");
    if (frame.type == FrameType::credit) {
      peer(batch.from).outstanding -= frame.stamp;
      continue;
    }
    auto payload = pool_.make(frame.kind, frame.stamp, frame.size);
    payload.block().from = frame.from;
    agent::PayloadBlock* block = payload.release();
    if (frame.size > limits_.bulk_words) {
      arrive(batch.from, frame, block, false, listener);
      transport_.receive_bulk(batch.from, {block->values(), block->size},
                              ticket_for({Pending::bulk_in, batch.from, nullptr, block, {}}));
      continue;
    }
    const std::size_t words = std::size_t{frame.size} * 8;
    check(static_cast<std::size_t>(end - at) >= words, "a batch holds whole frames");
    std::memcpy(block->values(), at, words);
    at += words;
    arrive(batch.from, frame, block, true, listener);
  }
}

void Exchange::arrive(int from, const Frame& frame, agent::PayloadBlock* block, bool whole, Listener& listener) {
  auto& arriving = peer(from).arriving;
  if (whole && arriving.empty())
    hand_over(from, frame, block, listener);
  else
    arriving.push_back({frame, block, whole});
}

void Exchange::hand_over(int from, const Frame& frame, agent::PayloadBlock* block, Listener& listener) {
  ++received_;
  if (frame.type == FrameType::message) {
    unread_ += frame.cost_bytes();
    most_unread_ = std::max(most_unread_, unread_);
    peer(from).to_credit += frame.cost_bytes();
    credit_due_ = credit_due_ || peer(from).to_credit >= limits_.window_bytes / 4;
  }
  listener.on_frame(from, frame, block);
}

/// In quarters of a window, so that credits cost little. A rank that is itself held up credits everything.
void Exchange::give_credit() {
  if (unread_ > limits_.unread_bytes && held_frames_ == 0 && !draining_) return;
  credit_due_ = false;
  for (int r = 0; r < transport_.size(); ++r) {
    Peer& from = peer(r);
    if (from.to_credit < limits_.window_bytes / 4) continue;
    if (from.batches >= most_batches) {
      credit_due_ = true;
      continue;
    }
    Frame frame;
    frame.type = FrameType::credit;
    frame.stamp = from.to_credit;
    from.to_credit = 0;
    make_room(r, sizeof frame);
    from.open->append(&frame, sizeof frame);
  }
}

std::unique_ptr<Exchange::Outgoing> Exchange::take_buffer() {
  if (buffers_.empty()) {
    auto batch = std::make_unique<Outgoing>();
    batch->bytes.resize(batch_bytes);
    return batch;
  }
  auto batch = std::move(buffers_.back());
  buffers_.pop_back();
  batch->used = 0;
  batch->senders.clear();
  return batch;
}

void Exchange::count_leaving(AgentId agent) {
  if (agent >= leaving_.size()) leaving_.resize(agent + 1, 0);
  ++leaving_[agent];
}

Ticket Exchange::ticket_for(Pending pending) {
  ++in_flight_;
  if (free_tickets_.empty()) {
    free_tickets_.push_back(pending_.size());
    pending_.emplace_back();
  }
  const Ticket ticket = free_tickets_.back();
  free_tickets_.pop_back();
  pending_[ticket] = std::move(pending);
  return ticket;
}

}  // namespace taubar::mpi
