// The JSON Schema that editors complete from.
#include <fmt/format.h>

#include <cmath>

#include "core/config/free_keys.hpp"
#include "core/config/reader.hpp"

namespace taubar::config {
namespace {

/// Keys that begin with // are notes, in every object.
Json object_schema() {
  return {{"type", "object"},
          {"properties", Json::object()},
          {"additionalProperties", false},
          {"patternProperties", {{"^//", Json::object()}}}};
}

Json with_range(Json schema, Range range) {
  if (range.low > -unbounded) schema[range.low_open ? "exclusiveMinimum" : "minimum"] = range.low;
  if (range.high < unbounded) schema[range.high_open ? "exclusiveMaximum" : "maximum"] = range.high;
  return schema;
}

Json number_schema(Unit unit, Range range) {
  if (unit == Unit::number) return with_range({{"type", "number"}}, range);
  Json schema = {{"type", Json::array({"number", "string"})},
                 {"pattern", quantity_pattern(unit, range.low < 0)}};
  return with_range(std::move(schema), range);
}

Json array_schema(Json element) { return {{"type", "array"}, {"items", std::move(element)}}; }

Json selection_schema() {
  const auto portion = [](const char* key, Json value) {
    Json schema = object_schema();
    schema["properties"][key] = std::move(value);
    schema["required"] = {key};
    return schema;
  };
  Json agents = array_schema({{"type", "integer"}, {"minimum", 0}});
  agents["uniqueItems"] = true;
  Json hosts = array_schema({{"type", "integer"}, {"minimum", 0}});
  hosts["minItems"] = 1;
  return {{"description", "which agents: all, those listed, a random fraction, the first, or those of hosts"},
          {"oneOf",
           {{{"const", "all"}},
            std::move(agents),
            portion("fraction", number_schema(Unit::number, probability)),
            portion("first", {{"type", "integer"}, {"minimum", 0}}),
            portion("hosts", std::move(hosts))}}};
}

std::string unit_name(Unit unit) {
  switch (unit) {
    case Unit::duration:
      return "_of_duration";
    case Unit::size:
      return "_of_size";
    case Unit::rate:
      return "_of_rate";
    case Unit::number:
      break;
  }
  return "";
}

/// Describes one object. `definitions` is the schema's "$defs", shared by all objects.
class SchemaWriter final : public Fields, public FreeKeys {
 public:
  SchemaWriter(Json& definitions, Unit unit)
      : definitions_(definitions), unit_(unit), schema_(object_schema()) {}
  Json take() { return std::move(schema_); }
  void add(std::string_view name, Json schema, Need need) {
    schema_["properties"][std::string(name)] = std::move(schema);
    if (need == required) schema_["required"].push_back(std::string(name));
  }

