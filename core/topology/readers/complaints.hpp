// Problems of a file, collected line by line.
#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"

namespace taubar::topology {

class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  void add(std::size_t line, const std::string& what) {
    if (++count_ <= most) lines_.push_back(fmt::format("{}:{}: {}", file_, line, what));
  }
  bool any() const { return count_ > 0; }
  void throw_if_any() const {
    if (!any()) return;
    auto lines = lines_;
    if (count_ > most) lines.push_back(fmt::format("{}: and {} further problems", file_, count_ - most));
    throw InputError(std::move(lines));
  }

 private:
  static constexpr std::size_t most = 20;
  std::string file_;
  std::size_t count_ = 0;
  std::vector<std::string> lines_;
};

/// A piece of a file for a message: at most 40 bytes, in quotes, with what is not printable ASCII as \xNN.
inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string result = "\"";
  for (const char c : text.substr(0, most)) {
    if (c >= ' ' && c <= '~')
      result += c;
    else
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return result + (text.size() > most ? "…\"" : "\"");
}

}  // namespace taubar::topology
