// One clock for all ranks. Each rank reads its own steady clock; a ping-pong with rank 0 tells by how much it differs:
// rank 0 notes t₁, the other answers with its own reading t₂, rank 0 notes t₃; the offset is t₂ − (t₁ + t₃)/2, and it is
// off by at most (t₃ − t₁)/2, however the way there and the way back differ (Cristian, "Probabilistic clock
// synchronization", Distributed Computing 3, 1989). The round with the shortest trip counts.
#pragma once
#include <functional>

#include "core/base/time.hpp"
#include "sim/mpi/transport.hpp"

namespace taubar::mpi {

/// This machine's steady clock, ns.
Time steady_now();

struct ClockOffset {
  double offset_ns = 0;       ///< own clock minus that of rank 0
  double uncertainty_ns = 0;  ///< half of the shortest round trip
};

/// Of all ranks together, by each rank's own `clock`.
ClockOffset measure_offset(Transport& transport, const std::function<Time()>& clock = steady_now);

/// Virtual time of a replay: real time since the common start, divided by the time scale.
class RunClock {
 public:
  RunClock(Time start_on_own_clock, double time_scale) : start_(start_on_own_clock), scale_(time_scale) {}
  Time now() const { return at(steady_now()); }
  Time at(Time own_clock) const {
    return scale_ == 1 ? own_clock - start_ : static_cast<Time>(static_cast<double>(own_clock - start_) / scale_);
  }
  /// The instant of the own clock at which it is `time`.
  Time real(Time time) const {
    return start_ + (scale_ == 1 ? time : static_cast<Time>(static_cast<double>(time) * scale_));
  }
  double scale() const { return scale_; }

 private:
  Time start_;
  double scale_;
};

/// A common instant `ahead` ns from now, on the own clock. Of all ranks together.
Time agree_on_start(Transport& transport, const ClockOffset& offset, Duration ahead);

}  // namespace taubar::mpi
