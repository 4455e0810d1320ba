#include <algorithm>
#include <charconv>

#include "core/base/error.hpp"
#include "core/problem/data/readers.hpp"
#include "core/problem/data/row_parser.hpp"

namespace taubar::problem::data {
namespace {

std::string_view next_word(std::string_view& rest) {
  rest = trimmed(rest);
  const auto end = std::min(rest.find_first_of(" \t"), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

/// Reads one line into `table`; what is wrong with it, or "".
std::string read_row(std::string_view line, std::int64_t highest_accepted, Table& table) {
  const auto label_text = next_word(line);
  const auto label = parse_number(label_text);
  if (!label) return "the label " + not_a_number(label_text);
  std::int64_t previous = 0;
  for (auto word = next_word(line); !word.empty(); word = next_word(line)) {
    const auto colon = word.find(':');
    if (colon == std::string_view::npos) return in_quotes(word) + " is not INDEX:VALUE";
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + colon, index);
    if (error != std::errc{} || end != word.data() + colon || index < 1)
      return "the index of " + in_quotes(word) + " is not an integer from 1";
    if (index <= previous) return "index " + std::to_string(index) + " does not increase along the line";
    if (index > highest_accepted)
      return "index " + std::to_string(index) + " is above " + std::to_string(highest_accepted) +
             ", the number of features accepted";
    const auto value = parse_number(word.substr(colon + 1));
    if (!value) return "feature " + std::to_string(index) + ": " + not_a_number(word.substr(colon + 1));
    table.push(static_cast<std::int32_t>(index - 1), *value);
    table.columns = std::max(table.columns, index);
    previous = index;
  }
  table.end_row(*label);
  return "";
}

}  // namespace

Table read_libsvm(const ReadRequest& request) {
  TextSource source(request.path);
  Table table;
  table.columns = request.features;
  const std::int64_t highest = request.features > 0 ? request.features : max_features;
  read_rows(source, request.rows, table, [&](std::string_view line) -> std::string {
    line = trimmed(line.substr(0, line.find('#')));
    return line.empty() ? "" : read_row(line, highest, table);
  });
  return table;
}

}  // namespace taubar::problem::data
