#include <algorithm>
#include <charconv>

#include "core/base/error.hpp"
#include "core/problem/data/readers.hpp"
#include "core/problem/data/row_parser.hpp"

namespace taubar::problem::data {
namespace {

using Cells = std::vector<std::string_view>;

char separator_of(std::string_view line) {
  const auto found = line.find_first_of(",;\t");
  return found == std::string_view::npos ? ',' : line[found];
}

std::string_view unquoted(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
  return cell;
}

void split(std::string_view line, char separator, Cells& cells) {
  cells.clear();
  bool inside_quotes = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') inside_quotes = !inside_quotes;
    if (line[i] != separator || inside_quotes) continue;
    cells.push_back(unquoted(line.substr(begin, i - begin)));
    begin = i + 1;
  }
  cells.push_back(unquoted(line.substr(begin)));
}

// A first line with some numbers in it is data, perhaps malformed: it must not be lost as a header.
bool is_header(const Cells& cells, Header header) {
  if (header != Header::automatic) return header == Header::yes;
  return std::none_of(cells.begin(), cells.end(), [](std::string_view cell) {
    return parse_number(cell) || !not_a_number(cell).ends_with("is not a number");
  });
}

/// The position of the label column. InputError where there is none of that name or number.
std::size_t label_column(const std::string& label, const Cells& first, bool has_header,
                         const std::string& where) {
  if (label == "last") return first.size() - 1;
  if (label == "first") return 0;
  if (has_header) {
    const auto found = std::find(first.begin(), first.end(), label);
    if (found != first.end()) return static_cast<std::size_t>(found - first.begin());
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (error == std::errc{} && end == label.data() + label.size() && number >= 1 && number <= first.size())
    return number - 1;
  throw InputError(where + ": there is no label column " + in_quotes(label) +
                   "; last, first, a name of the header or a number from 1 to " +
                   std::to_string(first.size()) + " is accepted");
}

/// Reads one line of cells into `table`; what is wrong with it, or "".
std::string read_row(const Cells& cells, std::size_t width, std::size_t label, Table& table) {
  if (cells.size() != width)
    return "the line has " + std::to_string(cells.size()) + " columns, the first line has " +
           std::to_string(width);
  double target = 0;
  std::int32_t feature = 0;
  for (std::size_t j = 0; j < width; ++j) {
    const auto value = parse_number(cells[j]);
    if (!value) return "column " + std::to_string(j + 1) + ": " + not_a_number(cells[j]);
    if (j == label)
      target = *value;
    else
      table.push(feature++, *value);
  }
  table.end_row(target);
  return "";
}

}  // namespace

Table read_csv(const ReadRequest& request) {
  TextSource source(request.path);
  Table table;
  Cells cells;
  char separator = ',';
  std::size_t width = 0, label = 0;
  const auto begin = [&] {
    width = cells.size();
    if (static_cast<std::int64_t>(width) > max_features)
      throw InputError(source.where() + ": more than " + std::to_string(max_features) + " columns");
    table.columns = static_cast<std::int64_t>(width) - 1;
    const bool has_header = is_header(cells, request.header);
    label = label_column(request.label, cells, has_header, source.where());
    return has_header;
  };
  read_rows(source, request.rows, table, [&](std::string_view line) -> std::string {
    if (trimmed(line).empty()) return "";
    if (width == 0) separator = separator_of(line);
    split(line, separator, cells);
    if (width == 0 && begin()) return "";
    return read_row(cells, width, label, table);
  });
  return table;
}

}  // namespace taubar::problem::data
