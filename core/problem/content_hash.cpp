#include "core/problem/content_hash.hpp"

#include <xxhash.h>

#include <array>

namespace taubar::problem {

struct ContentHash::State {
  XXH3_state_t xxh;
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }
ContentHash::~ContentHash() = default;

void ContentHash::bytes(const void* data, std::size_t size) {
  const auto length = static_cast<std::uint64_t>(size);
  XXH3_128bits_update(&state_->xxh, &length, sizeof length);
  if (size > 0) XXH3_128bits_update(&state_->xxh, data, size);
}

ContentHash& ContentHash::text(std::string_view value) {
  bytes(value.data(), value.size());
  return *this;
}

ContentHash& ContentHash::integer(std::int64_t value) {
  bytes(&value, sizeof value);
  return *this;
}

ContentHash& ContentHash::real(double value) {
  bytes(&value, sizeof value);
  return *this;
}

ContentHash& ContentHash::reals(std::span<const double> values) {
  bytes(values.data(), values.size_bytes());
  return *this;
}

ContentHash& ContentHash::integers(std::span<const std::int64_t> values) {
  bytes(values.data(), values.size_bytes());
  return *this;
}

ContentHash& ContentHash::integers(std::span<const std::int32_t> values) {
  bytes(values.data(), values.size_bytes());
  return *this;
}

std::string ContentHash::hex() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->xxh));
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const auto byte : canonical.digest) {
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

}  // namespace taubar::problem
