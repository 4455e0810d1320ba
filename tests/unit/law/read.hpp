// Laws and models out of JSON, as a scenario would have them.
#pragma once
#include <memory>
#include <string>

#include "core/config/reader.hpp"
#include "sim/compute/compute_model.hpp"
#include "sim/delay/network_model.hpp"
#include "sim/law/law.hpp"

namespace taubar::test {

inline config::Choice<law::LawSpec> law_spec(const std::string& json,
                                             config::Unit unit = config::Unit::duration,
                                             const config::ReadOptions& options = {}) {
  config::Choice<law::LawSpec> choice;
  config::read(
      config::Document::parse(R"({"law": )" + json + "}", "test.json"),
      [&](config::Fields& f) { f.choice("law", choice, law::laws(), "a law", config::required, unit); },
      options);
  return choice;
}

inline std::unique_ptr<law::Law> law(const std::string& json, std::uint64_t seed = 1) {
  return law_spec(json)->build(seed);
}

template <class Spec>
Spec spec_of(const std::string& json) {
  Spec spec;
  config::read(config::Document::parse(json, "test.json"), [&](config::Fields& f) { spec.fields(f); });
  return spec;
}

inline compute::ComputeModel compute_model(const std::string& json, std::uint64_t agents,
                                           std::uint64_t seed = 1) {
  return {spec_of<compute::ComputeSpec>(json), agents, seed};
}

/// All links among 0 … ends−1 in order: from i to j ≠ i.
inline std::vector<std::pair<AgentId, AgentId>> all_links(AgentId ends) {
  std::vector<std::pair<AgentId, AgentId>> links;
  for (AgentId i = 0; i < ends; ++i)
    for (AgentId j = 0; j < ends; ++j)
      if (i != j) links.emplace_back(i, j);
  return links;
}

}  // namespace taubar::test
