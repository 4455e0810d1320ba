#include "sim/sweep/structure_cache.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/experiment/memory.hpp"

namespace taubar::sweep {
namespace {

double structure_bytes(const experiment::Structure& s, const experiment::Scenario& scenario) {
  const auto agents = s.topology.graph.agents();
  return scenario.problem->expected_bytes(static_cast<std::int64_t>(agents)) + 8.0 * static_cast<double>(s.initial.size()) +
         24.0 * static_cast<double>(agents) + 8.0 * static_cast<double>(s.topology.graph.links());
}

void refuse_if_too_large(const experiment::Scenario& scenario, const experiment::Structure& s, int threads) {
  const auto& graph = s.topology.graph;
  experiment::refuse_if_too_large(scenario,
                                  {static_cast<double>(graph.agents()), static_cast<double>(graph.links()),
                                   static_cast<double>(s.problem->dimension()), graph.directed()},
                                  threads);
}

}  // namespace

std::string structure_key(const experiment::Scenario& scenario) {
  const auto& algorithm = *scenario.algorithm;
  auto copy = scenario;  // fields() is for reading too, and so not const
  const auto echo = config::echo([&](config::Fields& f) {
    f.choice("topology", copy.topology, topology::topologies(), "");
    f.choice("problem", copy.problem, problem::problems(), "");
  });
  return fmt::format("{} {} {} {} {} {}", echo.dump(), scenario.structure(), algorithm.averages(), algorithm.gradients_per_step(),
                     algorithm.rotates(), static_cast<int>(algorithm.overlay()));
}

std::shared_ptr<const experiment::Structure> StructureCache::get(const experiment::Scenario& scenario,
                                                                 const experiment::BuildOptions& options) {
  const std::string key = structure_key(scenario);
  std::promise<Shared> promise;
  {
    std::unique_lock lock(mutex_);
    const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
    if (at != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, at);
      const auto there = at->structure;
      lock.unlock();
      Shared structure = there.get();
      refuse_if_too_large(scenario, *structure, options.threads);
      return structure;
    }
    entries_.push_front({key, 0, promise.get_future().share()});
    ++built_;
  }
  try {
    Shared structure = experiment::build_structure(scenario, options);
    promise.set_value(structure);
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_)
      if (entry.key == key) entry.bytes = structure_bytes(*structure, scenario);
    drop_oldest();
    return structure;
  } catch (...) {
    promise.set_exception(std::current_exception());
    forget(key);
    throw;
  }
}

void StructureCache::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

void StructureCache::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const Entry& e) { return e.key == key; });
}

void StructureCache::drop_oldest() {
  const auto total = [&] {
    double sum = 0;
    for (const Entry& entry : entries_) sum += entry.bytes;
    return sum;
  };
  while (entries_.size() > 1 && total() > most_bytes_) entries_.pop_back();
}

}  // namespace taubar::sweep
