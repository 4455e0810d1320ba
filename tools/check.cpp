// taubar check: validates without running.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "core/base/error.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/sweep/plan.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {

int check(const std::vector<std::string>& files, const std::vector<std::string>& data) {
  int code = done;
  for (const auto& file : files) {
    try {
      const auto document = config::Document::load(file);
      if (sweep::is_sweep(document)) {
        const auto spec = sweep::read_sweep(document, {data});
        const auto plan = sweep::make_plan(spec, {data});
        fmt::print("{}: fine, a sweep of {} points and {} runs\n", file, plan.points.size(), plan.runs.size());
      } else {
        experiment::Scenario::read(document, {data});
        fmt::print("{}: fine\n", file);
      }
    } catch (const InputError& error) {
      std::fflush(stdout);
      fmt::print(stderr, "{}\n", error.what());
      code = std::max<int>(code, wrong_input);
    } catch (const RefusedError& error) {
      std::fflush(stdout);
      fmt::print(stderr, "refused: {}\n", error.what());
      code = std::max<int>(code, refused);
    }
  }
  return code;
}

}  // namespace taubar::tools
