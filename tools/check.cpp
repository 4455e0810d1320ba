// taubar check: validates without running.
#include <fmt/format.h>

#include <cstdio>

#include "core/base/error.hpp"
#include "sim/experiment/scenario.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {

int check(const std::vector<std::string>& files, const std::vector<std::string>& data) {
  int code = done;
  for (const auto& file : files) {
    try {
      experiment::Scenario::read(config::Document::load(file), {data});
      fmt::print("{}: fine\n", file);
    } catch (const InputError& error) {
      std::fflush(stdout);
      fmt::print(stderr, "{}\n", error.what());
      code = wrong_input;
    }
  }
  return code;
}

}  // namespace taubar::tools
