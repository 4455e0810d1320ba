#include "core/trace/draws.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"

namespace taubar::trace {

Draws::Draws(DrawRule rule, std::int64_t particles, std::int64_t dimension)
    : rule_(rule), particles_(particles), dimension_(dimension) {
  check(rule.every >= 1 && rule.burn_in >= 0 && rule.keep >= 2 && rule.keep % 2 == 0, "a rule by which draws can be kept");
  check(particles >= 1 && dimension >= 1, "draws of something");
  values_.reserve(static_cast<std::size_t>(rule.keep * width()));
  set_due();
}

// Of all draws 0, 1, 2, … those are kept whose number is a multiple of the stride, a power of two.
void Draws::take(std::span<const double> particles) {
  check(std::ssize(particles) == width(), "a draw is of all particles");
  if (count() == rule_.keep) halve();
  values_.insert(values_.end(), particles.begin(), particles.end());
  set_due();
}

void Draws::halve() {
  const std::int64_t left = count() / 2;
  for (std::int64_t k = 1; k < left; ++k)
    std::copy_n(values_.begin() + 2 * k * width(), width(), values_.begin() + k * width());
  values_.resize(static_cast<std::size_t>(left * width()));
  stride_ *= 2;
}

void Draws::set_due() {
  constexpr auto far = std::numeric_limits<std::int64_t>::max();
  const std::int64_t number = count() * stride_ + 1;
  due_ = number > (far - rule_.burn_in) / rule_.every ? far : rule_.burn_in + number * rule_.every;
}

void Draws::restore(std::int64_t stride, std::span<const double> values) {
  check(stride >= 1 && std::ssize(values) % width() == 0 && std::ssize(values) <= rule_.keep * width(), "whole draws");
  stride_ = stride;
  values_.assign(values.begin(), values.end());
  set_due();
}

}  // namespace taubar::trace
