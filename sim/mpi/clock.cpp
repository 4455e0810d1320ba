#include "sim/mpi/clock.hpp"

#include <chrono>
#include <limits>

namespace taubar::mpi {
namespace {

constexpr int rounds = 30;

template <class T>
std::span<std::byte> raw(T& value) {
  return std::as_writable_bytes(std::span<T, 1>(&value, 1));
}

ClockOffset ask(Transport& transport, int rank, const std::function<Time()>& clock) {
  ClockOffset best{0, std::numeric_limits<double>::infinity()};
  for (int round = 0; round < rounds; ++round) {
    Time theirs = 0;
    const Time before = clock();
    transport.send(rank, raw(theirs));
    transport.receive(rank, raw(theirs));
    const Time after = clock();
    const double half_trip = 0.5 * static_cast<double>(after - before);
    if (half_trip < best.uncertainty_ns) best = {static_cast<double>(theirs - before) - half_trip, half_trip};
  }
  return best;
}

}  // namespace

Time steady_now() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

ClockOffset measure_offset(Transport& transport, const std::function<Time()>& clock) {
  ClockOffset own;
  if (transport.rank() == 0) {
    for (int r = 1; r < transport.size(); ++r) {
      ClockOffset theirs = ask(transport, r, clock);
      transport.send(r, raw(theirs));
    }
    return own;
  }
  for (int round = 0; round < rounds; ++round) {
    Time reading = 0;
    transport.receive(0, raw(reading));
    reading = clock();
    transport.send(0, raw(reading));
  }
  transport.receive(0, raw(own));
  return own;
}

Time agree_on_start(Transport& transport, const ClockOffset& offset, Duration ahead) {
  Time start = steady_now() + ahead;
  const auto bytes = transport.broadcast({raw(start).begin(), raw(start).end()});
  std::copy(bytes.begin(), bytes.end(), raw(start).begin());
  return start + static_cast<Time>(offset.offset_ns);
}

}  // namespace taubar::mpi
