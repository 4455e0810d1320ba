// The Fields that reads a document: one DocumentReader per JSON object. Inside core/config only; others use
// read().
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/config/complaints.hpp"
#include "core/config/fields.hpp"
#include "core/config/free_keys.hpp"
#include "core/config/json.hpp"

namespace taubar::config {

/// Where files are sought, in this order; a name that is absolute is not sought.
struct SearchPath {
  std::vector<std::string> directories;  ///< "" is the current one
};

class DocumentReader final : public Fields, public FreeKeys {
 public:
  /// Reads the members of `node`, an object. References outlive the reader.
  DocumentReader(Complaints& complaints, const SearchPath& search, const Json& node, std::string pointer,
                 Unit unit);

  /// Call after all fields have been shown: complains about the keys that none of them is called.
  void refuse_unknown_keys();
  /// A key that is no field and yet may stand here.
  void accept(std::string_view key) { known_.emplace_back(key); }

  void flag(std::string_view, bool&, std::string_view, Need) override;
  void integer(std::string_view, std::int64_t&, Range, std::string_view, Need) override;
  void integer(std::string_view, std::optional<std::int64_t>&, Range, std::string_view) override;
  void real(std::string_view, double&, Range, std::string_view, Need) override;
  void real(std::string_view, std::optional<double>&, Range, std::string_view) override;
  void measure(std::string_view, double&, Unit, Range, std::string_view, Need) override;
  void measure(std::string_view, std::optional<double>&, Unit, Range, std::string_view) override;
  void quantity(std::string_view, double&, Range, std::string_view, Need) override;
  void quantity(std::string_view, std::optional<double>&, Range, std::string_view) override;
  void quantities(std::string_view, std::vector<double>&, Range, std::string_view, Need) override;
  void text(std::string_view, std::string&, std::string_view, Need) override;
  void word(std::string_view, std::string&, const std::vector<std::string>&, std::string_view, Need) override;
  void reals(std::string_view, std::vector<double>&, Range, std::string_view, Need) override;
  void integers(std::string_view, std::vector<std::int64_t>&, Range, std::string_view, Need) override;
  void matrix(std::string_view, Matrix&, Range, std::string_view, Need) override;
  void words(std::string_view, std::vector<std::string>&, std::string_view, Need) override;
  void selection(std::string_view, Selection&, std::string_view, Need) override;
  void interval(std::string_view, std::optional<std::pair<double, double>>&, std::string_view) override;
  void file(std::string_view, std::string&, std::string&, std::string_view, Need) override;
  void json(std::string_view, Json&, std::string_view, std::string_view, Need) override;
  void jsons(std::string_view, std::vector<Json>&, std::string_view, Need) override;

  void demand(bool holds, std::string_view name, const std::string& message) override;
  bool reading() const override { return true; }
  bool present(std::string_view name) const override { return find(name) != nullptr; }
  Unit unit() const override { return unit_; }

 protected:
  void nested(std::string_view, std::string_view, Need, const Visit&) override;
  void maybe_nested(std::string_view, std::string_view, bool, const std::function<void()>&, const Visit&,
                    std::string_view bare_field) override;
  void sequence(std::string_view, std::string_view, Need, std::size_t, const Resize&,
                const VisitAt&) override;
  void kind(std::string_view, std::string&, std::shared_ptr<Described>&, const AnyCatalogue&,
            std::string_view, Need, Unit) override;
  void kinds(std::string_view, std::string_view, Need, const AnyCatalogue&, std::size_t, const Resize&,
             const KindAt&) override;
  void keyed(std::string_view, std::string_view, Need, const std::vector<std::string>&, const Found&,
             const VisitKey&) override;

 private:
  /// What stands at a key: its value and its pointer.
  using Read = std::function<void(const Json&, const std::string& pointer)>;

  const Json* find(std::string_view name) const;
  std::string pointer_of(std::string_view name) const;
  /// What is accepted at a key, in words: made only when somebody has to be told.
  using Accepted = std::function<std::string()>;
  /// Hands the value at `name` to `read`, or complains if it is missing but required, or null.
  void field(std::string_view name, Need need, const Accepted& accepted, const Read& read);
  void field(std::string_view name, Need need, const char* accepted, const Read& read) {
    field(name, need, [accepted] { return std::string(accepted); }, read);
  }
  void complain(const std::string& pointer, const std::string& message) { complaints_.add(pointer, message); }
  /// "must be ACCEPTED, found …"
  void mismatch(const Json& json, const std::string& pointer, const std::string& accepted);

  // One value: nothing, after a complaint, if it is not as it must be.
  std::optional<double> number_at(const Json&, const std::string& pointer, Unit, Range);
  std::optional<std::int64_t> integer_at(const Json&, const std::string& pointer, Range);
  std::optional<std::string> string_at(const Json&, const std::string& pointer);
  std::optional<std::vector<double>> numbers_at(const Json&, const std::string& pointer, Unit, Range);
  std::optional<Selection> listed_at(const Json&, const std::string& pointer);
  std::optional<Selection> portion_at(const Json&, const std::string& pointer);
  std::optional<std::string> file_at(const Json&, const std::string& pointer);

  void number(std::string_view name, double&, Unit, Range, Need);
  void number(std::string_view name, std::optional<double>&, Unit, Range);
  void object_at(const Json&, const std::string& pointer, const Visit&);
  /// A value that stands for an object with this one field; `alternative` is added to what is said against
  /// it.
  void bare_object_at(const Json&, const std::string& pointer, Unit, std::string_view field,
                      const std::string& alternative, const Visit&);
  void choice_at(const Json&, const std::string& pointer, const AnyCatalogue&, Unit, std::string& kind,
                 std::shared_ptr<Described>& spec);
  void bare_choice_at(const Json&, const std::string& pointer, const AnyCatalogue&, Unit, std::string& kind,
                      std::shared_ptr<Described>& spec);

  Complaints& complaints_;
  const SearchPath& search_;
  const Json& node_;
  std::string pointer_;
  Unit unit_;
  std::string bare_field_;  ///< if set, `node_` is itself the value of this field, and there is no other
  std::string bare_alternative_;     ///< added to "must be …" of that value
  std::vector<std::string> known_;   ///< keys that have been asked for
  std::vector<std::string> failed_;  ///< those among them that were complained about
};

}  // namespace taubar::config
