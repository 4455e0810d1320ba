// A JSON text with the place of each value: what an error message needs.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/json.hpp"

namespace taubar::config {

/// 1-based line and column, in characters, of a value (of the key's value, not of the key) in its file.
struct Place {
  int line = 0;  ///< 0: no place in a file (set on the command line)
  int column = 0;
};

/// Limits on what is read at all; beyond them the text is refused with one complaint.
inline constexpr std::size_t max_document_bytes = 64u << 20;
inline constexpr int max_document_depth = 64;
inline constexpr std::size_t max_document_values = 1'000'000;
inline constexpr std::size_t max_key_bytes = 1024;

/// The places of a value and, in the order of the file, of its members or elements.
struct PlaceTree {
  Place place;
  std::vector<PlaceTree> members;
};

/// A parsed file. Keys that begin with "//" are dropped while parsing.
class Document {
 public:
  /// Parses strictly: no duplicate keys, depth <= 64, no number that overflows or is a non-zero literal read
  /// as 0, nothing after the value, UTF-8 only (a byte-order mark is skipped). Throws InputError, one
  /// complaint per problem, each "FILE:LINE:COL: /json/pointer: what is wrong, what is accepted".
  static Document parse(std::string text, std::string file_name);
  /// Reads and parses a file; InputError where it is missing, a directory, or too large.
  static Document load(const std::string& path);

  /// Applies one "--set /json/pointer=value" (value as JSON; text that is not JSON is taken as a string).
  /// Missing objects on the way are created; an index must exist or be the next. Throws InputError.
  void set(std::string_view assignment);

  /// Sets the value at a pointer as `set` does; `origin` is what `where` then tells of it.
  void set(const std::string& pointer, Json value, const std::string& origin);
  /// The value at a pointer as a document of its own, with the places it has here. InputError if there is none.
  Document part(const std::string& pointer) const;

  const Json& json() const { return json_; }
  const std::string& file() const { return file_; }
  /// "FILE:LINE:COL", or "--set /pointer" for a value that came from the command line, or the origin it was set with; the nearest
  /// enclosing value's place if this one has none.
  std::string where(const std::string& pointer) const;
  /// The place that `where` names; line 0 if it is a "--set".
  Place place(const std::string& pointer) const;

 private:
  /// What `where` and `place` tell: the text of a "--set", or a place.
  std::pair<std::string, Place> origin(std::string pointer) const;
  const PlaceTree* find_places(const std::string& pointer) const;
  void assign(const std::vector<std::string>& tokens, const std::string& pointer, Json value, const std::string& origin);

  Json json_;
  std::string file_;
  PlaceTree places_;
  std::map<std::string, std::string> set_;  ///< pointer → the "--set …" that wrote it
};

/// One step of a JSON Pointer (RFC 6901): "/" → "~1", "~" → "~0".
std::string escape_pointer(std::string_view token);

/// The candidate nearest to `word` by edit distance (at most 2, or a third of the length), or "".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace taubar::config
