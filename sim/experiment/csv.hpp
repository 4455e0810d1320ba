// A CSV file of numbers, column by column: what taubar itself writes, so without quotes.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace taubar::experiment {

/// What a field may be besides empty.
enum class Numbers { finite, any };

/// The names in the first line. InputError where the file cannot be read.
std::vector<std::string> csv_columns(const std::string& path);

/// Calls `row` with the numbers of the named columns, line by line; the header may hold more columns, in any order. An empty
/// field is NaN. InputError "FILE:LINE: what is wrong, what is accepted" for all malformed lines, the first ten of them.
void read_csv(const std::string& path, const std::vector<std::string>& columns,
              const std::function<void(const std::vector<double>& values)>& row, Numbers accepted = Numbers::finite);

}  // namespace taubar::experiment
