// What happens to a message between two agents: overhead, queueing at the interface, transmission, latency,
// order, loss, duplication. A message that is handed over at t occupies its sender until t' = max(t, sender
// free) + overhead; it is transmitted in 8·bytes/bandwidth, alone or after the interface's queue; it travels
// `latency`.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/huge_pages.hpp"
#include "core/base/ids.hpp"
#include "core/base/prefetch.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/config/fields.hpp"
#include "sim/delay/placement.hpp"
#include "sim/law/law.hpp"

namespace taubar::delay {

enum class Contention { none, sender, sender_and_receiver };
enum class Ordering { unordered, fifo };

/// Overrides for named links; what is absent stays as in the network.
struct LinkSpec {
  Matrix edges;  ///< m×2, a row [from, to] for each directed link
  config::Choice<law::LawSpec> latency;
  std::optional<double> bandwidth, loss, duplicate;
  void fields(config::Fields& f);
};

/// Overrides for messages between two agents of one host; what is absent stays as in the network.
struct IntraHostSpec {
  config::Choice<law::LawSpec> latency;
  std::optional<double> bandwidth, overhead;
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
  std::optional<IntraHostSpec> intra_host;
  void fields(config::Fields& f);
};

/// When and whether a message arrives.
struct Passage {
  Time arrival = never;            ///< at the receiver, or at its interface's queue under sender_and_receiver
  Time duplicate_arrival = never;  ///< of the second copy, if there is one
  bool lost = false;               ///< it occupied the sender all the same
};

/// State: when each sender and interface is free, how many messages each link has carried. Streams are named
/// by the two ends and that count (32 bits), so the m-th message of a link fares alike under every algorithm.
///
/// Without contention a message is transmitted as soon as the sender's overhead is over, beside any others.
/// Under `sender` it first waits until the sender's interface has transmitted what came before. Under
/// `sender_and_receiver` it sets out in the same way, its first bit reaches the other interface `latency`
/// later, and `receive` tells when it is received whole: the receiver's interface takes one message at a
/// time, in the order of arrival. So a lone message takes overhead + 8·bytes/bandwidth + latency under all
/// three. A lost message has no second copy. A second copy is made in the network: it occupies no sender, has
/// a latency of its own, and occupies the receiver. Under `fifo` no copy arrives before an earlier message of
/// its link. Messages inside a host differ in latency, bandwidth and overhead, as
/// `intra_host` says, and in nothing else: they queue at the same interfaces. An override of a link inside a host leaves
/// what it does not name as inside the host.
class NetworkModel {
 public:
  /// `links` in the order in which they are numbered: (from, to); from and to < ends. InputError, with all
  /// complaints, for overrides of links that do not exist and for links overridden twice.
  NetworkModel(const NetworkSpec& spec, std::size_t ends, std::span<const std::pair<AgentId, AgentId>> links,
               std::uint64_t seed, const Placement& placement = {});

  /// Hands message of `bytes` to link number `link` (from → to) at `now`, and books what it occupies. The
  /// instants of one sender do not decrease.
  Passage send(std::size_t link, AgentId from, AgentId to, std::int64_t bytes, Time now) {
    if (!only_latency_) return send_in_full(link, from, to, bytes, now);
    Passage passage;
    passage.arrival = after(now, constant_latency_ ? *constant_latency_ : drawn_latency(link, from, to));
    return passage;
  }
  /// Whether send() does no more than draw a latency: `latencies` may then stand for it.
  bool only_latency() const { return only_latency_; }
  /// Hands over a message on each of the links first, first + 1, …, from → to[0], to[1], …: the latencies that send() would
  /// draw for them, drawn side by side. Only where only_latency(); as many of each.
  void latencies(std::size_t first, AgentId from, std::span<const AgentId> to, std::span<Duration> latencies);
  /// Under sender_and_receiver: the message has reached the interface of `to` at `now`; it is received whole
  /// at the returned instant. Call in the order of arrival.
  Time receive(AgentId to, std::size_t link, std::int64_t bytes, Time now);

  /// Asks the cache for the state of the links from number `link` on.
  void prefetch(std::size_t link) const { taubar::prefetch(carried_.data() + link); }

  bool queues_at_receiver() const { return contention_ == Contention::sender_and_receiver; }
  /// The end of the sender's overheads booked so far: its next local step does not start before.
  Time sender_free(AgentId from) const { return sender_free_.empty() ? 0 : sender_free_[from]; }
  /// The end of all that keeps its messages from having left: overheads and its interface's queue.
  Time left_at(AgentId from) const;

  /// A lone message on the network's default link, from hand-over to arrival: mean, least and greatest
  /// seconds, and the probability that it takes at most `seconds` (loss aside).
  double mean_seconds(std::int64_t bytes) const;
  law::Support support_seconds(std::int64_t bytes) const;
  double cdf_seconds(double seconds, std::int64_t bytes) const;

  /// Bytes of state per link and per end, for the memory estimate.
  static double bytes_per_link(const NetworkSpec& spec);
  static double bytes_per_end(const NetworkSpec& spec);

 private:
  /// What the links of one override, or all others (number 0), have in common; then the same again inside hosts.
  struct LinkClass {
    std::shared_ptr<law::Law> latency;
    double bandwidth = config::unbounded;  ///< bits per second
    double loss = 0, duplicate = 0;
    Duration overhead = 0;
  };

  void make_classes(const NetworkSpec& spec, std::vector<std::string>& complaints);
  void add_intra_host_classes(const NetworkSpec& spec, std::vector<std::string>& complaints);
  void assign_classes(const std::vector<LinkSpec>& overrides,
                      std::span<const std::pair<AgentId, AgentId>> links,
                      std::vector<std::string>& complaints);
  Passage send_in_full(std::size_t link, AgentId from, AgentId to, std::int64_t bytes, Time now);
  void shift_intra_host(std::span<const std::pair<AgentId, AgentId>> links, const Placement& placement,
                        std::size_t shift);
  Time departure(AgentId from, Duration overhead, Duration transmission, Time now);
  Time in_order(std::size_t link, Time arrival);
  static Duration transmission(const LinkClass& link, std::int64_t bytes) {
    return from_seconds(8.0 * static_cast<double>(bytes) / link.bandwidth);
  }
  double fixed_seconds(std::int64_t bytes) const;

  const LinkClass& class_of(std::size_t link) const {
    return classes_[class_of_link_.empty() ? 0 : class_of_link_[link]];
  }
  Duration drawn_latency(std::size_t link, AgentId from, AgentId to) {
    const double u = to_unit(random_word(seed_, Purpose::latency, from, to, carried_[link]++));
    return from_seconds(default_latency_->quantile(u));
  }

  std::uint64_t seed_;
  // The fast path: nothing but the latency of a law that is the same for all links and all times.
  bool only_latency_ = false;
  std::optional<Duration> constant_latency_;
  const law::Law* default_latency_ = nullptr;
  HugeVector<std::uint32_t> carried_;  ///< messages so far, per link

  Contention contention_;
  Ordering ordering_;
  std::vector<LinkClass> classes_;
  std::vector<std::uint32_t> class_of_link_;          ///< empty: all 0
  std::vector<Time> sender_free_;                     ///< per end, if there is overhead
  std::vector<Time> interface_free_, receiver_free_;  ///< per end, under contention
  std::vector<Time> last_arrival_;                    ///< per link, under fifo
};

}  // namespace taubar::delay
