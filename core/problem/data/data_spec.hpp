// `data` of a scenario: a file or a generator, and what is done to its features.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/problem/data/readers.hpp"
#include "core/problem/data/scale.hpp"
#include "core/problem/data/table.hpp"

namespace taubar::config {
class Fields;
}

namespace taubar::problem::data {

enum class Format { by_name, libsvm, csv, idx };
enum class Generator { none, forest_cover, gaussian, sine };

/// Whether generated targets are numbers or classes.
enum class Targets { numbers, classes };

struct DataSpec {
  std::string file, file_resolved;  ///< "": generated
  Format format = Format::by_name;
  std::string label = "last";
  std::string labels, labels_resolved;  ///< idx
  Header header = Header::automatic;
  std::optional<std::int64_t> features;
  Generator generator = Generator::none;
  std::optional<std::int64_t> dimension;  ///< gaussian; 10
  std::optional<double> noise;            ///< gaussian, sine; 0.1
  std::optional<std::int64_t> rows;  ///< of a file: at most that many; of a generator: exactly (default 1000)
  Scale scale = Scale::none;
  bool intercept = false;
  std::optional<double> positive_class;
  std::optional<double> held_out;                    ///< share of the samples, in (0, 1)
  std::string held_out_file, held_out_file_resolved;  ///< instead: "" for none

  void fields(config::Fields& f);
  /// Reads or generates, sets the held-out part aside, scales both by the constants of the training part,
  /// appends the intercept. At least one row to train on; no held-out ones unless asked for. InputError for
  /// unusable data.
  Pair load(Targets targets, std::uint64_t structure_seed) const;
  /// An upper estimate of the bytes of the loaded tables.
  double expected_bytes() const;

 private:
  void demand_consistency(config::Fields& f) const;
  Format format_of_file() const;
  Table generated(Targets targets, std::uint64_t structure_seed) const;
  Table read(const std::string& path, std::int64_t rows, std::int64_t features) const;
  Table read_held_out(std::int64_t columns) const;
};

}  // namespace taubar::problem::data
