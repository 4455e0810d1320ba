#include "core/config/wording.hpp"

#include <fmt/format.h>

#include "core/config/document.hpp"

namespace taubar::config {
namespace {

std::string_view cut(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return text;
  const auto within_character = [&] { return (static_cast<unsigned char>(text[longest]) & 0xC0) == 0x80; };
  while (longest > 0 && within_character()) --longest;
  return text.substr(0, longest);
}

std::string escaped(std::string_view text) {
  const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string plain;
  for (const char c : json.substr(1, json.size() - 2)) {
    if (c == '\x7f')
      plain += "\\u007f";  // JSON leaves DEL as it is, terminals do not
    else
      plain += c;
  }
  return plain;
}

std::string number(double value, Unit unit) {
  return unit == Unit::number || value == 0 ? fmt::format("{}", value) : format_quantity(value, unit);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  return '"' + escaped(cut(text, longest)) + (text.size() > longest ? "…\"" : "\"");
}

std::string printable(std::string_view text, std::size_t longest) {
  const std::string json = escaped(cut(text, longest));
  std::string plain;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const bool needless =
        json[i] == '\\' && i + 1 < json.size() && (json[i + 1] == '"' || json[i + 1] == '\\');
    plain += needless ? json[++i] : json[i];
  }
  return plain + (text.size() > longest ? "…" : "");
}

std::string show_pointer(const std::string& pointer) { return pointer.empty() ? "/" : printable(pointer); }

std::string found(const Json& json) {
  switch (json.type()) {
    case Json::value_t::string:
      return "the string " + in_quotes(json.get_ref<const std::string&>());
    case Json::value_t::array:
      return json.empty() ? "an empty array" : fmt::format("an array of {}", json.size());
    case Json::value_t::object:
      return "an object";
    case Json::value_t::boolean:
    case Json::value_t::null:
      return json.dump();
    default:
      return "the number " + json.dump();
  }
}

std::string describe(Range range, Unit unit) {
  const bool low = range.low > -unbounded, high = range.high < unbounded;
  if (low && high && !range.low_open && !range.high_open)
    return "from " + number(range.low, unit) + " to " + number(range.high, unit);
  std::string text;
  if (low) text = (range.low_open ? "greater than " : "at least ") + number(range.low, unit);
  if (low && high) text += " and ";
  if (high) text += (range.high_open ? "less than " : "at most ") + number(range.high, unit);
  return text;
}

std::string accepted_number(Unit unit, Range range) {
  const std::string limits = describe(range, unit);
  if (limits.empty()) return describe(unit);
  return describe(unit) + (unit == Unit::number ? " " : ", ") + limits;
}

std::string accepted_integer(Range range) {
  const std::string limits = describe(range);
  return limits.empty() ? "an integer" : "an integer " + limits;
}

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? "" : "did you mean " + in_quotes(near) + "? ";
}

}  // namespace taubar::config
