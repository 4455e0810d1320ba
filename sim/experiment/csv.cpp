#include "sim/experiment/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>

#include "core/base/error.hpp"
#include "core/config/wording.hpp"

namespace taubar::experiment {
namespace {

constexpr std::size_t most_complaints = 10;

std::vector<std::string_view> split(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string_view> fields;
  for (;;) {
    const auto comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// The file behind its first line, which is left in `header`.
std::ifstream open(const std::string& path, std::string& header) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(path, ignored);  // asked first: opening a pipe may block
  std::ifstream in(is_file ? path : "", std::ios::binary);
  if (!in || !std::getline(in, header)) throw InputError(path + ": cannot be read; accepted is a CSV file with a header");
  return in;
}

std::optional<double> number(std::string_view text, Numbers accepted) {
  double value = 0;
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || (accepted == Numbers::finite && !std::isfinite(value)))
    return std::nullopt;
  return value;
}

std::vector<std::size_t> places(const std::vector<std::string_view>& header, const std::vector<std::string>& columns,
                                const std::string& path) {
  std::vector<std::size_t> found;
  std::vector<std::string> complaints;
  for (const auto& column : columns) {
    const auto at = std::find(header.begin(), header.end(), column);
    if (at == header.end())
      complaints.push_back(fmt::format("{}:1: there is no column {}; needed are {}", path, column, config::listed(columns)));
    found.push_back(static_cast<std::size_t>(at - header.begin()));
  }
  if (!complaints.empty()) throw InputError(complaints);
  return found;
}

}  // namespace

std::vector<std::string> csv_columns(const std::string& path) {
  std::string header;
  open(path, header);
  const auto names = split(header);
  return {names.begin(), names.end()};
}

void read_csv(const std::string& path, const std::vector<std::string>& columns,
              const std::function<void(const std::vector<double>&)>& row, Numbers accepted) {
  std::string header, line;
  auto in = open(path, header);
  const auto names = split(header);
  const auto at = places(names, columns, path);
  std::vector<double> values(columns.size());
  std::vector<std::string> complaints;
  for (std::size_t number_of_line = 2; std::getline(in, line) && complaints.size() < most_complaints; ++number_of_line) {
    const auto fields = split(line);
    const auto complain = [&](const std::string& what) {
      complaints.push_back(fmt::format("{}:{}: {}", path, number_of_line, what));
    };
    if (fields.size() != names.size()) {
      complain(fmt::format("{} fields; the header has {}", fields.size(), names.size()));
      continue;
    }
    bool whole = true;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto value = number(fields[at[c]], accepted);
      if (!value) complain(fmt::format("{} is {}; accepted is a number", columns[c], config::in_quotes(fields[at[c]])));
      whole &= value.has_value();
      values[c] = value.value_or(0);
    }
    if (!whole) continue;
    try {
      row(values);
    } catch (const InputError& error) {
      complain(error.what());
    }
  }
  if (!complaints.empty()) throw InputError(complaints);
}

}  // namespace taubar::experiment
