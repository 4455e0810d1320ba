// taubar schema: the JSON Schema of a scenario, written from the same fields that read it.
#include <fmt/format.h>

#include "sim/experiment/scenario.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {

int schema(const std::string&) {
  experiment::Scenario scenario;
  fmt::print("{}\n", config::schema([&](config::Fields& f) { scenario.fields(f); }, "taubar scenario").dump(2));
  return done;
}

}  // namespace taubar::tools
