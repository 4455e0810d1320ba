// Reading objects, arrays of objects, and choices out of a catalogue.
#include <fmt/format.h>

#include "core/config/document_reader.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

std::vector<std::string> names(const AnyCatalogue& catalogue) {
  std::vector<std::string> all;
  for (const auto& entry : catalogue.entries) all.emplace_back(entry.name);
  return all;
}

std::string accepted_choice(const AnyCatalogue& catalogue, Unit unit) {
  std::string text =
      fmt::format("a {}: an object with \"kind\" (one of {})", catalogue.axis, listed(names(catalogue)));
  if (!catalogue.bare_kind.empty()) text += ", or " + describe(unit);
  return text;
}

bool is_bare_value(const Json& json) { return json.is_number() || json.is_string(); }

}  // namespace

void DocumentReader::object_at(const Json& json, const std::string& pointer, const Visit& visit) {
  if (!json.is_object()) return mismatch(json, pointer, "an object");
  DocumentReader inner(complaints_, search_, json, pointer, unit_);
  visit(inner);
  inner.refuse_unknown_keys();
}

void DocumentReader::nested(std::string_view name, std::string_view, Need need, const Visit& visit) {
  field(name, need, "an object",
        [&](const Json& json, const std::string& pointer) { object_at(json, pointer, visit); });
}

void DocumentReader::bare_object_at(const Json& json, const std::string& pointer, Unit unit,
                                    std::string_view field, const std::string& alternative,
                                    const Visit& visit) {
  DocumentReader inner(complaints_, search_, json, pointer, unit);
  inner.bare_field_ = field;
  inner.bare_alternative_ = alternative;
  visit(inner);
}

void DocumentReader::maybe_nested(std::string_view name, std::string_view, bool,
                                  const std::function<void()>& create, const Visit& visit,
                                  std::string_view bare_field) {
  const auto accepted = [&] { return bare_field.empty() ? "an object" : fmt::format("an object, or one value, its {}", bare_field); };
  field(name, optional, accepted, [&](const Json& json, const std::string& pointer) {
    const bool is_bare = !bare_field.empty() && is_bare_value(json);
    if (!json.is_object() && !is_bare) return mismatch(json, pointer, accepted());
    create();
    if (is_bare)
      bare_object_at(json, pointer, unit_, bare_field, "; or an object", visit);
    else
      object_at(json, pointer, visit);
  });
}

void DocumentReader::sequence(std::string_view name, std::string_view, Need need, std::size_t,
                              const Resize& resize, const VisitAt& visit) {
  field(name, need, "an array of objects", [&](const Json& json, const std::string& pointer) {
    if (!json.is_array()) return mismatch(json, pointer, "an array of objects");
    resize(0);  // elements of a default do not shine through
    resize(json.size());
    for (std::size_t i = 0; i < json.size(); ++i)
      object_at(json[i], fmt::format("{}/{}", pointer, i), [&](Fields& f) { visit(i, f); });
  });
}

void DocumentReader::keyed(std::string_view name, std::string_view, Need need, const std::vector<std::string>&,
                           const Found& found_keys, const VisitKey& visit) {
  field(name, need, "an object", [&](const Json& json, const std::string& pointer) {
    if (!json.is_object()) return mismatch(json, pointer, "an object");
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) keys.push_back(key);
    found_keys(keys);
    DocumentReader inner(complaints_, search_, json, pointer, unit_);
    for (const auto& key : keys) visit(key, inner);
  });
}

void DocumentReader::kind(std::string_view name, std::string& kind, std::shared_ptr<Described>& spec,
                          const AnyCatalogue& catalogue, std::string_view, Need need, Unit unit) {
  field(name, need, [&] { return accepted_choice(catalogue, unit); }, [&](const Json& json, const std::string& pointer) {
    choice_at(json, pointer, catalogue, unit, kind, spec);
  });
}

void DocumentReader::kinds(std::string_view name, std::string_view, Need need, const AnyCatalogue& catalogue,
                           std::size_t, const Resize& resize, const KindAt& at) {
  const auto accepted = [&] { return fmt::format("an array, each element {}", accepted_choice(catalogue, unit_)); };
  field(name, need, accepted, [&](const Json& json, const std::string& pointer) {
    if (!json.is_array()) return mismatch(json, pointer, accepted());
    resize(0);
    resize(json.size());
    for (std::size_t i = 0; i < json.size(); ++i)
      at(i, [&](std::string& kind, std::shared_ptr<Described>& spec) {
        const std::string here = fmt::format("{}/{}", pointer, i);
        if (json[i].is_null())
          mismatch(json[i], here, accepted_choice(catalogue, unit_));
        else
          choice_at(json[i], here, catalogue, unit_, kind, spec);
      });
  });
}

void DocumentReader::choice_at(const Json& json, const std::string& pointer, const AnyCatalogue& catalogue,
                               Unit unit, std::string& kind, std::shared_ptr<Described>& spec) {
  if (!json.is_object()) return bare_choice_at(json, pointer, catalogue, unit, kind, spec);
  const std::string kind_pointer = pointer + "/kind";
  const auto chosen = json.find("kind");
  if (chosen == json.end())
    return complain(kind_pointer,
                    fmt::format("is required but missing; accepted: {}", listed(names(catalogue))));
  if (!chosen->is_string()) return mismatch(*chosen, kind_pointer, "one of " + listed(names(catalogue)));
  const auto& name = chosen->get_ref<const std::string&>();
  const AnyEntry* entry = catalogue.find(name);
  if (!entry)
    return complain(kind_pointer,
                    fmt::format("unknown {} {}; {}accepted: {}", catalogue.axis, in_quotes(name),
                                did_you_mean(name, names(catalogue)), listed(names(catalogue))));
  auto made = entry->make(entry->entry);
  DocumentReader inner(complaints_, search_, json, pointer, unit);
  inner.accept("kind");
  made->fields(inner);
  inner.refuse_unknown_keys();
  kind = name;
  spec = std::move(made);
}

void DocumentReader::bare_choice_at(const Json& json, const std::string& pointer,
                                    const AnyCatalogue& catalogue, Unit unit, std::string& kind,
                                    std::shared_ptr<Described>& spec) {
  const bool has_shorthand = !catalogue.bare_kind.empty() && is_bare_value(json);
  const AnyEntry* entry = has_shorthand ? catalogue.find(catalogue.bare_kind) : nullptr;
  if (!entry) {
    const bool names_a_kind = json.is_string() && catalogue.find(json.get_ref<const std::string&>());
    const std::string advice = names_a_kind ? "; write {\"kind\": " + json.dump() + ", …}" : "";
    return complain(pointer,
                    "must be " + accepted_choice(catalogue, unit) + ", found " + found(json) + advice);
  }
  auto made = entry->make(entry->entry);
  bare_object_at(json, pointer, unit, catalogue.bare_field,
                 fmt::format("; or an object with \"kind\" (one of {})", listed(names(catalogue))),
                 [&](Fields& f) { made->fields(f); });
  kind = catalogue.bare_kind;
  spec = std::move(made);
}

}  // namespace taubar::config
