// The key under which a minimiser is kept: XXH3-128 of everything that F depends on.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace taubar::problem {

/// Feeds values in a fixed order; each piece is preceded by its length, so that no two sequences run
/// together.
class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  ContentHash& text(std::string_view value);
  ContentHash& integer(std::int64_t value);
  ContentHash& real(double value);
  ContentHash& reals(std::span<const double> values);
  ContentHash& integers(std::span<const std::int64_t> values);
  ContentHash& integers(std::span<const std::int32_t> values);
  /// 32 hexadecimal digits.
  std::string hex() const;

 private:
  void bytes(const void* data, std::size_t size);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace taubar::problem
