// A sweep out of JSON text, with a scenario that runs in a fraction of a millisecond.
#pragma once
#include <string>

#include "sim/sweep/plan.hpp"

namespace taubar {

inline const std::string tiny_scenario = R"({"name": "tiny", "topology": {"kind": "ring", "agents": 4},
  "problem": {"kind": "quadratic", "dimension": 2, "heterogeneity": 1},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
  "compute": {"time": {"kind": "exponential", "mean": 1}}, "network": {"latency": "100ms"},
  "stop": {"virtual_time": 10}, "record": {"every": 1}})";

/// `more`: further members of the sweep, such as "grid": {…}.
inline std::string sweep_text(const std::string& more, const std::string& scenario = tiny_scenario) {
  return "{\"name\": \"tiny\", \"scenario\": " + scenario + (more.empty() ? "" : ", " + more) + "}";
}

inline sweep::SweepSpec read_sweep_text(const std::string& text) { return sweep::read_sweep(config::Document::parse(text, "test.json"), {}); }
inline sweep::SweepSpec tiny_sweep(const std::string& more) { return read_sweep_text(sweep_text(more)); }

}  // namespace taubar
