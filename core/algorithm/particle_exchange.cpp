#include "core/algorithm/particle_exchange.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/algorithm/neighbours.hpp"
#include "core/base/math.hpp"

namespace taubar::algorithm {
namespace {

using agent::Message;
using agent::Runtime;
using Use = ParticleGroup::Use;

constexpr agent::MessageKind particle_message = 2;  ///< θ, f_i(θ)
constexpr agent::MessageKind swap_proposal = 3;     ///< θ, f_i(θ); stamp: its number
constexpr agent::MessageKind swap_answer = 4;       ///< θ, f_i(θ), 1 if it is now the proposer's; stamp: the proposal's number

/// θ_p and its value.
agent::Payload particle_payload(Runtime& runtime, agent::MessageKind kind, std::int64_t stamp, const ParticleGroup& group,
                                std::int64_t p) {
  const auto place = group.particle(p);
  agent::Payload payload = runtime.payload(kind, stamp, place.size() + 1);
  std::copy(place.begin(), place.end(), payload.values().begin());
  payload.values()[place.size()] = group.value(p);
  return payload;
}

std::span<const double> place_of_particle(std::span<const double> values) { return values.first(values.size() - 1); }

/// The best particle to all out-neighbours; the best of those that came replaces the worst here, if it is better.
class BestExchange final : public ParticleExchange {
 public:
  BestExchange(const LangevinPopulationOptions& options, Eigen::Index d)
      : every_(options.every), on_improvement_(options.on_improvement), best_come_(static_cast<std::size_t>(d) + 1) {}

  void prepare(ParticleGroup& group, std::int64_t updates) override {
    if (on_improvement_ || updates % every_ == 0) group.want_all_values();
  }
  void read(Host&, const Message& message) override {
    if (has_come_ && !(message.values.back() < best_come_.back())) return;
    std::copy(message.values.begin(), message.values.end(), best_come_.begin());
    has_come_ = 1;
  }
  void step_ended(Host& host) override {
    auto& group = host.group;
    if (!group.knows_all_values()) return;
    if (on_improvement_ || host.updates % every_ == 0) {
      take_in(host);
      send(host);
    }
  }
  void state(agent::StateVisitor& visitor) override {
    visitor.integer(has_come_);
    visitor.integer(has_sent_);
    visitor.real(best_sent_);
    visitor.reals(best_come_);
  }
  static double expected_bytes(double dimension) { return sizeof(BestExchange) + 8 * (dimension + 1) + 2 * allocation_overhead; }

 private:
  void take_in(Host& host) {
    if (!has_come_) return;
    const std::int64_t worst = host.group.worst();
    if (best_come_.back() < host.group.value(worst)) {
      host.group.put(worst, place_of_particle(best_come_), best_come_.back());
      ++host.figures.replaced;
    }
    has_come_ = 0;
  }
  void send(Host& host) {
    const std::int64_t best = host.group.best();
    const double value = host.group.value(best);
    if (on_improvement_ && has_sent_ && !(value < best_sent_)) return;
    has_sent_ = 1;
    best_sent_ = value;
    host.runtime.send_to_out_neighbours(particle_payload(host.runtime, particle_message, host.updates, host.group, best));
  }

  std::int64_t every_;
  bool on_improvement_;
  std::int64_t has_come_ = 0, has_sent_ = 0;
  double best_sent_ = 0;
  std::vector<double, PopulationAllocator<double>> best_come_;  ///< θ, value
};

/// Any particle to all out-neighbours; a group and the newest that came from each in-neighbour are resampled with weights
/// exp(−f/T), systematically: u, u + 1, … over the sum of the weights scaled to m.
class ResampleExchange final : public ParticleExchange {
 public:
  ResampleExchange(const LangevinPopulationOptions& options, std::span<const AgentId> in, Eigen::Index d)
      : every_(options.every), in_(in), width_(static_cast<std::size_t>(d) + 1), come_(in.size() * width_), has_come_(in.size()),
        copies_(static_cast<std::size_t>(options.particles) + in.size()) {}

