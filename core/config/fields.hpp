// The visitor to which every struct of a scenario shows its fields, once. Four implementations read a
// document, echo the resolved values, print the parameters for `taubar list`, and write the JSON Schema.
//
//   struct Pareto final : LawSpec {
//     double shape = 0, minimum = 0;
//     void fields(config::Fields& f) override {
//       f.real("shape", shape, positive, "tail index; the mean is finite above 1", required);
//       f.quantity("minimum", minimum, positive, "smallest value", required);
//     }
//   };
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/linear_algebra.hpp"
#include "core/config/catalogue.hpp"
#include "core/config/selection.hpp"
#include "core/config/units.hpp"

namespace taubar::config {

/// Accepted values of a number; NaN and infinities never are.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;

  bool contains(double value) const {
    return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
  }
};
inline constexpr double unbounded = std::numeric_limits<double>::infinity();
inline constexpr Range any_number{};
inline constexpr Range positive{0, unbounded, true, false};
inline constexpr Range non_negative{0, unbounded, false, false};
inline constexpr Range probability{0, 1, false, false};
inline constexpr Range at_least(double low) { return {low, unbounded, false, false}; }
inline constexpr Range between(double low, double high) { return {low, high, false, false}; }

/// Whether a key may be left out. If it is, the member keeps the value it has: that is the default.
enum class Need { optional, required };
inline constexpr Need required = Need::required;
inline constexpr Need optional = Need::optional;

/// The names of an enumeration, for Fields::one_of.
template <class Enum>
using Names = std::initializer_list<std::pair<std::string_view, Enum>>;

class Fields {
 public:
  virtual ~Fields() = default;

  // ---- leaves; `doc` is one line: the meaning, the unit if any, what the default does ----
  virtual void flag(std::string_view name, bool& value, std::string_view doc, Need need = optional) = 0;
  virtual void integer(std::string_view name, std::int64_t& value, Range range, std::string_view doc,
                       Need need = optional) = 0;
  virtual void integer(std::string_view name, std::optional<std::int64_t>& value, Range range,
                       std::string_view doc) = 0;
  /// A plain number.
  virtual void real(std::string_view name, double& value, Range range, std::string_view doc,
                    Need need = optional) = 0;
  virtual void real(std::string_view name, std::optional<double>& value, Range range,
                    std::string_view doc) = 0;
  /// A number in the given unit: seconds, bytes, bits per second, or a string with a suffix.
  virtual void measure(std::string_view name, double& value, Unit unit, Range range, std::string_view doc,
                       Need need = optional) = 0;
  virtual void measure(std::string_view name, std::optional<double>& value, Unit unit, Range range,
                       std::string_view doc) = 0;
  /// A number in the unit of the enclosing choice: the value of a law of durations, or of plain numbers.
  virtual void quantity(std::string_view name, double& value, Range range, std::string_view doc,
                        Need need = optional) = 0;
  virtual void quantity(std::string_view name, std::optional<double>& value, Range range,
                        std::string_view doc) = 0;
  virtual void quantities(std::string_view name, std::vector<double>& values, Range range,
                          std::string_view doc, Need need = optional) = 0;
  virtual void text(std::string_view name, std::string& value, std::string_view doc,
                    Need need = optional) = 0;
  virtual void word(std::string_view name, std::string& value, const std::vector<std::string>& accepted,
                    std::string_view doc, Need need = optional) = 0;
  virtual void reals(std::string_view name, std::vector<double>& values, Range range, std::string_view doc,
                     Need need = optional) = 0;
  virtual void integers(std::string_view name, std::vector<std::int64_t>& values, Range range,
                        std::string_view doc, Need need = optional) = 0;
  /// Rows of equal length.
  virtual void matrix(std::string_view name, Matrix& values, Range range, std::string_view doc,
                      Need need = optional) = 0;
  virtual void words(std::string_view name, std::vector<std::string>& values, std::string_view doc,
                     Need need = optional) = 0;
  virtual void selection(std::string_view name, Selection& value, std::string_view doc,
                         Need need = optional) = 0;
  /// A half-open span of virtual time [from, to) in seconds, written as an array of two durations.
  virtual void interval(std::string_view name, std::optional<std::pair<double, double>>& value,
                        std::string_view doc) = 0;
  /// A file name; reading resolves it relative to the scenario, then in the data directories, and keeps the
  /// resolved path beside the name as written. A file that is nowhere is a complaint that lists where it was
  /// sought.
  virtual void file(std::string_view name, std::string& as_written, std::string& resolved,
                    std::string_view doc, Need need = optional) = 0;

