#include "core/problem/data/data_spec.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "core/problem/data/generators.hpp"
#include "core/problem/data/split.hpp"
#include "core/problem/data/text_source.hpp"

namespace taubar::problem::data {
namespace {

constexpr std::int64_t default_rows = 1000, default_dimension = 10;
constexpr double default_noise = 0.1;
constexpr double bytes_per_value = sizeof(double) + sizeof(std::int32_t);

/// By the name without .gz or .xz; by_name: it does not tell.
Format format_from(std::string name) {
  for (const std::string_view packing : {".gz", ".xz"})
    if (name.ends_with(packing)) name.resize(name.size() - packing.size());
  for (const std::string_view ending : {".csv", ".tsv"})
    if (name.ends_with(ending)) return Format::csv;
  for (const std::string_view ending : {".libsvm", ".svm", ".svmlight"})
    if (name.ends_with(ending)) return Format::libsvm;
  for (const std::string_view ending : {".idx", "-ubyte"})
    if (name.ends_with(ending)) return Format::idx;
  return Format::by_name;
}

}  // namespace

void DataSpec::fields(config::Fields& f) {
  f.file("file", file, file_resolved, "samples, one a line; gzip and xz are unpacked");
  f.one_of<Format>("format", format, {{"libsvm", Format::libsvm}, {"csv", Format::csv}, {"idx", Format::idx}},
                   "file: default by its name: .csv and .tsv; .libsvm, .svm and .svmlight; .idx and -ubyte");
  f.text("label", label, "csv: the label column: last, first, a name of the header, or a number from 1");
  f.file("labels", labels, labels_resolved, "idx: the file of labels");
  f.one_of<Header>("header", header, {{"auto", Header::automatic}, {"yes", Header::yes}, {"no", Header::no}},
                   "csv: whether the first line holds names; auto: if no field of it is a number");
  f.integer("features", features, config::between(1, static_cast<double>(max_features)),
            "libsvm: the number of features (default the highest index)");
  f.one_of<Generator>(
      "generator", generator,
      {{"forest_cover", Generator::forest_cover}, {"gaussian", Generator::gaussian}, {"sine", Generator::sine}},
      "instead of a file: forest_cover (54 badly scaled features, seven classes), gaussian, or sine (1 feature)");
  f.integer("dimension", dimension, config::between(1, static_cast<double>(max_features)),
            "gaussian: features (default 10)");
  f.real("noise", noise, config::non_negative,
         "gaussian, sine: standard deviation of what is added to the target (default 0.1)");
  f.integer(
      "rows", rows, config::at_least(1),
      "of a file: at most that many, the first ones (default all); of a generator: exactly (default 1000)");
  f.one_of<Scale>("scale", scale,
                  {{"none", Scale::none},
                   {"standardise", Scale::standardise},
                   {"minmax", Scale::minmax},
                   {"unit_rows", Scale::unit_rows}},
                  "of features: minmax is (x - min)/(max - min); constant columns become 0");
  f.flag("intercept", intercept,
         "appends a feature that is 1, after scaling; it is regularised like the others");
  f.real("positive_class", positive_class, config::any_number,
         "logistic regression: the label that becomes +1, all others -1; default the larger of two labels");
  f.real("held_out", held_out, {0, 1, true, true},
         "share of the samples, drawn at random, that nothing is fitted to: predictions are measured on them; "
         "scaling takes its constants from the rest");
  f.file("held_out_file", held_out_file, held_out_file_resolved,
         "instead of a share: a second file, read like the first, all of it");
  demand_consistency(f);
}

void DataSpec::demand_consistency(config::Fields& f) const {
  f.demand(file.empty() != (generator == Generator::none), "",
           "either a \"file\" or a \"generator\" is accepted, and one of them required");
  const bool generated = generator != Generator::none;
  const std::string file_only = "goes with \"file\" only",
                    gaussian_only = "goes with generator \"gaussian\" only";
  f.demand(!generated || format == Format::by_name, "format", file_only);
  f.demand(!generated || label == "last", "label", file_only);
  f.demand(!generated || header == Header::automatic, "header", file_only);
  f.demand(!generated || !features, "features", file_only);
  f.demand(!dimension || generator == Generator::gaussian, "dimension", gaussian_only);
  f.demand(!noise || generator == Generator::gaussian || generator == Generator::sine, "noise",
           "goes with generator \"gaussian\" or \"sine\" only");
  f.demand(!generated || held_out_file.empty(), "held_out_file", file_only);
  f.demand((format_of_file() == Format::idx) != labels.empty(), "labels",
           "is required for format \"idx\" and accepted there only");
  f.demand(held_out_file.empty() || format_of_file() != Format::idx, "held_out_file",
           "is not accepted for format \"idx\"; a share \"held_out\" is");
  f.demand(!held_out || held_out_file.empty(), "held_out", "is not accepted beside a \"held_out_file\"");
  f.demand(held_out_file.empty() || format != Format::by_name || format_from(held_out_file) != Format::by_name,
           "held_out_file",
           "the name does not tell its format; with \"format\": \"libsvm\" or \"csv\" it is accepted");
  f.demand(file.empty() || format != Format::by_name || format_from(file) != Format::by_name, "format",
           "the name of the file does not tell its format; \"libsvm\", \"csv\" or \"idx\" is accepted");
}

Format DataSpec::format_of_file() const { return format == Format::by_name ? format_from(file) : format; }

Table DataSpec::generated(Targets targets, std::uint64_t structure_seed) const {
  const auto count = rows.value_or(default_rows);
  if (expected_bytes() > bytes_per_value * static_cast<double>(max_values))
    throw InputError("problem.data: " + std::to_string(count) +
                     " rows are more than can be generated; at most " + std::to_string(max_values) +
                     " values are accepted");
  const bool classes = targets == Targets::classes;
  const double deviation = noise.value_or(default_noise);
  if (generator == Generator::forest_cover) return forest_cover(count, structure_seed);
  if (generator == Generator::sine) return sine(count, deviation, classes, structure_seed);
  return gaussian(count, dimension.value_or(default_dimension), deviation, classes, structure_seed);
}

Table DataSpec::read(const std::string& path, std::int64_t most_rows, std::int64_t columns) const {
  ReadRequest request;
  request.path = path;
  request.rows = most_rows;
  request.features = columns;
  request.label = label;
  request.header = header;
  request.labels = labels_resolved.empty() ? labels : labels_resolved;
  const auto kind = format == Format::by_name ? format_from(path) : format;
  if (kind == Format::by_name)
    throw InputError(path + ": the name does not tell the format; \"format\": libsvm, csv or idx is accepted");
  if (kind == Format::idx) return read_idx(request);
  return kind == Format::csv ? read_csv(request) : read_libsvm(request);
}

Table DataSpec::read_held_out(std::int64_t columns) const {
  if (held_out_file.empty()) return {};
  const auto& path = held_out_file_resolved.empty() ? held_out_file : held_out_file_resolved;
  Table table = read(path, std::numeric_limits<std::int64_t>::max(), columns);
  if (table.rows() == 0) throw InputError(path + ": holds no samples");
  if (table.columns != columns)
    throw InputError(path + ": holds " + std::to_string(table.columns) + " features; " +
                     std::to_string(columns) + " are accepted, as many as in " + file);
  return table;
}

Pair DataSpec::load(Targets targets, std::uint64_t structure_seed) const {
  Table all = generator != Generator::none
                  ? generated(targets, structure_seed)
                  : read(file_resolved.empty() ? file : file_resolved,
                         rows.value_or(std::numeric_limits<std::int64_t>::max()), features.value_or(0));
  if (all.rows() == 0) throw InputError(file + ": holds no samples");
  if (all.columns == 0 && !intercept) throw InputError(file + ": holds no features");
  const auto columns = all.columns;
  Pair tables = held_out ? split(all, *held_out, structure_seed) : Pair{std::move(all), read_held_out(columns)};
  tables = scaled_alike(std::move(tables), scale);
  if (intercept) tables = {with_intercept(tables.training), with_intercept(tables.held_out)};
  return tables;
}

// A value takes at least two bytes of text, a row of a LIBSVM file at least two as well.
double DataSpec::expected_bytes() const {
  const auto count = static_cast<double>(rows.value_or(default_rows));
  constexpr double row_bytes = 2 * sizeof(double);
  if (generator == Generator::forest_cover) return count * (12 * bytes_per_value + row_bytes);
  if (generator == Generator::sine) return count * (bytes_per_value + row_bytes);
  if (generator == Generator::gaussian)
    return count * (static_cast<double>(dimension.value_or(default_dimension)) * bytes_per_value + row_bytes);
  const auto values_of = [](const std::string& name, const std::string& resolved) {
    return std::min(unpacked_bytes(resolved.empty() ? name : resolved) / 2, static_cast<double>(max_values));
  };
  double values = (format_of_file() == Format::idx ? 2 : 1) * values_of(file, file_resolved);  // a byte each
  if (!held_out_file.empty()) values += values_of(held_out_file, held_out_file_resolved);
  return values * (bytes_per_value + row_bytes);
}

}  // namespace taubar::problem::data
