// The parameters of one kind, a row each, for `taubar list`.
#include <fmt/format.h>

#include <cmath>

#include "core/config/free_keys.hpp"
#include "core/config/reader.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

std::string type_name(Unit unit) {
  switch (unit) {
    case Unit::duration:
      return "duration";
    case Unit::size:
      return "size";
    case Unit::rate:
      return "rate";
    case Unit::number:
      break;
  }
  return "number";
}

std::string shown(double value, Unit unit) {
  if (!std::isfinite(value)) return "";
  return unit == Unit::number ? fmt::format("{}", value) : format_quantity(value, unit);
}

template <class T>
std::string shown(const std::vector<T>& values) {
  return values.empty() ? "" : Json(values).dump();
}

class ParameterLister final : public Fields, public FreeKeys {
 public:
  ParameterLister(std::vector<ParameterDoc>& rows, std::string prefix)
      : rows_(rows), prefix_(std::move(prefix)) {}

  void flag(std::string_view name, bool& value, std::string_view doc, Need need) override {
    row(name, "true or false", "", value ? "true" : "false", doc, need);
  }
  void integer(std::string_view name, std::int64_t& value, Range range, std::string_view doc,
               Need need) override {
    row(name, "integer", describe(range), fmt::format("{}", value), doc, need);
  }
  void integer(std::string_view name, std::optional<std::int64_t>& value, Range range,
               std::string_view doc) override {
    row(name, "integer", describe(range), value ? fmt::format("{}", *value) : "", doc, optional);
  }
  void real(std::string_view name, double& value, Range range, std::string_view doc, Need need) override {
    measure(name, value, Unit::number, range, doc, need);
  }
  void real(std::string_view name, std::optional<double>& value, Range range, std::string_view doc) override {
    measure(name, value, Unit::number, range, doc);
  }
  void measure(std::string_view name, double& value, Unit unit, Range range, std::string_view doc,
               Need need) override {
    row(name, type_name(unit), describe(range, unit), shown(value, unit), doc, need);
  }
  void measure(std::string_view name, std::optional<double>& value, Unit unit, Range range,
               std::string_view doc) override {
    row(name, type_name(unit), describe(range, unit), value ? shown(*value, unit) : "", doc, optional);
  }
  // A law is listed once, though its values may be durations here and plain numbers there.
  void quantity(std::string_view name, double& value, Range range, std::string_view doc, Need need) override {
    row(name, "quantity", describe(range), shown(value, Unit::number), doc, need);
  }
  void quantity(std::string_view name, std::optional<double>& value, Range range,
                std::string_view doc) override {
    row(name, "quantity", describe(range), value ? shown(*value, Unit::number) : "", doc, optional);
  }
  void quantities(std::string_view name, std::vector<double>& values, Range range, std::string_view doc,
                  Need need) override {
    row(name, "list of quantities", describe(range), shown(values), doc, need);
  }
  void text(std::string_view name, std::string& value, std::string_view doc, Need need) override {
    row(name, "text", "", value, doc, need);
  }
  void word(std::string_view name, std::string& value, const std::vector<std::string>& accepted,
            std::string_view doc, Need need) override {
    row(name, "word", listed(accepted), value, doc, need);
  }
  void reals(std::string_view name, std::vector<double>& values, Range range, std::string_view doc,
             Need need) override {
    row(name, "list of numbers", describe(range), shown(values), doc, need);
  }
  void integers(std::string_view name, std::vector<std::int64_t>& values, Range range, std::string_view doc,
                Need need) override {
    row(name, "list of integers", describe(range), shown(values), doc, need);
  }
  void matrix(std::string_view name, Matrix&, Range range, std::string_view doc, Need need) override {
    row(name, "matrix", describe(range), "", doc, need);
  }
  void words(std::string_view name, std::vector<std::string>& values, std::string_view doc,
             Need need) override {
    row(name, "list of words", "", shown(values), doc, need);
  }
  void selection(std::string_view name, Selection& value, std::string_view doc, Need need) override {
    const Json standard = echo([&](Fields& f) { f.selection("agents", value, ""); });
    row(name, "agents", R"("all", [3, 7], {"fraction": 0.1}, {"first": 4}, {"hosts": [0]})", standard["agents"].dump(), doc,
        need);
  }
  void interval(std::string_view name, std::optional<std::pair<double, double>>&,
                std::string_view doc) override {
    row(name, "interval", "[from, to) with 0 <= from < to", "", doc, optional);
  }
  void file(std::string_view name, std::string&, std::string&, std::string_view doc, Need need) override {
    row(name, "file", "", "", doc, need);
  }
  void json(std::string_view name, Json&, std::string_view accepted, std::string_view doc, Need need) override {
    row(name, "any value", std::string(accepted), "", doc, need);
  }
  void jsons(std::string_view name, std::vector<Json>&, std::string_view doc, Need need) override {
    row(name, "list of any values", "", "", doc, need);
  }
  void demand(bool, std::string_view, const std::string&) override {}

