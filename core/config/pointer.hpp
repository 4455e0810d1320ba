// JSON Pointers (RFC 6901) as texts.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace taubar::config {

/// The steps of a pointer, unescaped; nothing if it is not one ("" has no steps, others begin with "/").
std::optional<std::vector<std::string>> split_pointer(std::string_view pointer);

/// "/a/b/c" → "/a/b"; "/a" → "", as is all that is no pointer.
std::string parent_pointer(const std::string& pointer);

/// An array index without sign or leading zeros; nothing if it is not one.
std::optional<std::size_t> to_index(std::string_view token);

}  // namespace taubar::config