  void flag(std::string_view name, bool& value, std::string_view doc, Need need) override {
    put(name, {{"type", "boolean"}}, doc, need, value);
  }
  void integer(std::string_view name, std::int64_t& value, Range range, std::string_view doc,
               Need need) override {
    put(name, with_range({{"type", "integer"}}, range), doc, need, value);
  }
  void integer(std::string_view name, std::optional<std::int64_t>& value, Range range,
               std::string_view doc) override {
    put(name, with_range({{"type", "integer"}}, range), doc, optional, value ? Json(*value) : Json());
  }
  void real(std::string_view name, double& value, Range range, std::string_view doc, Need need) override {
    put(name, number_schema(Unit::number, range), doc, need, value);
  }
  void real(std::string_view name, std::optional<double>& value, Range range, std::string_view doc) override {
    put(name, number_schema(Unit::number, range), doc, optional, value ? Json(*value) : Json());
  }
  void measure(std::string_view name, double& value, Unit unit, Range range, std::string_view doc,
               Need need) override {
    put(name, number_schema(unit, range), doc, need, value);
  }
  void measure(std::string_view name, std::optional<double>& value, Unit unit, Range range,
               std::string_view doc) override {
    put(name, number_schema(unit, range), doc, optional, value ? Json(*value) : Json());
  }
  void quantity(std::string_view name, double& value, Range range, std::string_view doc, Need need) override {
    measure(name, value, unit_, range, doc, need);
  }
  void quantity(std::string_view name, std::optional<double>& value, Range range,
                std::string_view doc) override {
    measure(name, value, unit_, range, doc);
  }
  void quantities(std::string_view name, std::vector<double>& values, Range range, std::string_view doc,
                  Need need) override {
    put(name, array_schema(number_schema(unit_, range)), doc, need, unless_empty(values));
  }
  void text(std::string_view name, std::string& value, std::string_view doc, Need need) override {
    put(name, {{"type", "string"}}, doc, need, unless_empty(value));
  }
  void word(std::string_view name, std::string& value, const std::vector<std::string>& accepted,
            std::string_view doc, Need need) override {
    put(name, {{"enum", accepted}}, doc, need, unless_empty(value));
  }
  void reals(std::string_view name, std::vector<double>& values, Range range, std::string_view doc,
             Need need) override {
    put(name, array_schema(number_schema(Unit::number, range)), doc, need, unless_empty(values));
  }
  void integers(std::string_view name, std::vector<std::int64_t>& values, Range range, std::string_view doc,
                Need need) override {
    put(name, array_schema(with_range({{"type", "integer"}}, range)), doc, need, unless_empty(values));
  }
  void matrix(std::string_view name, Matrix&, Range range, std::string_view doc, Need need) override {
    Json row = array_schema(number_schema(Unit::number, range));
    row["minItems"] = 1;
    Json rows = array_schema(std::move(row));
    rows["minItems"] = 1;
    put(name, std::move(rows), doc, need, Json());
  }
  void words(std::string_view name, std::vector<std::string>& values, std::string_view doc,
             Need need) override {
    put(name, array_schema({{"type", "string"}}), doc, need, unless_empty(values));
  }
  void selection(std::string_view name, Selection& value, std::string_view doc, Need need) override {
    if (!definitions_.contains("selection")) definitions_["selection"] = selection_schema();
    const Json standard = echo([&](Fields& f) { f.selection("agents", value, ""); });
    put(name, {{"$ref", "#/$defs/selection"}}, doc, need, standard["agents"]);
  }
  void interval(std::string_view name, std::optional<std::pair<double, double>>&,
                std::string_view doc) override {
    Json ends = array_schema(number_schema(Unit::duration, non_negative));
    ends["minItems"] = 2;
    ends["maxItems"] = 2;
    put(name, std::move(ends), doc, optional, Json());
  }
  void file(std::string_view name, std::string&, std::string&, std::string_view doc, Need need) override {
    put(name, {{"type", "string"}, {"minLength", 1}}, doc, need, Json());
  }
  void json(std::string_view name, Json&, std::string_view, std::string_view doc, Need need) override {
    put(name, Json::object(), doc, need, Json());
  }
  void jsons(std::string_view name, std::vector<Json>&, std::string_view doc, Need need) override {
    put(name, array_schema(Json::object()), doc, need, Json());
  }
  void demand(bool, std::string_view, const std::string&) override {}
  Unit unit() const override { return unit_; }

