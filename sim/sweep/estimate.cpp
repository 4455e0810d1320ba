#include "sim/sweep/estimate.hpp"

#include <chrono>
#include <csignal>
#include <exception>

#include "sim/experiment/run.hpp"

namespace taubar::sweep {
namespace {

/// How far a run was after some time.
struct Reached {
  double seconds = 0, share = 0;
};

}  // namespace

std::optional<double> probe(const SweepSpec& spec, const Plan& plan, const PlannedRun& run, const RunSettings& settings, double most_seconds) {
  try {
    const auto begun = std::chrono::steady_clock::now();
    const auto scenario = scenario_of(spec, plan.parameters(run), run.seed, settings.read);
    experiment::BuildOptions build;
    build.cache_directory = settings.cache_directory;
    const auto experiment = experiment::build(scenario, build);
    const double building = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::atomic<int> signal{0};
    Reached half, all;
    const auto trace = experiment::run(*experiment, {&signal, [&](const experiment::Progress& progress) {
                                                       all = {progress.wall_seconds, progress.share};
                                                       if (2 * all.seconds <= most_seconds) half = all;
                                                       if (all.seconds >= most_seconds) signal = SIGINT;
                                                     }});
    if (trace.complete()) return building + trace.wall_seconds;
    // By the speed of the second half: records are often dense at the start.
    if (!(all.share > half.share)) return std::nullopt;
    return building + all.seconds + (1 - all.share) * (all.seconds - half.seconds) / (all.share - half.share);
  } catch (const std::exception&) {
    return std::nullopt;  // the sweep itself will say why
  }
}

}  // namespace taubar::sweep
