// The resolved values as a document.
#include <cmath>

#include "core/config/free_keys.hpp"
#include "core/config/reader.hpp"

namespace taubar::config {
namespace {

/// Shows one object; what it has not, and what JSON cannot say (an infinite default), is left out.
class Echo final : public Fields, public FreeKeys {
 public:
  /// `files`: gathers the names of files, where somebody wants them.
  Echo(Unit unit, std::vector<NamedFile>* files) : unit_(unit), files_(files) {}
  Json take() { return std::move(object_); }

  void flag(std::string_view name, bool& value, std::string_view, Need) override { put(name, value); }
  void integer(std::string_view name, std::int64_t& value, Range, std::string_view, Need) override {
    put(name, value);
  }
  void integer(std::string_view name, std::optional<std::int64_t>& value, Range, std::string_view) override {
    if (value) put(name, *value);
  }
  void real(std::string_view name, double& value, Range, std::string_view, Need) override {
    put_number(name, value);
  }
  void real(std::string_view name, std::optional<double>& value, Range, std::string_view) override {
    if (value) put_number(name, *value);
  }
  void measure(std::string_view name, double& value, Unit, Range, std::string_view, Need) override {
    put_number(name, value);
  }
  void measure(std::string_view name, std::optional<double>& value, Unit, Range, std::string_view) override {
    if (value) put_number(name, *value);
  }
  void quantity(std::string_view name, double& value, Range, std::string_view, Need) override {
    put_number(name, value);
  }
  void quantity(std::string_view name, std::optional<double>& value, Range, std::string_view) override {
    if (value) put_number(name, *value);
  }
  void quantities(std::string_view name, std::vector<double>& values, Range, std::string_view,
                  Need need) override {
    put_array(name, values, need);
  }
  void reals(std::string_view name, std::vector<double>& values, Range, std::string_view,
             Need need) override {
    put_array(name, values, need);
  }
  void integers(std::string_view name, std::vector<std::int64_t>& values, Range, std::string_view,
                Need need) override {
    put_array(name, values, need);
  }
  void words(std::string_view name, std::vector<std::string>& values, std::string_view, Need need) override {
    put_array(name, values, need);
  }
  void text(std::string_view name, std::string& value, std::string_view, Need) override { put(name, value); }
  // Outside its own names stands an enumeration's "as the method wants it".
  void word(std::string_view name, std::string& value, const std::vector<std::string>&, std::string_view,
            Need) override {
    if (!value.empty()) put(name, value);
  }
  void file(std::string_view name, std::string& as_written, std::string& resolved, std::string_view, Need) override {
    if (as_written.empty()) return;
    put(name, as_written);
    if (files_) files_->push_back({as_written, resolved});
  }
  void json(std::string_view name, Json& value, std::string_view, std::string_view, Need) override {
    if (!value.is_null()) put(name, value);
  }
  void jsons(std::string_view name, std::vector<Json>& values, std::string_view, Need) override { put(name, Json(values)); }
  void matrix(std::string_view name, Matrix& values, Range, std::string_view, Need) override;
  void selection(std::string_view name, Selection& value, std::string_view, Need) override;
  void interval(std::string_view name, std::optional<std::pair<double, double>>& value,
                std::string_view) override {
    if (value) put(name, {value->first, value->second});
  }
  void demand(bool, std::string_view, const std::string&) override {}
  Unit unit() const override { return unit_; }

 protected:
  void nested(std::string_view name, std::string_view, Need, const Visit& visit) override {
    put(name, echo_of(visit, unit_));
  }
  void maybe_nested(std::string_view name, std::string_view, bool has_value, const std::function<void()>&,
                    const Visit& visit, std::string_view) override {
    if (has_value) put(name, echo_of(visit, unit_));
  }
  void sequence(std::string_view name, std::string_view, Need need, std::size_t size, const Resize&,
                const VisitAt& visit) override;
  void kind(std::string_view name, std::string& kind, std::shared_ptr<Described>& spec, const AnyCatalogue&,
            std::string_view, Need, Unit unit) override {
    if (spec) put(name, choice(kind, *spec, unit));
  }
  void kinds(std::string_view name, std::string_view, Need need, const AnyCatalogue&, std::size_t size,
             const Resize&, const KindAt& at) override;
  void keyed(std::string_view name, std::string_view, Need need, const std::vector<std::string>& keys, const Found&,
             const VisitKey& visit) override {
    if (keys.empty() && need == optional) return;
    put(name, echo_of([&](Fields& f) { for (const auto& key : keys) visit(key, f); }, unit_));
  }

 private:
  Json echo_of(const Visit& visit, Unit unit) const {
    Echo inner(unit, files_);
    visit(inner);
    return inner.take();
  }
  Json choice(const std::string& kind, Described& spec, Unit unit) const {
    Echo inner(unit, files_);
    inner.put("kind", kind);
    spec.fields(inner);
    return inner.take();
  }
  void put(std::string_view name, Json value) { object_[std::string(name)] = std::move(value); }
  void put_number(std::string_view name, double value) {
    if (std::isfinite(value)) put(name, value);
  }
  template <class T>
  void put_array(std::string_view name, const std::vector<T>& values, Need need) {
    if (!values.empty() || need == required) put(name, Json(values));
  }

  Json object_ = Json::object();
  Unit unit_;
  std::vector<NamedFile>* files_;
};

void Echo::matrix(std::string_view name, Matrix& values, Range, std::string_view, Need) {
  if (values.size() == 0) return;
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < values.rows(); ++i)
    rows.push_back(std::vector<double>(values.row(i).begin(), values.row(i).end()));
  put(name, std::move(rows));
}

void Echo::selection(std::string_view name, Selection& value, std::string_view, Need) {
  switch (value.kind) {
    case Selection::Kind::all:
      return put(name, "all");
    case Selection::Kind::listed:
      return put(name, value.listed);
    case Selection::Kind::fraction:
      return put(name, Json::object({{"fraction", value.fraction}}));
    case Selection::Kind::first:
      return put(name, Json::object({{"first", value.first}}));
    case Selection::Kind::hosts:
      return put(name, Json::object({{"hosts", value.listed}}));
  }
}

void Echo::sequence(std::string_view name, std::string_view, Need need, std::size_t size, const Resize&,
                    const VisitAt& visit) {
  Json elements = Json::array();
  for (std::size_t i = 0; i < size; ++i) elements.push_back(echo_of([&](Fields& f) { visit(i, f); }, unit_));
  if (size > 0 || need == required) put(name, std::move(elements));
}

void Echo::kinds(std::string_view name, std::string_view, Need need, const AnyCatalogue&, std::size_t size,
                 const Resize&, const KindAt& at) {
  Json elements = Json::array();
  for (std::size_t i = 0; i < size; ++i)
    at(i, [&](std::string& kind, std::shared_ptr<Described>& spec) {
      if (spec) elements.push_back(choice(kind, *spec, unit_));
    });
  if (size > 0 || need == required) put(name, std::move(elements));
}

}  // namespace

Json echo(const std::function<void(Fields&)>& fields) {
  Echo root(Unit::number, nullptr);
  fields(root);
  return root.take();
}

Json echo(const std::function<void(Fields&)>& fields, std::vector<NamedFile>& files) {
  Echo root(Unit::number, &files);
  fields(root);
  return root.take();
}

}  // namespace taubar::config
