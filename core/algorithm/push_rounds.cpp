#include "core/algorithm/push_rounds.hpp"

#include <algorithm>
#include <string>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/neighbours.hpp"
#include "core/base/error.hpp"

namespace taubar::algorithm {
namespace {

agent::Payload share_of_round(agent::Runtime& runtime, std::int64_t round, double p, std::span<const double> v) {
  agent::Payload payload = runtime.payload(agent::push_share, round, v.size());
  as_vector(payload.values()) = p * as_vector(v);
  return payload;
}

std::span<const double> shares_of(const topology::Digraph& graph, const topology::ColumnStochastic& weights,
                                  AgentId i) {
  return {weights.link.data() + graph.first_link(i), graph.out_neighbours(i).size()};
}

std::size_t senders(const Inputs& inputs, AgentId i) {
  const std::size_t in_degree = inputs.graph.in_neighbours(i).size();
  return inputs.rotating ? std::min<std::size_t>(in_degree, 1) : in_degree;
}

}  // namespace

topology::ColumnStochastic push_weights(const Inputs& inputs, std::string_view method) {
  using topology::MixingKind;
  if (!inputs.rotating) return column_stochastic(inputs.graph, inputs.mixing, inputs.laplacian_scale);
  if (inputs.mixing != MixingKind::default_for_method && inputs.mixing != MixingKind::uniform_out)
    throw InputError(
        std::string(method) + ": mixing \"" + std::string(name(inputs.mixing)) +
        "\" does not fit a topology with one receiver a round; accepted is uniform_out (halves)");
  topology::ColumnStochastic halves;
  halves.link.assign(inputs.graph.links(), 0.5);
  for (AgentId i = 0; i < inputs.graph.agents(); ++i)
    halves.own.push_back(inputs.graph.out_neighbours(i).empty() ? 1.0 : 0.5);
  return halves;
}

PushRounds::PushRounds(const Inputs& inputs, const topology::ColumnStochastic& weights, AgentId i,
                       std::size_t width, std::int64_t overlap)
    : links_(shares_of(inputs.graph, weights, i)),
      own_(weights.own[i]),
      equal_(all_equal(links_)),
      d_(inputs.initial.cols()),
      overlap_(overlap),
      values_(2, static_cast<Eigen::Index>(width)),
      received_(senders(inputs, i), width) {
  if (inputs.rotating) rotation_.emplace(inputs.graph.agents());
  x() = inputs.initial.row(i);
  values_[0][d_] = 1;
}

void PushRounds::send(agent::Runtime& runtime) {
  const auto v = values_.span(0);
  const std::int64_t round = sent_++;
  if (links_.empty()) return;
  if (rotation_) {
    runtime.send(rotation_->receiver(runtime.self(), round), share_of_round(runtime, round, links_.front(), v));
  } else if (equal_) {
    runtime.send_to_out_neighbours(share_of_round(runtime, round, links_.front(), v));
  } else {
    const auto out_neighbours = runtime.out_neighbours();
    for (std::size_t m = 0; m < links_.size(); ++m)
      runtime.send(out_neighbours[m], share_of_round(runtime, round, links_[m], v));
  }
  values_[0] *= own_;
}

void PushRounds::store(const agent::Runtime& runtime, const agent::Message& message) {
  received_.store(message.stamp, rotation_ ? 0 : place_of(message.from, runtime.in_neighbours()),
                  message.values);
}

bool PushRounds::settle(const agent::Runtime& runtime) {
  while (received_.round() < sent_ && received_.complete()) {
    if (overlap_ == 0)
      add_round(runtime);
    else
      add_arrived();
    received_.next_round();
  }
  if (received_.round() + overlap_ < sent_) return false;
  add_arrived();
  return true;
}

/// Shares of the rounds sent, each once: what has been added is 0 from then on.
void PushRounds::add_arrived() {
  received_.for_each_until(sent_ - 1, [&](std::span<double> kept) {
    values_[0] += as_vector(kept);
    as_vector(kept).setZero();
  });
}

void PushRounds::add_round(const agent::Runtime& runtime) {
  auto sum = values_[1];
  sum.setZero();
  const AgentId self = runtime.self();
  AgentId only = 0;
  auto neighbours = runtime.in_neighbours();
  if (rotation_ && !neighbours.empty()) {
    only = rotation_->sender(self, received_.round());
    neighbours = {&only, 1};
  }
  in_increasing_id(
      neighbours, self, [&](std::size_t place) { sum += as_vector(received_.values(place)); },
      [&] { sum += values_[0]; });
  values_[0] = sum;
}

agent::PushMass PushRounds::mass(std::span<const double> perturbation) const {
  const auto d = static_cast<std::size_t>(d_);
  const auto own = values_.span(0).first(d + 1);
  held_.assign(own.begin(), own.end());
  received_.for_each([&](std::span<const double> kept) {
    as_vector(std::span<double>(held_)) += as_vector(kept.first(d + 1));
  });
  return {std::span<const double>(held_).first(d), held_[d], perturbation};
}

void PushRounds::state(agent::StateVisitor& visitor) {
  visitor.reals(values_.span(0));
  visitor.integer(sent_);
  received_.state(visitor);
}

double PushRounds::expected_bytes(const Scale& scale, double width, double overlap) {
  const double window = RoundBuffer::expected_window(scale.agents, scale.directed, overlap);
  return 8 * 2 * width + 8 * (scale.dimension + 1) +
         RoundBuffer::expected_bytes(scale.degree, width, window) + 5 * allocation_overhead;
}

}  // namespace taubar::algorithm
