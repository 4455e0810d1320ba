// A scenario out of JSON text, built and run: the street as a test walks it.
#pragma once
#include <memory>
#include <string>

#include "sim/experiment/experiment.hpp"
#include "sim/experiment/judge.hpp"
#include "sim/experiment/run.hpp"

namespace taubar {

struct Walk {
  std::unique_ptr<experiment::Experiment> experiment;
  trace::Trace trace;

  /// Iterates of the agents with data as rows.
  Matrix iterates() const {
    Matrix x(static_cast<Eigen::Index>(experiment->agents()), experiment->problem->dimension());
    for (AgentId i = 0; i < experiment->agents(); ++i) {
      const auto z = experiment->world->program(i).iterate();
      x.row(i) = ConstVectorView(z.data(), static_cast<Eigen::Index>(z.size())).transpose();
    }
    return x;
  }
};

inline experiment::Scenario read_scenario(const std::string& json) {
  return experiment::Scenario::read(config::Document::parse(json, "test"), {});
}

inline Walk walk(const std::string& json, int threads = 1) {
  Walk w;
  experiment::BuildOptions options;
  options.threads = threads;
  w.experiment = experiment::build(read_scenario(json), options);
  w.trace = experiment::run(*w.experiment);
  return w;
}

}  // namespace taubar
