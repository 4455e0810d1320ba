// Plain values and vectors of them as bytes, for what ranks tell each other outside the run itself.
#pragma once
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/error.hpp"
#include "sim/mpi/transport.hpp"

namespace taubar::mpi {

class BlobWriter {
 public:
  template <class T>
  void value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    raw(&value, sizeof value);
  }
  template <class T>
  void values(std::span<const T> values) {
    value(static_cast<std::uint64_t>(values.size()));
    raw(values.data(), values.size_bytes());
  }
  void text(const std::string& text) { values(std::span<const char>(text)); }
  const Bytes& bytes() const { return bytes_; }

 private:
  void raw(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }
  Bytes bytes_;
};

/// Reads in the order of writing.
class BlobReader {
 public:
  explicit BlobReader(const Bytes& bytes) : bytes_(bytes) {}
  template <class T>
  T value() {
    T value;
    raw(&value, sizeof value);
    return value;
  }
  template <class T>
  std::vector<T> values() {
    std::vector<T> values(value<std::uint64_t>());
    raw(values.data(), values.size() * sizeof(T));
    return values;
  }
  std::string text() {
    const auto letters = values<char>();
    return {letters.begin(), letters.end()};
  }

 private:
  void raw(void* to, std::size_t size) {
    check(size <= bytes_.size() - at_, "ranks write what they read");
    if (size > 0) std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
  }
  const Bytes& bytes_;
  std::size_t at_ = 0;
};

}  // namespace taubar::mpi
