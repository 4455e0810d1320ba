#include "core/algorithm/running_sums.hpp"

#include <algorithm>
#include <utility>

#include "core/algorithm/neighbours.hpp"
#include "core/base/error.hpp"
#include "core/problem/compensated_sum.hpp"

namespace taubar::algorithm {
namespace {

using problem::CompensatedSum;

/// σ, ρ: running totals of push-sum mass, no mass by themselves.
constexpr agent::MessageKind running_total = 2;

agent::Payload total_of(agent::Runtime& runtime, std::int64_t stamp, std::span<const double> total) {
  agent::Payload payload = runtime.payload(running_total, stamp, total.size());
  std::copy(total.begin(), total.end(), payload.values().begin());
  return payload;
}

int vectors(const topology::Digraph& graph, std::span<const double> links, AgentId i) {
  const std::size_t totals = all_equal(links) ? 1 : links.size();
  return static_cast<int>(1 + totals + graph.in_neighbours(i).size());
}

}  // namespace

RunningSums::RunningSums(const topology::Digraph& graph, const topology::ColumnStochastic& weights, AgentId i,
                         const ConstVectorRef& start)
    : links_(weights.link.data() + graph.first_link(i), graph.out_neighbours(i).size()),
      equal_(all_equal(links_)),
      d_(static_cast<std::size_t>(start.size())),
      in_degree_(graph.in_neighbours(i).size()),
      values_(vectors(graph, links_, i), start.size() + 1),
      heard_(in_degree_, 0) {
  x() = start;
  values_.span(0)[d_] = 1;
}

/// Entry c of the mass after the split.
double RunningSums::left_of(std::size_t c) const {
  const double whole = values_.span(0)[c];
  double left = whole;
  for (std::size_t t = 0; t < totals(); ++t) {
    const double before = total(t)[c];
    const double after = before + links_[t] * whole;
    left -= copies() * (after - before);
  }
  return left;
}

void RunningSums::split() {
  if (links_.empty() || !(left_of(d_) > 0)) return;
  for (std::size_t c = 0; c <= d_; ++c) {
    const double left = left_of(c);
    const double whole = std::exchange(values_.span(0)[c], left);
    for (std::size_t t = 0; t < totals(); ++t) total(t)[c] += links_[t] * whole;
  }
}

void RunningSums::send(agent::Runtime& runtime) {
  if (links_.empty()) return;
  ++sent_;
  if (equal_) {
    runtime.send_to_out_neighbours(total_of(runtime, sent_, total(0)));
    return;
  }
  const auto out_neighbours = runtime.out_neighbours();
  for (std::size_t m = 0; m < links_.size(); ++m)
    runtime.send(out_neighbours[m], total_of(runtime, sent_, total(m)));
}

void RunningSums::accept(std::size_t place, const agent::Message& message) {
  if (message.stamp <= heard_[place]) return;
  check(message.values.size() == d_ + 1, "a running total has as many values as the mass");
  heard_[place] = message.stamp;
  auto last = as_vector(accepted(place));
  as_vector(values_.span(0)) += as_vector(message.values) - last;
  last = as_vector(message.values);
}

/// Totals are large and their difference is not: summed with compensation, it has its digits.
agent::PushMass RunningSums::mass(std::span<const double> perturbation) const {
  outstanding_.resize(d_ + 1);
  for (std::size_t c = 0; c <= d_; ++c) {
    CompensatedSum sum;
    for (std::size_t link = 0; link < links_.size(); ++link) sum.add(total(equal_ ? 0 : link)[c]);
    for (std::size_t place = 0; place < in_degree_; ++place) sum.add(-accepted(place)[c]);
    outstanding_[c] = sum.value();
  }
  agent::PushMass mass{values_.span(0).first(d_), weight(), perturbation};
  mass.outstanding_x = std::span<const double>(outstanding_).first(d_);
  mass.outstanding_weight = outstanding_[d_];
  return mass;
}

void RunningSums::state(agent::StateVisitor& visitor) {
  visitor.reals(values_.span(0));
  visitor.integer(sent_);
  for (std::size_t t = 0; t < totals(); ++t) visitor.reals(total(t));
  for (std::size_t place = 0; place < in_degree_; ++place) {
    visitor.integer(heard_[place]);
    visitor.reals(accepted(place));
  }
}

}  // namespace taubar::algorithm
