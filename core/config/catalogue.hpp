// What there is to choose from on one axis (algorithms, problems, topologies, laws …): an explicit sorted
// list.
//
// An entry is one line in the axis's catalogue.cpp and one file that defines it. The file holds a Spec: a
// struct derived from the axis's base (and so from Described) whose `fields` lists its parameters once, for
// reading, defaults, ranges, the echo of the resolved scenario, `taubar list` and the JSON Schema.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace taubar::config {

class Fields;

/// Anything with parameters.
struct Described {
  virtual ~Described() = default;
  virtual void fields(Fields& f) = 0;
};

/// One thing to choose. Texts live as long as the program.
template <class Spec>
struct Entry {
  std::string_view name;     ///< the `kind` in a scenario
  std::string_view summary;  ///< one sentence, starts in lower case, no full stop
  std::string_view source;   ///< authors, title or venue, year, theorem or equation; "" for common knowledge
  std::string_view example;  ///< a small complete JSON object of this kind
  std::shared_ptr<Spec> (*make)();
};

/// An entry without its type, for code that serves every axis.
struct AnyEntry {
  std::string_view name, summary, source, example;
  std::shared_ptr<Described> (*make)(const void* entry);
  const void* entry;
};

/// A catalogue without its type.
struct AnyCatalogue {
  std::string_view axis;  ///< "topology", "law", …: the word in messages
  std::string_view
      bare_kind;  ///< the kind that a bare value stands for ("" if none): 5 → {"kind":"constant","value":5}
  std::string_view bare_field;  ///< and its field
  std::vector<AnyEntry> entries;

  const AnyEntry* find(std::string_view name) const {
    for (const auto& entry : entries)
      if (entry.name == name) return &entry;
    return nullptr;
  }
};

/// The typed list of an axis; `entries` outlives it.
template <class Spec>
class Catalogue {
 public:
  Catalogue(std::string_view axis, std::span<const Entry<Spec>* const> entries,
            std::string_view bare_kind = "", std::string_view bare_field = "") {
    any_ = {axis, bare_kind, bare_field, {}};
    for (const auto* entry : entries)
      any_.entries.push_back({entry->name, entry->summary, entry->source, entry->example,
                              [](const void* e) -> std::shared_ptr<Described> {
                                return static_cast<const Entry<Spec>*>(e)->make();
                              },
                              entry});
  }
  const AnyCatalogue& any() const { return any_; }
  /// A Spec of the named kind with its defaults; null if there is none.
  std::shared_ptr<Spec> make(std::string_view name) const {
    const auto* entry = any_.find(name);
    return entry ? std::static_pointer_cast<Spec>(entry->make(entry->entry)) : nullptr;
  }

 private:
  AnyCatalogue any_;
};

/// A chosen kind with its parameters; empty (spec == nullptr) until read or set.
template <class Spec>
struct Choice {
  std::string kind;
  std::shared_ptr<Spec> spec;

  explicit operator bool() const { return spec != nullptr; }
  Spec* operator->() const { return spec.get(); }
  Spec& operator*() const { return *spec; }
};

}  // namespace taubar::config
