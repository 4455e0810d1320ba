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

enum class Format { by_name, libsvm, csv };
enum class Generator { none, forest_cover, gaussian };

/// Whether generated targets are numbers or classes.
enum class Targets { numbers, classes };

struct DataSpec {
  std::string file, file_resolved;  ///< "": generated
  Format format = Format::by_name;
  std::string label = "last";
  Header header = Header::automatic;
  std::optional<std::int64_t> features;
  Generator generator = Generator::none;
  std::optional<std::int64_t> dimension;  ///< gaussian; 10
  std::optional<double> noise;            ///< gaussian; 0.1
  std::optional<std::int64_t> rows;  ///< of a file: at most that many; of a generator: exactly (default 1000)
  Scale scale = Scale::none;
  bool intercept = false;
  std::optional<double> positive_class;

  void fields(config::Fields& f);
  /// Reads or generates, scales, appends the intercept. At least one row. InputError for unusable data.
  Table load(Targets targets, std::uint64_t structure_seed) const;
  /// An upper estimate of the bytes of the loaded table.
  double expected_bytes() const;

 private:
  void demand_consistency(config::Fields& f) const;
  Table raw(Targets targets, std::uint64_t structure_seed) const;
};

}  // namespace taubar::problem::data
