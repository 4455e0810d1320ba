// Walks through a text beside nlohmann's parser, which does not tell where its events stand. The parser has
// checked the grammar up to the token at hand, so skipping separators and one token at a time keeps in step.
#pragma once
#include <string_view>

#include "core/config/document.hpp"

namespace taubar::config {

class Cursor {
 public:
  explicit Cursor(std::string_view text);

  /// Goes to the next token, past white space, commas and colons.
  Place next_token();
  /// Goes past the token at which it stands.
  void skip_token();
  /// The place of an offset not before the cursor's.
  Place place_at(std::size_t offset);

  std::size_t offset() const { return offset_; }
  Place place() const { return {line_, column_}; }

 private:
  void step();
  void skip_string();

  std::string_view text_;
  std::size_t offset_ = 0;
  int line_ = 1, column_ = 1;
};

}  // namespace taubar::config
