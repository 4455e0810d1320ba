#include "tools/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "core/config/units.hpp"

namespace taubar::tools {
namespace {

constexpr int bar_width = 24;

}  // namespace

ProgressLine::ProgressLine(bool wanted) : on_(wanted && isatty(STDERR_FILENO)) {}

void ProgressLine::put(const std::string& text) {
  if (!on_) return;
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::note(const std::string& what) { put(what + " …"); }

void ProgressLine::show(const experiment::Progress& p) {
  const int filled = static_cast<int>(p.share * bar_width);
  std::string bar;
  for (int i = 0; i < bar_width; ++i) bar += i < filled ? "█" : "·";
  const double rate = p.wall_seconds > 0 ? static_cast<double>(p.events) / p.wall_seconds : 0;
  std::string left = "?";
  if (p.share > 0.001)
    left = config::format_quantity(static_cast<double>(static_cast<long>(p.wall_seconds * (1 - p.share) / p.share + 0.5)),
                                   config::Unit::duration);
  const std::string where = p.replicates > 1 ? fmt::format("{} of {} replicates", p.finished, p.replicates)
                                             : fmt::format("t = {:.4g} s", to_seconds(p.time));
  put(fmt::format("{} {:3.0f} %  {}  {:.3g} events/s  {} left", bar, 100 * p.share, where, rate, left));
}

void ProgressLine::clear() {
  if (!shown_) return;
  put("");
  shown_ = false;
}

}  // namespace taubar::tools
