// The words of complaints, one place for all: what was found, what is accepted.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/config/fields.hpp"
#include "core/config/json.hpp"
#include "core/config/units.hpp"

namespace taubar::config {

/// The text in double quotes on one line: control characters and invalid UTF-8 are replaced, and what is
/// longer than 80 bytes is cut.
std::string in_quotes(std::string_view text);
/// The same without quotes; for file names and pointers.
std::string printable(std::string_view text, std::size_t longest = 400);
/// A JSON Pointer for people: printable, "/" for the whole document.
std::string show_pointer(const std::string& pointer);

/// "the string \"ring\"", "the number 3.5", "an array of 3", "an object", "null", "true".
std::string found(const Json& json);

/// "", "at least 1", "greater than 0 and at most 1", "from 0 to 1", in the unit.
std::string describe(Range range, Unit unit = Unit::number);
/// "a number at least 1", "a number of seconds, or a string with …, greater than 0".
std::string accepted_number(Unit unit, Range range);
/// "an integer at least 1".
std::string accepted_integer(Range range);

/// "ring, star, tree"
std::string listed(const std::vector<std::string>& names);
/// "did you mean \"ring\"? " or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace taubar::config
