#include <algorithm>

#include "core/base/ids.hpp"
#include "core/topology/readers/complaints.hpp"
#include "core/topology/readers/graph_file.hpp"
#include "core/topology/readers/lines.hpp"

namespace taubar::topology {
namespace {

std::string lower(std::string_view word) {
  std::string result(word);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

struct Banner {
  bool pattern = false, symmetric = false;
};

std::optional<Banner> read_banner(std::string_view line, Complaints& complaints) {
  std::vector<std::string_view> words;
  split(line, 6, words);
  std::vector<std::string> w;
  for (const auto word : words) w.push_back(lower(word));
  const auto one_of = [](const std::string& word, std::initializer_list<const char*> accepted) {
    return std::find(accepted.begin(), accepted.end(), word) != accepted.end();
  };
  if (w.size() == 5 && one_of(w[0], {"%%matrixmarket", "%matrixmarket"}) && w[1] == "matrix" &&
      w[2] == "coordinate" && one_of(w[3], {"pattern", "real", "integer"}) &&
      one_of(w[4], {"general", "symmetric"}))
    return Banner{w[3] == "pattern", w[4] == "symmetric"};
  complaints.add(
      1, in_quotes(line) +
             " is not a usable banner; accepted: %%MatrixMarket matrix coordinate pattern|real|integer "
             "general|symmetric");
  return std::nullopt;
}

/// The next line that is neither empty nor a comment, as words; false at the end.
bool next_words(Lines& lines, std::string_view& line, std::vector<std::string_view>& words) {
  while (lines.next(line)) {
    split(line, 4, words);
    if (!words.empty() && words[0][0] != '%') return true;
  }
  return false;
}

struct Size {
  std::uint64_t agents = 0, entries = 0;
};

std::optional<Size> read_size(Lines& lines, Complaints& complaints) {
  std::string_view line;
  std::vector<std::string_view> words;
  if (!next_words(lines, line, words)) {
    complaints.add(lines.number(), "the file ends before its size line; accepted: rows columns entries");
    return std::nullopt;
  }
  if (words.size() == 3) {
    const auto rows = to_integer(words[0]), columns = to_integer(words[1]), entries = to_integer(words[2]);
    if (rows && columns && entries && rows == columns && *rows >= 1 && *rows <= max_agents)
      return Size{*rows, *entries};
  }
  complaints.add(lines.number(), in_quotes(line) +
                                     " is not a usable size; accepted: rows columns entries, with rows = "
                                     "columns from 1 to 2^27");
  return std::nullopt;
}

void read_entry(std::string_view line, const std::vector<std::string_view>& words, std::size_t line_number,
                bool pattern, GraphFile& graph, Complaints& complaints) {
  const auto complain = [&](const std::string& what) { complaints.add(line_number, what); };
  if (words.size() != (pattern ? 2u : 3u))
    return complain(
        in_quotes(line) + " does not have " +
        (pattern ? "two columns; accepted: row column" : "three columns; accepted: row column value"));
  const auto row = to_integer(words[0]), column = to_integer(words[1]);
  const auto in_range = [&](const std::optional<std::uint64_t>& i) {
    return i && *i >= 1 && *i <= graph.agents;
  };
  if (!in_range(row) || !in_range(column))
    return complain(in_quotes(words[in_range(row) ? 1 : 0]) +
                    fmt::format(" is not an index; accepted: integers from 1 to {}", graph.agents));
  if (!pattern && !to_number(words[2]))
    return complain(in_quotes(words[2]) + " is not a value; accepted: finite numbers");
  graph.links.emplace_back(static_cast<AgentId>(*row - 1), static_cast<AgentId>(*column - 1));
}

}  // namespace

GraphFile read_matrix_market(std::string_view text, const std::string& file, bool header_only) {
  Complaints complaints(file);
  GraphFile graph;
  Lines lines(text);
  std::string_view line;
  lines.next(line);
  const auto banner = read_banner(line, complaints);
  complaints.throw_if_any();
  graph.directed = !banner->symmetric;
  if (header_only) return graph;

  const auto size = read_size(lines, complaints);
  complaints.throw_if_any();
  graph.agents = size->agents;
  std::uint64_t entries = 0;
  for (std::vector<std::string_view> words; next_words(lines, line, words); ++entries)
    read_entry(line, words, lines.number(), banner->pattern, graph, complaints);
  if (entries != size->entries)
    complaints.add(lines.number(),
                   fmt::format("{} entries, and the size line says {}", entries, size->entries));
  complaints.throw_if_any();
  return graph;
}

}  // namespace taubar::topology
