// taubar schema: the JSON Schema of a scenario or a sweep, written from the same fields that read it.
#include <fmt/format.h>

#include "sim/experiment/scenario.hpp"
#include "sim/sweep/sweep_spec.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {

int schema(const std::string& what) {
  if (what == "sweep") {
    fmt::print("{}\n", sweep::sweep_schema().dump(2));
    return done;
  }
  experiment::Scenario scenario;
  fmt::print("{}\n", config::schema([&](config::Fields& f) { scenario.fields(f); }, "taubar scenario").dump(2));
  return done;
}

}  // namespace taubar::tools
