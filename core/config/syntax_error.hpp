// What to say about a text that is not JSON.
#pragma once
#include <string>
#include <string_view>

namespace taubar::config {

/// For texts that are not even candidates: empty, with bytes 0, UTF-16, too large. "" if there is nothing to
/// say; `offset` is set to the byte in question.
std::string refusal(std::string_view text, std::size_t& offset);

/// `complaint` is what nlohmann says, `offset` the byte at which the wrong token starts.
std::string explain(std::string_view text, std::size_t offset, std::string_view complaint);

}  // namespace taubar::config
