#include "core/config/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/base/error.hpp"
#include "core/config/parse.hpp"
#include "core/config/pointer.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

std::string in_file(const std::string& file, Place place) {
  return fmt::format("{}:{}:{}", printable(file), place.line, place.column);
}

std::string complete(const std::string& where, const std::string& pointer, const std::string& message) {
  return where + ": " + show_pointer(pointer) + ": " + message;
}

// At most one byte beyond the limit, so that a file without an end is refused all the same.
std::string read_limited(std::istream& in) {
  std::string text, block(1 << 16, '\0');
  while (text.size() <= max_document_bytes && in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

Json::object_t::iterator member(Json& object, const std::string& key) {
  auto& members = object.get_ref<Json::object_t&>();
  return std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.first == key; });
}

/// A value with its place, while a pointer is followed.
struct Node {
  Json* json;
  PlaceTree* places;
};

Node append(Node parent, const std::string& key) {
  parent.places->members.emplace_back();
  Json* added = nullptr;
  if (parent.json->is_array()) {
    added = &parent.json->get_ref<Json::array_t&>().emplace_back(Json::object());
  } else {
    Json::object_t::Container& members = parent.json->get_ref<Json::object_t&>();
    added = &members.emplace_back(key, Json::object()).second;
  }
  return {added, &parent.places->members.back()};
}

/// The member or element, or nothing if it is to be appended. InputError if it can be neither.
std::optional<Node> step(Node node, const std::string& token, const std::string& assignment,
                         const std::string& pointer) {
  if (node.json->is_object()) {
    auto& members = node.json->get_ref<Json::object_t&>();
    const auto found = member(*node.json, token);
    if (found == members.end()) return std::nullopt;
    return Node{&found->second, &node.places->members[static_cast<std::size_t>(found - members.begin())]};
  }
  if (!node.json->is_array())
    throw InputError(
        complete(assignment, pointer,
                 found(*node.json) + " has no members; accepted are pointers into objects and arrays"));
  const std::size_t size = node.json->size();
  const auto index = to_index(token);
  if (!index || *index > size)
    throw InputError(complete(assignment, pointer,
                              fmt::format("no index {} here; accepted are 0 to {}", in_quotes(token), size)));
  if (*index == size) return std::nullopt;
  return Node{&(*node.json)[*index], &node.places->members[*index]};
}

Json parse_assigned(std::string_view text, int depth, const std::string& assignment,
                    const std::string& pointer) {
  Parsed parsed = parse_text(text, depth);
  if (!parsed.is_json) return Json(text);
  if (parsed.complaints.empty()) return std::move(parsed.json);
  std::vector<std::string> complaints;
  for (const auto& c : parsed.complaints)
    complaints.push_back(complete(assignment, pointer + c.pointer, c.message));
  throw InputError(complaints);
}

/// As many places as a value has members, none of them in a file.
PlaceTree nowhere(const Json& value) {
  PlaceTree places;
  for (const auto& inner : value)
    if (value.is_structured()) places.members.push_back(nowhere(inner));
  return places;
}

bool is_utf8(std::string_view text) {
  try {
    return !Json(text).dump().empty();
  } catch (const Json::exception&) {
    return false;
  }
}

}  // namespace

Document Document::parse(std::string text, std::string file_name) {
  Parsed parsed = parse_text(text);
  if (!parsed.complaints.empty()) {
    std::vector<std::string> complaints;
    for (const auto& c : parsed.complaints)
      complaints.push_back(complete(in_file(file_name, c.place), c.pointer, c.message));
    throw InputError(complaints);
  }
  Document document;
  document.json_ = std::move(parsed.json);
  document.places_ = std::move(parsed.places);
  document.file_ = std::move(file_name);
  return document;
}

Document Document::load(const std::string& path) {
  const std::string name = printable(path);
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw InputError(name + ": there is no such file; accepted is a JSON file");
  if (std::filesystem::is_directory(status))
    throw InputError(name + ": is a directory; accepted is a JSON file");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError(name + ": cannot be opened for reading; accepted is a readable JSON file");
  return parse(read_limited(in), path);
}

