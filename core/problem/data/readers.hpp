// Formats of labelled samples.
#pragma once
#include <cstdint>
#include <limits>
#include <string>

#include "core/problem/data/table.hpp"

namespace taubar::problem::data {

enum class Header { automatic, yes, no };

struct ReadRequest {
  std::string path;
  std::int64_t rows = std::numeric_limits<std::int64_t>::max();  ///< at most that many, the first ones
  std::int64_t features = 0;                                     ///< LIBSVM: d; 0: the highest index
  std::string label = "last";  ///< CSV: "last", "first", a name of the header, or a number from 1
  Header header =
      Header::automatic;  ///< CSV; automatic: there is one if no field of the first line is a number
  std::string labels;     ///< IDX: the path of the labels
};

/// "LABEL INDEX:VALUE …" a line, indices from 1 and increasing, '#' begins a comment. Throws InputError with
/// up to 20 complaints "FILE:LINE: …".
Table read_libsvm(const ReadRequest& request);

/// Separated values; the separator is the first of , ; tab that occurs in the first line. Throws as above.
Table read_csv(const ReadRequest& request);

/// IDX, a byte an entry: items of two or more dimensions, and a file of as many labels. Throws InputError.
Table read_idx(const ReadRequest& request);

}  // namespace taubar::problem::data
