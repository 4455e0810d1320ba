#include "core/config/syntax_error.hpp"

#include <fmt/format.h>

#include "core/config/document.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

constexpr std::string_view white_space = " \t\r\n";

// nlohmann's text without its prefix, without its "last read", which may be the whole file, and in plainer
// words.
std::string plain(std::string_view complaint) {
  constexpr std::string_view start = "syntax error while parsing ", quote = "; last read: '",
                             next = "; expected ";
  std::string text(complaint);
  if (const auto at = text.find(start); at != std::string::npos) text.erase(0, at + start.size());
  if (const auto at = text.find(quote); at != std::string::npos) {
    const auto rest = text.rfind(std::string("'") + std::string(next));
    text.erase(at, (rest == std::string::npos || rest < at ? text.size() : rest + 1) - at);
  }
  if (const auto at = text.find(" - "); at != std::string::npos) text.replace(at, 3, ": ");
  return printable(text);
}

// The commonest slips, named.
std::string hint(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(offset);
  const std::string_view before = text.substr(0, offset);
  const auto last = before.find_last_not_of(white_space);
  if ((rest.starts_with('}') || rest.starts_with(']')) && last != std::string_view::npos &&
      before[last] == ',')
    return "; a comma before a closing bracket is one too many";
  if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#'))
    return "; JSON has no comments, but a key that begins with // is a note";
  if (rest.starts_with('\'')) return "; strings stand in double quotes";
  for (const std::string_view word :
       {"NaN", "nan", "-NaN", "-nan", "Inf", "inf", "-Inf", "-inf", "+Inf", "+inf"})
    if (rest.starts_with(word)) return "; JSON has no NaN and no infinity";
  if (rest.starts_with('.') || rest.starts_with('+')) return "; a number begins with a digit or a minus";
  for (const std::string_view word : {"True", "False", "None"})
    if (rest.starts_with(word)) return "; JSON writes true, false and null";
  return "";
}

}  // namespace

std::string refusal(std::string_view text, std::size_t& offset) {
  offset = 0;
  if (text.size() > max_document_bytes)
    return fmt::format("the text is too large: {} bytes; accepted are at most {}", text.size(),
                       max_document_bytes);
  if (text.find_first_not_of(white_space) == std::string_view::npos)
    return "the file is empty; accepted is one JSON object";
  if (text.find_first_not_of('\0') == std::string_view::npos)
    return fmt::format("the file holds nothing but {} zero bytes; accepted is one JSON object", text.size());
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return "the file is UTF-16; accepted is UTF-8";
  offset = text.find('\0');
  if (offset != std::string_view::npos) return "a zero byte stands here; accepted is UTF-8 text";
  return "";
}

std::string explain(std::string_view text, std::size_t offset, std::string_view complaint) {
  const std::string_view excerpt = text.substr(offset, std::min<std::size_t>(24, text.size() - offset));
  const std::string_view line = excerpt.substr(0, excerpt.find_first_of("\r\n"));
  return "not JSON: " + plain(complaint) + hint(text, offset) +
         (line.empty() ? "" : "; here stands " + printable(line));
}

}  // namespace taubar::config