  void prepare(ParticleGroup& group, std::int64_t updates) override {
    if (updates % every_ == 0) group.want_all_values();
  }
  void read(Host&, const Message& message) override {
    const std::size_t place = algorithm::place_of(message.from, in_);
    std::copy(message.values.begin(), message.values.end(), come_.begin() + static_cast<std::ptrdiff_t>(place * width_));
    has_come_[place] = 1;
  }
  void step_ended(Host& host) override {
    if (host.updates % every_ != 0 || !host.group.knows_all_values()) return;
    resample(host);
    std::fill(has_come_.begin(), has_come_.end(), 0);
    const std::int64_t p = host.any_free_particle();
    host.runtime.send_to_out_neighbours(particle_payload(host.runtime, particle_message, host.updates, host.group, p));
  }
  void state(agent::StateVisitor& visitor) override {
    for (auto& has : has_come_) visitor.integer(has);
    visitor.reals(come_);
  }
  static double expected_bytes(double degree, double dimension, double particles) {
    return sizeof(ResampleExchange) + 8 * degree * (dimension + 2) + 4 * (particles + degree) + 4 * allocation_overhead;
  }

 private:
  std::span<const double> come(std::size_t place) const { return {come_.data() + place * width_, width_}; }
  /// Of all: first the own ones, then by in-neighbour; +∞ where nothing came.
  double value(const ParticleGroup& group, std::size_t j) const {
    const auto m = static_cast<std::size_t>(group.size());
    if (j < m) return group.value(static_cast<std::int64_t>(j));
    return has_come_[j - m] ? come(j - m).back() : HUGE_VAL;
  }
  void resample(Host& host) {
    auto& group = host.group;
    const auto m = static_cast<std::size_t>(group.size());
    const double temperature = group.temperature(host.updates - 1);
    double least = HUGE_VAL, sum = 0;
    for (std::size_t j = 0; j < copies_.size(); ++j) least = std::min(least, value(group, j));
    const auto weight = [&](std::size_t j) {
      const double above = value(group, j) - least;
      return above > 0 ? math::exp(-above / temperature) : above == 0 ? 1.0 : 0.0;
    };
    for (std::size_t j = 0; j < copies_.size(); ++j) sum += weight(j);
    const double spacing = sum / static_cast<double>(m), first = host.uniform();
    double reached = 0;
    std::size_t taken = 0;
    for (std::size_t j = 0; j < copies_.size(); ++j) {
      reached += weight(j);
      copies_[j] = 0;
      for (; taken < m && (first + static_cast<double>(taken)) * spacing < reached; ++taken) ++copies_[j];
    }
    for (std::size_t j = copies_.size(); taken < m && j-- > 0;)  // what rounding left over
      if (value(group, j) < HUGE_VAL) copies_[j] += static_cast<std::int32_t>(m - taken), taken = m;
    copy(host);
  }
  /// Into the places of those that have no copy, in increasing order.
  void copy(Host& host) {
    auto& group = host.group;
    const auto m = static_cast<std::size_t>(group.size());
    std::size_t vacant = 0;
    for (std::size_t j = 0; j < copies_.size(); ++j) {
      for (std::int32_t extra = copies_[j] - (j < m ? 1 : 0); extra > 0; --extra) {
        while (copies_[vacant] > 0) ++vacant;
        const auto to = static_cast<std::int64_t>(vacant++);
        if (j < m)
          group.put(to, group.particle(static_cast<std::int64_t>(j)), group.value(static_cast<std::int64_t>(j)));
        else
          group.put(to, place_of_particle(come(j - m)), come(j - m).back());
        ++host.figures.copies;
      }
    }
    ++host.figures.resamplings;
  }

  std::int64_t every_;
  std::span<const AgentId> in_;
  std::size_t width_;
  std::vector<double, PopulationAllocator<double>> come_;
  std::vector<std::int64_t> has_come_;
  std::vector<std::int32_t> copies_;
};

/// Asks for swaps and answers; every proposal is decided once, by who is asked.
class ReplicaExchange final : public ParticleExchange {
 public:
  ReplicaExchange(const GroupRule& rule, const topology::Digraph& graph, Eigen::Index d, AgentId i)
      : rule_(rule), self_(i), hosts_(graph.agents()), in_(graph.in_neighbours(i)), width_(static_cast<std::size_t>(d) + 2),
        asked_(in_.size()), kept_(in_.size() * width_) {
    for (const AgentId j : in_) {
      if (j < i) colder_ = j;
      if (j > i && hotter_ == i) hotter_ = j;
    }
  }

