#include "core/config/document_reader.hpp"

#include <algorithm>

#include "core/config/wording.hpp"

namespace taubar::config {

DocumentReader::DocumentReader(Complaints& complaints, const SearchPath& search, const Json& node,
                               std::string pointer, Unit unit)
    : complaints_(complaints), search_(search), node_(node), pointer_(std::move(pointer)), unit_(unit) {}

const Json* DocumentReader::find(std::string_view name) const {
  if (!bare_field_.empty()) return name == bare_field_ ? &node_ : nullptr;
  const auto found = node_.find(std::string(name));
  return found == node_.end() ? nullptr : &*found;
}

std::string DocumentReader::pointer_of(std::string_view name) const {
  if (name.empty() || name == bare_field_) return pointer_;
  return pointer_ + "/" + escape_pointer(name);
}

void DocumentReader::field(std::string_view name, Need need, const Accepted& accepted, const Read& read) {
  known_.emplace_back(name);
  const auto before = complaints_.count();
  const std::string pointer = pointer_of(name);
  const Json* json = find(name);
  if (json && json->is_null())
    complain(pointer, "is null; accepted: " + accepted() +
                          (need == optional ? "; leave the key out for its default" : ""));
  else if (json)
    read(*json, pointer);
  else if (need == required)
    complain(pointer, "is required but missing; accepted: " + accepted());
  if (complaints_.count() > before) failed_.emplace_back(name);
}

void DocumentReader::mismatch(const Json& json, const std::string& pointer, const std::string& accepted) {
  const std::string alternative = &json == &node_ ? bare_alternative_ : "";
  complain(pointer, "must be " + accepted + ", found " + found(json) + alternative);
}

// A field that could not be read keeps its default, about which there is nothing to complain; and what is
// said of the object as a whole rests on all of its fields.
void DocumentReader::demand(bool holds, std::string_view name, const std::string& message) {
  if (holds) return;
  const bool already =
      name.empty() ? !failed_.empty() : std::find(failed_.begin(), failed_.end(), name) != failed_.end();
  if (already) return;
  complain(pointer_of(name), message);
  failed_.emplace_back(name);
}

void DocumentReader::refuse_unknown_keys() {
  std::vector<std::string> advised;
  for (const auto& name : known_)
    if (name != "$schema") advised.push_back(name);
  const auto is_known = [&](const std::string& key) {
    return std::find(known_.begin(), known_.end(), key) != known_.end();
  };
  for (const auto& [key, value] : node_.items()) {
    if (is_known(key)) continue;
    const std::string advice =
        complaints_.full() ? "" : did_you_mean(key, advised) + "accepted: " + listed(advised);
    complain(pointer_of(key), "unknown key; " + advice);
  }
}

}  // namespace taubar::config