void Document::set(std::string_view assignment) {
  const std::string usage = "accepted is --set /json/pointer=value";
  const auto equals = assignment.find('=');
  const std::string pointer(assignment.substr(0, equals));
  const std::string origin = "--set " + printable(pointer);
  if (equals == std::string_view::npos) throw InputError(origin + ": the = is missing; " + usage);
  if (!is_utf8(assignment)) throw InputError(origin + ": the text is not UTF-8; " + usage);
  const auto tokens = split_pointer(pointer);
  if (!tokens || tokens->empty())
    throw InputError(origin + ": is not a JSON Pointer into the document (as in /topology/agents); " + usage);
  for (const auto& token : *tokens)
    if (token.starts_with("//") || token.size() > max_key_bytes)
      throw InputError(origin + ": " + in_quotes(token) + " is no key (// marks notes; keys have at most " +
                       fmt::format("{} bytes); ", max_key_bytes) + usage);
  if (tokens->size() > static_cast<std::size_t>(max_document_depth))
    throw InputError(
        fmt::format("{}: nested too deeply; accepted are at most {} levels", origin, max_document_depth));
  Json value =
      parse_assigned(assignment.substr(equals + 1), static_cast<int>(tokens->size()), origin, pointer);

  assign(*tokens, pointer, std::move(value), origin);
}

void Document::set(const std::string& pointer, Json value, const std::string& origin) {
  const auto tokens = split_pointer(pointer);
  if (!tokens || tokens->empty()) throw InputError(origin + ": " + in_quotes(pointer) + " is not a JSON Pointer into the document");
  assign(*tokens, pointer, std::move(value), origin);
}

void Document::assign(const std::vector<std::string>& tokens, const std::string& pointer, Json value,
                      const std::string& origin) {
  // Nothing is changed before the last thing that can be refused: below a new object all is new.
  Node node{&json_, &places_};
  std::string reached;
  for (const auto& token : tokens) {
    const auto next = step(node, token, origin, reached);
    reached.append("/").append(escape_pointer(token));
    if (next) {
      node = *next;
    } else {
      node = append(node, token);
      set_[reached] = origin;
    }
  }
  *node.json = std::move(value);
  *node.places = nowhere(*node.json);
  std::erase_if(set_, [&](const auto& entry) { return entry.first.starts_with(pointer + "/"); });
  set_[pointer] = origin;
}

Document Document::part(const std::string& pointer) const {
  const auto tokens = split_pointer(pointer);
  const Json* json = &json_;
  if (tokens)
    for (const auto& token : *tokens) {
      const auto index = to_index(token);
      if (json->is_object() && json->contains(token))
        json = &(*json)[token];
      else if (json->is_array() && index && *index < json->size())
        json = &(*json)[*index];
      else
        json = nullptr;
      if (!json) break;
    }
  if (!tokens || !json) throw InputError(complete(where(pointer), pointer, "there is no such value"));
  Document document;
  document.json_ = *json;
  if (const PlaceTree* places = find_places(pointer)) document.places_ = *places;
  document.file_ = file_;
  return document;
}

std::pair<std::string, Place> Document::origin(std::string pointer) const {
  while (true) {
    if (const auto written = set_.find(pointer); written != set_.end()) return {written->second, {}};
    if (const PlaceTree* tree = find_places(pointer); tree && tree->place.line > 0)
      return {in_file(file_, tree->place), tree->place};
    if (pointer.empty()) return {printable(file_), {}};
    pointer = parent_pointer(pointer);
  }
}

const PlaceTree* Document::find_places(const std::string& pointer) const {
  const auto tokens = split_pointer(pointer);
  if (!tokens) return nullptr;
  const Json* json = &json_;
  const PlaceTree* tree = &places_;
  for (const auto& token : *tokens) {
    std::size_t index = 0;
    if (json->is_object()) {
      const auto found = json->find(token);
      if (found == json->end()) return nullptr;
      index = static_cast<std::size_t>(std::distance(json->begin(), found));
      json = &*found;
    } else if (const auto at = to_index(token); json->is_array() && at && *at < json->size()) {
      index = *at;
      json = &(*json)[index];
    } else {
      return nullptr;
    }
    if (index >= tree->members.size()) return nullptr;
    tree = &tree->members[index];
  }
  return tree;
}

std::string Document::where(const std::string& pointer) const { return origin(pointer).first; }

Place Document::place(const std::string& pointer) const { return origin(pointer).second; }

}  // namespace taubar::config