 protected:
  void nested(std::string_view name, std::string_view doc, Need need, const Visit& visit) override {
    row(name, "object", "", "", doc, need);
    below(name, ".", visit);
  }
  void maybe_nested(std::string_view name, std::string_view doc, bool, const std::function<void()>&,
                    const Visit& visit, std::string_view bare_field) override {
    const std::string type = bare_field.empty() ? "object" : fmt::format("object, or its {}", bare_field);
    row(name, type, "", "", doc, optional);
    below(name, ".", visit);
  }
  void sequence(std::string_view name, std::string_view doc, Need need, std::size_t size, const Resize&,
                const VisitAt& visit) override {
    row(name, "list of objects", "", "", doc, need);
    below(name, "[].", [&](Fields& f) { visit(size, f); });
  }
  void kind(std::string_view name, std::string& kind, std::shared_ptr<Described>&,
            const AnyCatalogue& catalogue, std::string_view doc, Need need, Unit unit) override {
    row(name, choice_type(catalogue, unit), "", kind, doc, need);
  }
  void kinds(std::string_view name, std::string_view doc, Need need, const AnyCatalogue& catalogue,
             std::size_t, const Resize&, const KindAt&) override {
    row(name, fmt::format("list of {}", catalogue.axis), "", "", doc, need);
  }
  void keyed(std::string_view name, std::string_view doc, Need need, const std::vector<std::string>&, const Found&,
             const VisitKey& visit) override {
    row(name, "object with keys of its own", "", "", doc, need);
    below(name, ".", [&](Fields& f) { visit(any_key, f); });
  }

 private:
  static std::string choice_type(const AnyCatalogue& catalogue, Unit unit) {
    const std::string axis(catalogue.axis);
    return unit == Unit::number ? axis : axis + " of " + type_name(unit) + "s";
  }

  void row(std::string_view name, std::string type, std::string range, std::string standard,
           std::string_view doc, Need need) {
    ParameterDoc parameter;
    parameter.name = prefix_ + std::string(name);
    parameter.type = std::move(type);
    parameter.range = std::move(range);
    parameter.required = need == required;
    if (!parameter.required) parameter.default_value = std::move(standard);
    parameter.doc = doc;
    rows_.push_back(std::move(parameter));
  }
  void below(std::string_view name, const char* separator, const Visit& visit) {
    ParameterLister inner(rows_, prefix_ + std::string(name) + separator);
    visit(inner);
  }

  std::vector<ParameterDoc>& rows_;
  std::string prefix_;
};

}  // namespace

std::vector<ParameterDoc> parameters(const std::function<void(Fields&)>& fields) {
  std::vector<ParameterDoc> rows;
  ParameterLister lister(rows, "");
  fields(lister);
  return rows;
}

}  // namespace taubar::config
