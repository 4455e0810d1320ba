// A JSON text to values and their places. Inside core/config only; others use Document.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/config/document.hpp"

namespace taubar::config {

/// What is wrong where; `message` without file, place and pointer.
struct Complaint {
  Place place;
  std::string pointer;
  std::string message;
};

struct Parsed {
  Json json;
  PlaceTree places;
  std::vector<Complaint>
      complaints;       ///< in the order of the text; if there is any, json and places are not to be used
  bool is_json = true;  ///< false: the text breaks JSON's grammar, and the last complaint says how
};

/// Parses under the rules of Document::parse. `depth_used` counts the containers around the value.
Parsed parse_text(std::string_view text, int depth_used = 0);

}  // namespace taubar::config
