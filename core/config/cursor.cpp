#include "core/config/cursor.hpp"

namespace taubar::config {
namespace {

bool is_separator(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':'; }
bool is_bracket(char c) { return c == '{' || c == '}' || c == '[' || c == ']'; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

Cursor::Cursor(std::string_view text) : text_(text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) offset_ = byte_order_mark.size();
}

Place Cursor::next_token() {
  while (offset_ < text_.size() && is_separator(text_[offset_])) step();
  return place();
}

void Cursor::skip_token() {
  if (offset_ == text_.size()) return;
  if (text_[offset_] == '"') return skip_string();
  if (is_bracket(text_[offset_])) return step();
  while (offset_ < text_.size() && !is_separator(text_[offset_]) && !is_bracket(text_[offset_])) step();
}

Place Cursor::place_at(std::size_t offset) {
  while (offset_ < offset && offset_ < text_.size()) step();
  return place();
}

void Cursor::skip_string() {
  step();
  while (offset_ < text_.size() && text_[offset_] != '"') {
    if (text_[offset_] == '\\') step();
    if (offset_ < text_.size()) step();
  }
  if (offset_ < text_.size()) step();
}

// Columns count characters, as editors do: the bytes that continue a UTF-8 character do not count.
void Cursor::step() {
  const char c = text_[offset_++];
  if (c == '\n') {
    ++line_;
    column_ = 1;
  } else if (!continues_character(c)) {
    ++column_;
  }
}

}  // namespace taubar::config
