#include <cstdlib>

#include "tools/commands.hpp"

namespace taubar::tools {

config::Document ScenarioOptions::document() const {
  auto document = config::Document::load(file);
  for (const auto& assignment : set) document.set(assignment);
  if (seed) document.set("/seed=" + std::to_string(*seed));
  return document;
}

std::string cache_directory() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) return std::string(cache) + "/taubar";
  if (const char* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.cache/taubar";
  return "";
}

}  // namespace taubar::tools