  // ---- rules across fields ----
  /// While reading: a complaint at `name` ("" = the object itself) unless `holds`. `message` says what is
  /// wrong and what is accepted. Elsewhere, and for a field that has failed already, it does nothing.
  virtual void demand(bool holds, std::string_view name, const std::string& message) = 0;
  /// Whether a document is being read (values are those of a scenario, not defaults).
  virtual bool reading() const { return false; }
  /// While reading: whether the key stands in the document.
  virtual bool present(std::string_view) const { return false; }
  /// The unit of the enclosing choice: what `quantity` stands for, to hand on to a choice that shares it.
  virtual Unit unit() const { return Unit::number; }

  // ---- composites ----
  template <class Enum>
  void one_of(std::string_view name, Enum& value, Names<Enum> names, std::string_view doc,
              Need need = optional) {
    std::vector<std::string> accepted;
    std::string chosen;
    for (const auto& [text, e] : names) {
      accepted.emplace_back(text);
      if (e == value) chosen = text;
    }
    word(name, chosen, accepted, doc, need);
    for (const auto& [text, e] : names)
      if (text == chosen) value = e;
  }

  /// An object with its own fields; T has `void fields(Fields&)`.
  template <class T>
  void object(std::string_view name, T& value, std::string_view doc, Need need = optional) {
    nested(name, doc, need, [&value](Fields& f) { value.fields(f); });
  }
  /// `bare_field`: the field for which a bare value stands, "100ms" for {"virtual_time": "100ms"}; "" if
  /// there is none.
  template <class T>
  void object(std::string_view name, std::optional<T>& value, std::string_view doc,
              std::string_view bare_field = "") {
    maybe_nested(
        name, doc, value.has_value(), [&value] { value.emplace(); },
        [&value](Fields& f) {
          T described;
          (value ? *value : described).fields(f);
        },
        bare_field);
  }
  /// An array of objects.
  template <class T>
  void list(std::string_view name, std::vector<T>& values, std::string_view doc, Need need = optional) {
    sequence(
        name, doc, need, values.size(), [&values](std::size_t n) { values.resize(n); },
        [&values](std::size_t i, Fields& f) {
          T described;
          (i < values.size() ? values[i] : described).fields(f);
        });
  }
  /// {"kind": NAME, …} out of a catalogue. `unit` is what the values of a law stand for.
  template <class Spec>
  void choice(std::string_view name, Choice<Spec>& value, const Catalogue<Spec>& catalogue,
              std::string_view doc, Need need = optional, Unit unit = Unit::number) {
    std::shared_ptr<Described> spec = value.spec;
    kind(name, value.kind, spec, catalogue.any(), doc, need, unit);
    value.spec = std::static_pointer_cast<Spec>(spec);
  }
  /// An array of choices out of one catalogue, in the unit of the enclosing choice.
  template <class Spec>
  void choices(std::string_view name, std::vector<Choice<Spec>>& values, const Catalogue<Spec>& catalogue,
               std::string_view doc, Need need = optional) {
    kinds(
        name, doc, need, catalogue.any(), values.size(), [&values](std::size_t n) { values.resize(n); },
        [&values](std::size_t i, const KindVisit& visit) {
          Choice<Spec> described;
          Choice<Spec>& value = i < values.size() ? values[i] : described;
          std::shared_ptr<Described> spec = value.spec;
          visit(value.kind, spec);
          value.spec = std::static_pointer_cast<Spec>(spec);
        });
  }

 protected:
  using Visit = std::function<void(Fields&)>;
  using Resize = std::function<void(std::size_t)>;
  using VisitAt = std::function<void(std::size_t, Fields&)>;
  using KindVisit = std::function<void(std::string&, std::shared_ptr<Described>&)>;
  using KindAt = std::function<void(std::size_t, const KindVisit&)>;

  virtual void nested(std::string_view name, std::string_view doc, Need need, const Visit& visit) = 0;
  virtual void maybe_nested(std::string_view name, std::string_view doc, bool has_value,
                            const std::function<void()>& create, const Visit& visit,
                            std::string_view bare_field) = 0;
  virtual void sequence(std::string_view name, std::string_view doc, Need need, std::size_t size,
                        const Resize& resize, const VisitAt& visit) = 0;
  virtual void kind(std::string_view name, std::string& kind, std::shared_ptr<Described>& spec,
                    const AnyCatalogue& catalogue, std::string_view doc, Need need, Unit unit) = 0;
  virtual void kinds(std::string_view name, std::string_view doc, Need need, const AnyCatalogue& catalogue,
                     std::size_t size, const Resize& resize, const KindAt& at) = 0;
};

}  // namespace taubar::config
