#include "sim/sweep/estimate.hpp"

#include <chrono>
#include <csignal>
#include <exception>

#include "sim/experiment/run.hpp"

namespace taubar::sweep {

std::optional<double> probe(const SweepSpec& spec, const Plan& plan, const PlannedRun& run, const RunSettings& settings, double most_seconds) {
  try {
    const auto begun = std::chrono::steady_clock::now();
    const auto scenario = scenario_of(spec, plan.points[static_cast<std::size_t>(run.point)], run.seed, settings.read);
    experiment::BuildOptions build;
    build.cache_directory = settings.cache_directory;
    const auto experiment = experiment::build(scenario, build);
    const double building = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::atomic<int> signal{0};
    double share = 0;
    const auto trace = experiment::run(*experiment, {&signal, [&](const experiment::Progress& progress) {
                                                       share = progress.share;
                                                       if (progress.wall_seconds >= most_seconds) signal = SIGINT;
                                                     }});
    if (trace.complete()) return building + trace.wall_seconds;
    if (share <= 0) return std::nullopt;
    return building + trace.wall_seconds / share;
  } catch (const std::exception&) {
    return std::nullopt;  // the sweep itself will say why
  }
}

}  // namespace taubar::sweep
