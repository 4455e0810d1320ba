// Quantities with a unit: "5ms", "64KiB", "10Gbps".
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace taubar::config {

/// What a number stands for, and so which suffixes a string may carry.
enum class Unit {
  number,    ///< plain number; no string form
  duration,  ///< seconds; "ns us ms s min h"
  size,      ///< bytes; "B kB MB GB KiB MiB GiB"
  rate,      ///< bits per second; "bps kbps Mbps Gbps Tbps"
};

/// The value in seconds, bytes or bits per second; nothing if the text is not a number with a known suffix.
std::optional<double> parse_quantity(std::string_view text, Unit unit);

/// "a number of seconds, or a string with ns, us, ms, s, min or h": for messages and the schema.
std::string describe(Unit unit);

/// The regular expression (ECMA 262) of the strings that parse_quantity takes, up to overflow: for the
/// schema. Without `negative`, those without a minus. "" for plain numbers.
std::string quantity_pattern(Unit unit, bool negative);

/// For people: 0.00025 s → "250us"; 1536 B → "1.5KiB"; six significant digits.
std::string format_quantity(double value, Unit unit);

}  // namespace taubar::config
