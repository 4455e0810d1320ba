// A text taken line by line, a line word by word.
#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace taubar::topology {

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  /// The next line without its end (LF or CRLF); false at the end of the text.
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const auto end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number_;
    return true;
  }
  std::size_t number() const { return number_; }  ///< of the line last given, from 1

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

/// Words between blanks and tabs, at most `most` of them (so that one line of millions of words costs
/// nothing).
inline void split(std::string_view line, std::size_t most, std::vector<std::string_view>& words) {
  constexpr std::string_view blank = " \t";
  words.clear();
  while (words.size() < most) {
    const auto begin = line.find_first_not_of(blank);
    if (begin == std::string_view::npos) return;
    const auto end = line.find_first_of(blank, begin);
    words.push_back(line.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end);
  }
}

/// A whole word as a non-negative integer below 2^64.
inline std::optional<std::uint64_t> to_integer(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size() ? std::optional(value) : std::nullopt;
}

/// A whole word as a finite number.
inline std::optional<double> to_number(std::string_view word) {
  if (!word.empty() && word.front() == '+') word.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace taubar::topology
