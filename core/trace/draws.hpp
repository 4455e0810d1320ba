// What a group of sampling particles has been: draws of all of them at evenly spaced own updates or instants, from which
// every estimate is made. Taken after each update of a host, draws weigh hosts by their updates, and fast ones count for
// more; taken at instants, all hosts count alike.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/time.hpp"

namespace taubar::trace {

/// When draws are taken: at burn_in + every, burn_in + 2 every, …, counted in own updates or in ns.
struct DrawRule {
  enum class Clock { updates, time };
  Clock clock = Clock::updates;
  std::int64_t every = 1, burn_in = 0;  ///< >= 1, >= 0
  std::int64_t keep = 1000;             ///< draws kept at most; when there are more, every other one goes; even, >= 2
};

/// Memory is reserved at the start and never grows. Draws are no part of an agent's state: nothing depends on them.
class Draws {
 public:
  Draws(DrawRule rule, std::int64_t particles, std::int64_t dimension);

  /// By updates: the particles (m×d, row by row) after own update number `clock` = 1, 2, …. By time: as they have been
  /// until the instant `clock`, before they change.
  void see(std::int64_t clock, std::span<const double> particles) {
    while (clock >= due_) take(particles);
  }

  const DrawRule& rule() const { return rule_; }
  std::int64_t particles() const { return particles_; }  ///< m
  std::int64_t dimension() const { return dimension_; }  ///< d
  std::int64_t count() const { return static_cast<std::int64_t>(values_.size()) / width(); }
  /// From one kept draw to the next: so many times `rule().every`.
  std::int64_t stride() const { return stride_; }
  /// Draw k = 0 … count−1: m×d values by rows.
  std::span<const double> draw(std::int64_t k) const { return {values_.data() + k * width(), static_cast<std::size_t>(width())}; }
  /// Particle p of draw k: d values.
  std::span<const double> particle(std::int64_t k, std::int64_t p) const {
    return {values_.data() + k * width() + p * dimension_, static_cast<std::size_t>(dimension_)};
  }

  /// Bytes that it will hold, an upper estimate.
  static double expected_bytes(const DrawRule& rule, double particles, double dimension) {
    return static_cast<double>(sizeof(Draws)) + 8 * static_cast<double>(rule.keep) * particles * dimension;
  }
  /// As told by another process: kept draws, one after the other, `stride` apart.
  void restore(std::int64_t stride, std::span<const double> values);

 private:
  std::int64_t width() const { return particles_ * dimension_; }
  void take(std::span<const double> particles);
  void halve();
  void set_due();

  DrawRule rule_;
  std::int64_t particles_, dimension_, stride_ = 1, due_ = 0;
  std::vector<double> values_;  ///< draws one after the other
};

}  // namespace taubar::trace
