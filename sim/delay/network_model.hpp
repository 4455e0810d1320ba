// What happens to a message between two agents: overhead, queueing at the interface, transmission, latency, order,
// loss, duplication. A message that is handed over at t occupies its sender until t' = max(t, sender free) +
// overhead; it is transmitted in 8·bytes/bandwidth, alone or after the interface's queue; it travels `latency`.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/config/fields.hpp"
#include "sim/law/law.hpp"

namespace taubar::delay {

enum class Contention { none, sender, sender_and_receiver };
enum class Ordering { unordered, fifo };

/// Overrides for named links; what is absent stays as in the network.
struct LinkSpec {
  std::vector<std::vector<std::int64_t>> edges;  ///< [from, to] pairs, directed links
  config::Choice<law::LawSpec> latency;
  std::optional<double> bandwidth, loss, duplicate;
  void fields(config::Fields& f);
};

struct NetworkSpec {
  config::Choice<law::LawSpec> latency;  ///< seconds; default constant 0
  std::optional<double> bandwidth;       ///< bits per second; absent: infinite
  double overhead = 0;                   ///< seconds of sender time a message
  Contention contention = Contention::none;
  Ordering ordering = Ordering::unordered;
  double loss = 0, duplicate = 0;  ///< probabilities, each message independently
  std::vector<LinkSpec> links;
  void fields(config::Fields& f);
};

/// When and whether a message arrives.
struct Passage {
  Time arrival = never;            ///< at the receiver, or at its interface's queue under sender_and_receiver
  Time duplicate_arrival = never;  ///< of the second copy, if there is one
  bool lost = false;               ///< it occupied the sender all the same
};

/// State: when each sender and interface is free, how many messages each link has carried. Streams are named by the
/// two ends and that count, so the m-th message of a link fares alike under every algorithm.
class NetworkModel {
 public:
  /// `links` in the order in which they are numbered: (from, to); from and to < ends. InputError for overrides of
  /// links that do not exist.
  NetworkModel(const NetworkSpec& spec, std::size_t ends, std::span<const std::pair<AgentId, AgentId>> links,
               std::uint64_t seed);

  /// Hands message of `bytes` to link number `link` (from → to) at `now`, and books what it occupies.
  Passage send(std::size_t link, AgentId from, AgentId to, std::int64_t bytes, Time now);
  /// Under sender_and_receiver: the message has reached the interface of `to` at `now`; it is received whole at the
  /// returned instant.
  Time receive(AgentId to, std::size_t link, std::int64_t bytes, Time now);

  bool queues_at_receiver() const { return contention_ == Contention::sender_and_receiver; }
  /// The end of the sender's overheads booked so far: its next local step does not start before.
  Time sender_free(AgentId from) const { return has_overhead_ ? sender_free_[from] : 0; }
  /// The end of all that keeps its messages from having left: overheads and its interface's queue.
  Time left_at(AgentId from) const;

  /// Mean seconds from hand-over to arrival of a lone message on the network's default link.
  double mean_seconds(std::int64_t bytes) const;
  /// Bytes of state per link and per agent, for the memory estimate.
  static double bytes_per_link(const NetworkSpec& spec);

 private:
  Contention contention_;
  Ordering ordering_;
  bool has_overhead_ = false;
  std::vector<Time> sender_free_;
  // … the rest is the implementation's
};

}  // namespace taubar::delay