 protected:
  void nested(std::string_view name, std::string_view doc, Need need, const Visit& visit) override {
    put(name, object_of(visit), doc, need, Json());
  }
  void maybe_nested(std::string_view name, std::string_view doc, bool, const std::function<void()>&,
                    const Visit& visit, std::string_view bare_field) override {
    Json object = object_of(visit);
    if (!bare_field.empty()) {
      Json bare = object["properties"][std::string(bare_field)];
      object = {{"oneOf", Json::array({std::move(bare), std::move(object)})}};
    }
    put(name, std::move(object), doc, optional, Json());
  }
  void sequence(std::string_view name, std::string_view doc, Need need, std::size_t size, const Resize&,
                const VisitAt& visit) override {
    put(name, array_schema(object_of([&](Fields& f) { visit(size, f); })), doc, need, Json());
  }
  void kind(std::string_view name, std::string& kind, std::shared_ptr<Described>& spec,
            const AnyCatalogue& catalogue, std::string_view doc, Need need, Unit unit) override {
    Json standard;
    if (spec) {
      standard = {{"kind", kind}};
      standard.update(echo([&](Fields& f) { spec->fields(f); }));
    }
    put(name, reference_to(catalogue, unit), doc, need, std::move(standard));
  }
  void kinds(std::string_view name, std::string_view doc, Need need, const AnyCatalogue& catalogue,
             std::size_t, const Resize&, const KindAt&) override {
    put(name, array_schema(reference_to(catalogue, unit_)), doc, need, Json());
  }
  void keyed(std::string_view name, std::string_view doc, Need need, const std::vector<std::string>&, const Found&,
             const VisitKey& visit) override {
    Json values = object_of([&](Fields& f) { visit(any_key, f); })["properties"][any_key];
    put(name, {{"type", "object"}, {"additionalProperties", std::move(values)}}, doc, need, Json());
  }

 private:
  template <class T>
  static Json unless_empty(const T& value) {
    return value.empty() ? Json() : Json(value);
  }

  void put(std::string_view name, Json schema, std::string_view doc, Need need, Json standard) {
    schema["description"] = doc;
    const bool finite = !standard.is_number_float() || std::isfinite(standard.get<double>());
    if (need == optional && !standard.is_null() && finite) schema["default"] = std::move(standard);
    add(name, std::move(schema), need);
  }

  Json object_of(const Visit& visit) {
    SchemaWriter inner(definitions_, unit_);
    visit(inner);
    return inner.take();
  }

  Json reference_to(const AnyCatalogue& catalogue, Unit unit);
  Json entry_schema(const AnyEntry& entry, Unit unit);

  Json& definitions_;
  Unit unit_;
  Json schema_;
};

Json SchemaWriter::entry_schema(const AnyEntry& entry, Unit unit) {
  SchemaWriter inner(definitions_, unit);
  inner.add("kind", {{"const", entry.name}}, required);
  entry.make(entry.entry)->fields(inner);
  Json schema = inner.take();
  schema["title"] = entry.name;
  schema["description"] =
      entry.source.empty() ? std::string(entry.summary) : fmt::format("{} ({})", entry.summary, entry.source);
  return schema;
}

// The definition stands in "$defs" before its entries are described, so that a law may hold laws.
Json SchemaWriter::reference_to(const AnyCatalogue& catalogue, Unit unit) {
  std::string name(catalogue.axis);
  for (char& c : name)
    if (c == ' ') c = '_';
  name += unit_name(unit);
  const Json reference = {{"$ref", "#/$defs/" + name}};
  if (definitions_.contains(name)) return reference;
  definitions_[name] = Json::object();
  Json alternatives = Json::array();
  for (const auto& entry : catalogue.entries) {
    Json schema = entry_schema(entry, unit);
    if (entry.name == catalogue.bare_kind)
      alternatives.insert(alternatives.begin(), schema["properties"][std::string(catalogue.bare_field)]);
    alternatives.push_back(std::move(schema));
  }
  definitions_[name] = {{"oneOf", std::move(alternatives)}};
  return reference;
}

}  // namespace

Json schema(const std::function<void(Fields&)>& fields, std::string_view title) {
  constexpr const char* dialect = "https://json-schema.org/draft/2020-12/schema";
  Json definitions = Json::object();
  SchemaWriter root(definitions, Unit::number);
  root.add("$schema", {{"type", "string"}, {"description", "this schema, for editors"}}, optional);
  fields(root);
  Json result = {{"$schema", dialect}, {"title", title}};
  result.update(root.take());
  result["$defs"] = std::move(definitions);
  return result;
}

}  // namespace taubar::config
