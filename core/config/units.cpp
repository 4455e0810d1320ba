#include "core/config/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace taubar::config {
namespace {

/// value in base units = number · 10^power · factor
struct Suffix {
  std::string_view name;
  int power;
  double factor;
};
constexpr std::array durations{Suffix{"ns", -9, 1}, Suffix{"us", -6, 1},  Suffix{"ms", -3, 1},
                               Suffix{"s", 0, 1},   Suffix{"min", 0, 60}, Suffix{"h", 0, 3600}};
constexpr std::array sizes{Suffix{"B", 0, 1},           Suffix{"kB", 3, 1},     Suffix{"MB", 6, 1},
                           Suffix{"GB", 9, 1},          Suffix{"KiB", 0, 1024}, Suffix{"MiB", 0, 1048576},
                           Suffix{"GiB", 0, 1073741824}};
constexpr std::array rates{Suffix{"bps", 0, 1}, Suffix{"kbps", 3, 1}, Suffix{"Mbps", 6, 1},
                           Suffix{"Gbps", 9, 1}, Suffix{"Tbps", 12, 1}};

std::span<const Suffix> suffixes(Unit unit) {
  switch (unit) {
    case Unit::duration:
      return durations;
    case Unit::size:
      return sizes;
    case Unit::rate:
      return rates;
    case Unit::number:
      break;
  }
  return {};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of a JSON number at the start of the text; 0 if there is none.
std::size_t number_length(std::string_view text) {
  const auto digits = [&](std::size_t from) {
    while (from < text.size() && is_digit(text[from])) ++from;
    return from;
  };
  std::size_t end = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t whole = digits(end);
  if (whole == end || (text[end] == '0' && whole > end + 1)) return 0;
  end = whole;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = digits(end + 1);
    if (fraction == end + 1) return 0;
    end = fraction;
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const bool sign = end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-');
    const std::size_t first = end + 1 + (sign ? 1 : 0), exponent = digits(first);
    if (exponent > first) end = exponent;
  }
  return end;
}

// number · 10^power, rounded once: "0.3" with −3 is the double nearest to 0.0003.
std::optional<double> scaled(std::string_view number, int power) {
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  int exponent = 0;
  if (e < number.size()) {
    const std::size_t first = e + 1 + (number[e + 1] == '+' ? 1 : 0);
    const auto parsed = std::from_chars(number.data() + first, number.data() + number.size(), exponent);
    if (parsed.ec != std::errc{} || std::abs(exponent) > 100000) return std::nullopt;
  }
  const std::string text = fmt::format("{}e{}", number.substr(0, e), exponent + power);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  const bool literal_is_zero = number.substr(0, e).find_first_of("123456789") == std::string_view::npos;
  if (value == 0 && !literal_is_zero) return std::nullopt;
  return value;
}

struct Step {
  double from;  ///< smallest value shown with this name
  const char* name;
  double factor;
};

std::string with_steps(double value, std::span<const Step> steps) {
  const Step* chosen = &steps[0];
  for (const auto& step : steps)
    if (std::abs(value) >= step.from) chosen = &step;
  return fmt::format("{:.6g}{}", value / chosen->factor, chosen->name);
}

}  // namespace

std::optional<double> parse_quantity(std::string_view text, Unit unit) {
  const std::size_t length = number_length(text);
  if (length == 0) return std::nullopt;
  for (const auto& suffix : suffixes(unit)) {
    if (text.substr(length) != suffix.name) continue;
    const auto value = scaled(text.substr(0, length), suffix.power);
    if (!value || !std::isfinite(*value * suffix.factor)) return std::nullopt;
    return *value * suffix.factor;
  }
  return std::nullopt;
}

std::string describe(Unit unit) {
  switch (unit) {
    case Unit::duration:
      return "a number of seconds, or a string with ns, us, ms, s, min or h";
    case Unit::size:
      return "a number of bytes, or a string with B, kB, MB, GB, KiB, MiB or GiB";
    case Unit::rate:
      return "a number of bits per second, or a string with bps, kbps, Mbps, Gbps or Tbps";
    case Unit::number:
      break;
  }
  return "a number";
}

std::string quantity_pattern(Unit unit, bool negative) {
  std::string names;
  for (const auto& suffix : suffixes(unit)) names.append(names.empty() ? "" : "|").append(suffix.name);
  if (names.empty()) return "";
  return fmt::format(R"(^{}(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?({})$)", negative ? "-?" : "", names);
}

std::string format_quantity(double value, Unit unit) {
  static constexpr std::array duration_steps{
      Step{0, "s", 1}, Step{1e-300, "ns", 1e-9}, Step{1e-6, "us", 1e-6}, Step{1e-3, "ms", 1e-3},
      Step{1, "s", 1}, Step{600, "min", 60},     Step{7200, "h", 3600}};
  static constexpr std::array size_steps{Step{0, "B", 1}, Step{1024, "KiB", 1024},
                                         Step{1048576, "MiB", 1048576}, Step{1073741824, "GiB", 1073741824}};
  static constexpr std::array rate_steps{Step{0, "bps", 1}, Step{1e3, "kbps", 1e3}, Step{1e6, "Mbps", 1e6},
                                         Step{1e9, "Gbps", 1e9}, Step{1e12, "Tbps", 1e12}};
  switch (unit) {
    case Unit::duration:
      return with_steps(value, duration_steps);
    case Unit::size:
      return with_steps(value, size_steps);
    case Unit::rate:
      return with_steps(value, rate_steps);
    case Unit::number:
      break;
  }
  return fmt::format("{:.6g}", value);
}

}  // namespace taubar::config
