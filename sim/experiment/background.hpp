// For threads that work beside a replay.
#pragma once

namespace taubar::experiment {

/// From now on the calling thread gives way to those that the replay measures, but goes on: with the lowest priority of
/// all it would stand still on a busy machine, and the run's end would wait for it.
void step_back();

}  // namespace taubar::experiment
