#include <cmath>

#include "sim/delay/network_model.hpp"

namespace taubar::delay {
namespace {

bool is_pairs_of_agents(const Matrix& edges) {
  if (edges.rows() == 0 || edges.cols() != 2) return false;
  for (Eigen::Index row = 0; row < edges.rows(); ++row)
    for (Eigen::Index column = 0; column < 2; ++column) {
      const double end = edges(row, column);
      if (!(end >= 0 && end <= static_cast<double>(max_agents) && end == std::floor(end))) return false;
    }
  return true;
}

constexpr const char* latency_doc = "travel time of each message, drawn anew";
constexpr const char* bandwidth_doc = "a message of b bytes is transmitted in 8b/bandwidth";
constexpr const char* overhead_doc = "time for which a message keeps its sender busy";
constexpr const char* loss_doc = "probability that a message is lost, each independently";
constexpr const char* duplicate_doc = "probability that a message that is not lost arrives twice";

}  // namespace

void LinkSpec::fields(config::Fields& f) {
  f.matrix("edges", edges, config::non_negative, "directed links [from, to]", config::required);
  f.demand(!f.present("edges") || is_pairs_of_agents(edges), "edges",
           "accepted are pairs [from, to] of agents' numbers, at least one pair");
  f.choice("latency", latency, law::laws(), latency_doc, config::optional, config::Unit::duration);
  f.measure("bandwidth", bandwidth, config::Unit::rate, config::positive, bandwidth_doc);
  f.real("loss", loss, config::probability, loss_doc);
  f.real("duplicate", duplicate, config::probability, duplicate_doc);
}

void IntraHostSpec::fields(config::Fields& f) {
  f.choice("latency", latency, law::laws(), latency_doc, config::optional, config::Unit::duration);
  f.measure("bandwidth", bandwidth, config::Unit::rate, config::positive, bandwidth_doc);
  f.measure("overhead", overhead, config::Unit::duration, config::non_negative, overhead_doc);
}

void NetworkSpec::fields(config::Fields& f) {
  f.choice("latency", latency, law::laws(), "travel time of each message, drawn anew; default 0",
           config::optional, config::Unit::duration);
  f.measure("bandwidth", bandwidth, config::Unit::rate, config::positive,
            "a message of b bytes is transmitted in 8b/bandwidth; default infinite");
  f.measure("overhead", overhead, config::Unit::duration, config::non_negative,
            overhead_doc);
  f.one_of("contention", contention,
           {{"none", Contention::none},
            {"sender", Contention::sender},
            {"sender_and_receiver", Contention::sender_and_receiver}},
           "whether messages queue at the interfaces");
  f.one_of("ordering", ordering, {{"unordered", Ordering::unordered}, {"fifo", Ordering::fifo}},
           "fifo: no message overtakes another of its link");
  f.real("loss", loss, config::probability, loss_doc);
  f.real("duplicate", duplicate, config::probability, duplicate_doc);
  f.list("links", links, "overrides for named links; what they leave out stays as above");
  f.object("intra_host", intra_host, "messages between two agents of one host; what it leaves out stays as above");
}

}  // namespace taubar::delay
