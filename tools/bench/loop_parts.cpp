#include "tools/bench/loop_parts.hpp"

#include <string>

#include "core/config/reader.hpp"
#include "core/topology/topology.hpp"

namespace taubar::bench {

config::Choice<law::LawSpec> exponential(const char* mean) {
  struct Holder {
    config::Choice<law::LawSpec> law;
    void fields(config::Fields& f) { f.choice("law", law, law::laws(), "", config::required, config::Unit::duration); }
  } holder;
  const auto text = std::string(R"({"law": {"kind": "exponential", "mean": )") + mean + "}}";
  config::read(config::Document::parse(text, "benchmark"), [&](config::Fields& f) { holder.fields(f); });
  return holder.law;
}

topology::Digraph four_out_regular(std::size_t agents) {
  struct Holder {
    config::Choice<topology::TopologySpec> topology;
    void fields(config::Fields& f) { f.choice("topology", topology, topology::topologies(), "", config::required); }
  } holder;
  const auto text = R"({"topology": {"kind": "random_out_regular", "out_degree": 4, "agents": )" +
                    std::to_string(agents) + "}}";
  config::read(config::Document::parse(text, "benchmark"), [&](config::Fields& f) { holder.fields(f); });
  return holder.topology->draw(1, 0);
}

}  // namespace taubar::bench
