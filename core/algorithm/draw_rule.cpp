#include "core/algorithm/draw_rule.hpp"

#include <algorithm>
#include <cmath>

namespace taubar::algorithm {

using config::Unit;

void DrawsSpec::fields(config::Fields& f) {
  f.one_of<Clock>("clock", clock, {{"updates", Clock::updates}, {"time", Clock::time}},
                  "what `every` and `burn_in` count: an agent's own updates, so that fast agents draw more often; or virtual time");
  f.measure("every", every, Unit::duration, config::positive,
            "from one draw to the next: own updates, a whole number; with clock \"time\" a duration, which is required");
  f.measure("burn_in", burn_in, Unit::duration, config::non_negative,
            "the first draw is so much and `every` after the start: own updates, a whole number; with clock \"time\" a duration");
  f.integer("keep", keep, config::between(2, 1e9),
            "draws kept at most, an even number; when there are more, every other one goes");
  f.demand(keep % 2 == 0, "keep", "is odd; accepted is an even number, so that every other draw can go");
  if (clock == Clock::time)
    return f.demand(!f.reading() || f.present("every"), "every", "is required with clock \"time\"; accepted is a duration");
  const auto whole = [](double number) { return number == std::floor(number) && number <= 1e15; };
  f.demand(whole(every), "every", "is no count of updates; accepted is a whole number, or a duration with clock \"time\"");
  f.demand(whole(burn_in), "burn_in", "is no count of updates; accepted is a whole number, or a duration with clock \"time\"");
}

trace::DrawRule DrawsSpec::rule() const {
  const auto ticks = [this](double value) {
    return clock == Clock::time ? from_seconds(value) : static_cast<std::int64_t>(value);
  };
  return {clock, std::max<std::int64_t>(1, ticks(every)), ticks(burn_in), keep};
}

}  // namespace taubar::algorithm