  void prepare(ParticleGroup&, std::int64_t) override {}
  void read(Host& host, const Message& message) override {
    if (message.kind == swap_proposal)
      hear_proposal(host, message);
    else
      hear_answer(host, message);
  }
  void step_ended(Host& host) override {
    for (std::size_t a = 0; a < asked_.size(); ++a)
      if (asked_[a].in_test >= 0 && host.group.knows_value(asked_[a].in_test)) decide(host, a);
    if ((host.updates + turn_offset()) % rule_.options.every == 0) own_turn(host);
    if (engaged_ >= 0 && host.group.use(engaged_) == Use::to_be_lent && host.group.knows_value(engaged_)) lend(host);
  }
  void state(agent::StateVisitor& visitor) override {
    for (auto* value : {&engaged_, &number_, &turns_, &waited_}) visitor.integer(*value);
    for (auto& a : asked_) {
      visitor.integer(a.number);
      visitor.integer(a.in_test);
    }
    visitor.reals(kept_);
  }
  static double expected_bytes(double degree, double dimension) {
    return sizeof(ReplicaExchange) + degree * (sizeof(Asked) + 8 * (dimension + 2)) + 3 * allocation_overhead;
  }

 private:
  /// What a neighbour has asked last.
  struct Asked {
    std::int64_t number = 0;    ///< of its proposal; 0: none yet
    std::int64_t in_test = -1;  ///< the particle here that it will be tested against; −1: the answer has been given
  };

  double inverse_temperature(AgentId i) const {
    const double coldest = rule_.temperature->at(0);
    return 1 / (coldest * rung(i, hosts_, rule_.options.hottest / coldest));
  }
  std::span<double> kept(std::size_t a) { return {kept_.data() + a * width_, width_}; }

  // ---- asking ----

  /// Hosts of odd number have their turns between those of the others: in step, hosts of one particle would all lend it at once,
  /// and none would have one to test.
  std::int64_t turn_offset() const { return self_ % 2 == 1 ? rule_.options.every / 2 : 0; }

  void own_turn(Host& host) {
    if (colder_ == self_ && hotter_ == self_) return;  // nobody to ask
    if (engaged_ >= 0) return ask_again(host);
    if (host.group.free_particles() == 0) return;
    ++turns_;
    engaged_ = host.any_free_particle();
    host.group.set_use(engaged_, Use::to_be_lent);
    if (!host.group.knows_value(engaged_)) host.group.want_value(engaged_);
  }
  /// The ladder's next rung among the neighbours, upwards and downwards by turns.
  AgentId partner() const {
    const bool upwards = turns_ % 2 == 1;
    if (upwards) return hotter_ != self_ ? hotter_ : colder_;
    return colder_ != self_ ? colder_ : hotter_;
  }
  void lend(Host& host) {
    host.group.set_use(engaged_, Use::lent);
    // Numbers go on in another life, for the neighbours remember the last.
    number_ = std::max(number_, static_cast<std::int64_t>(host.group.name() >> 32) << 40) + 1;
    waited_ = 0;
    ++host.figures.swaps_proposed;
    propose(host);
  }
  void propose(Host& host) {
    host.runtime.send(partner(), particle_payload(host.runtime, swap_proposal, number_, host.group, engaged_));
  }
  /// After 2, 4, 8, … own turns in vain.
  void ask_again(Host& host) {
    if (host.group.use(engaged_) != Use::lent || !std::has_single_bit(static_cast<std::uint64_t>(++waited_)) || waited_ == 1) return;
    ++host.figures.proposals_repeated;
    propose(host);
  }
  void hear_answer(Host& host, const Message& message) {
    if (engaged_ < 0 || message.stamp != number_ || host.group.use(engaged_) != Use::lent) return;
    const bool swapped = message.values.back() > 0;
    if (swapped) host.group.put(engaged_, message.values.first(width_ - 2), message.values[width_ - 2]);
    host.figures.swaps_accepted += swapped;
    host.group.set_use(engaged_, Use::free);
    engaged_ = -1;
  }

