#include <algorithm>
#include <utility>

#include "core/base/ids.hpp"
#include "core/topology/readers/complaints.hpp"
#include "core/topology/readers/graph_file.hpp"
#include "core/topology/readers/lines.hpp"

namespace taubar::topology {
namespace {

using IdPair = std::pair<std::uint64_t, std::uint64_t>;

constexpr std::size_t most_columns = 3;

std::vector<IdPair> read_pairs(std::string_view text, Complaints& complaints) {
  std::vector<IdPair> pairs;
  std::vector<std::string_view> words;
  Lines lines(text);
  for (std::string_view line; lines.next(line);) {
    split(line, most_columns + 1, words);
    if (words.empty() || words[0][0] == '#' || words[0][0] == '%') continue;
    if (words.size() < 2 || words.size() > most_columns) {
      complaints.add(lines.number(),
                     fmt::format("{} {}; accepted: two agent ids and at most one weight",
                                 words.size() < 2 ? "one column" : "more than three columns", in_quotes(line)));
      continue;
    }
    const auto from = to_integer(words[0]), to = to_integer(words[1]);
    if (!from || !to)
      complaints.add(lines.number(), in_quotes(words[from ? 1 : 0]) +
                                         " is not an agent id; accepted: integers from 0 to 2^64 - 1");
    else if (words.size() == most_columns && !to_number(words[2]))
      complaints.add(lines.number(),
                     in_quotes(words[2]) + " is not a weight; accepted: a finite number (ignored)");
    else
      pairs.emplace_back(*from, *to);
  }
  return pairs;
}

std::vector<std::uint64_t> sorted_ids(const std::vector<IdPair>& pairs) {
  std::vector<std::uint64_t> ids;
  ids.reserve(2 * pairs.size());
  for (const auto& [from, to] : pairs) {
    ids.push_back(from);
    ids.push_back(to);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

GraphFile read_edge_list(std::string_view text, const std::string& file) {
  Complaints complaints(file);
  const auto pairs = read_pairs(text, complaints);
  complaints.throw_if_any();
  if (pairs.empty()) throw InputError(file + ": no edges; accepted: two agent ids a line");

  const auto ids = sorted_ids(pairs);
  if (ids.size() > max_agents) throw InputError(file + ": more than 2^27 agents");
  const auto number = [&ids](std::uint64_t id) {
    return static_cast<AgentId>(std::lower_bound(ids.begin(), ids.end(), id) - ids.begin());
  };
  GraphFile graph;
  graph.agents = ids.size();
  graph.links.reserve(pairs.size());
  for (const auto& [from, to] : pairs) graph.links.emplace_back(number(from), number(to));
  return graph;
}

}  // namespace taubar::topology