  // ---- being asked ----

  void hear_proposal(Host& host, const Message& message) {
    const std::size_t a = algorithm::place_of(message.from, in_);
    Asked& asked = asked_[a];
    if (message.stamp < asked.number || (message.stamp == asked.number && asked.in_test >= 0)) return;
    if (message.stamp == asked.number) return answer(host, a);
    if (asked.in_test >= 0) host.group.set_use(asked.in_test, Use::free);  // the neighbour has forgotten that it asked
    asked = {message.stamp, -1};
    std::copy(message.values.begin(), message.values.end(), kept(a).begin());
    kept(a).back() = 0;
    if (host.group.free_particles() == 0) return answer(host, a);
    asked.in_test = host.any_free_particle();
    host.group.set_use(asked.in_test, Use::in_test);
    if (host.group.knows_value(asked.in_test))
      decide(host, a);
    else
      host.group.want_value(asked.in_test);
  }
  /// With probability min(1, exp((1/T_i − 1/T_j)(f(θ_i) − f(θ_j)))): the particles change places.
  void decide(Host& host, std::size_t a) {
    auto& group = host.group;
    const std::int64_t own = asked_[a].in_test;
    const auto theirs = kept(a);
    const double log_ratio = (inverse_temperature(in_[a]) - inverse_temperature(self_)) *
                             (theirs[width_ - 2] - group.value(own));
    const double probability =
        rule_.options.swap_probability ? rule_.options.swap_probability(log_ratio) : math::exp(std::min(0.0, log_ratio));
    if (host.uniform() < probability) {
      group.swap(own, theirs.first(width_ - 1));
      theirs.back() = 1;
    }
    group.set_use(own, Use::free);
    asked_[a].in_test = -1;
    answer(host, a);
  }
  /// Of one length whatever is answered, so that no time depends on where particles are.
  void answer(Host& host, std::size_t a) {
    agent::Payload payload = host.runtime.payload(swap_answer, asked_[a].number, width_);
    std::copy_n(kept(a).begin(), width_, payload.values().begin());
    host.runtime.send(in_[a], std::move(payload));
  }

  const GroupRule& rule_;
  AgentId self_;
  std::size_t hosts_;
  std::span<const AgentId> in_;
  std::size_t width_;
  AgentId colder_ = self_, hotter_ = self_;  ///< itself: there is none
  std::int64_t engaged_ = -1;                ///< the particle that is, or is about to be, lent; −1: none
  std::int64_t number_ = 0, turns_ = 0, waited_ = 0;
  std::vector<Asked> asked_;  ///< by in-neighbour
  std::vector<double, PopulationAllocator<double>> kept_;  ///< of each: its particle, then the answer: d + 2 values
};

}  // namespace

double rung(AgentId i, std::size_t n, double hottest) {
  return i == 0 ? 1.0 : math::pow(hottest, static_cast<double>(i) / static_cast<double>(n - 1));
}

std::unique_ptr<ParticleExchange> make_exchange(const GroupRule& rule, const topology::Digraph& graph, Eigen::Index dimension,
                                                AgentId i) {
  using Exchange = LangevinPopulationOptions::Exchange;
  switch (rule.options.exchange) {
    case Exchange::best: return std::make_unique<BestExchange>(rule.options, dimension);
    case Exchange::resample: return std::make_unique<ResampleExchange>(rule.options, graph.in_neighbours(i), dimension);
    case Exchange::replica_exchange: return std::make_unique<ReplicaExchange>(rule, graph, dimension, i);
    default: return nullptr;
  }
}

double expected_exchange_bytes(const GroupRule& rule, const Scale& scale) {
  using Exchange = LangevinPopulationOptions::Exchange;
  switch (rule.options.exchange) {
    case Exchange::best: return BestExchange::expected_bytes(scale.dimension);
    case Exchange::resample:
      return ResampleExchange::expected_bytes(scale.degree, scale.dimension, static_cast<double>(rule.options.particles));
    case Exchange::replica_exchange: return ReplicaExchange::expected_bytes(scale.degree, scale.dimension);
    default: return 0;
  }
}

}  // namespace taubar::algorithm
