// file: a graph read from a file; ids are sorted and renumbered from 0, self-loops and repeated edges dropped
// and counted.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include "core/topology/kinds/support.hpp"
#include "core/topology/readers/graph_file.hpp"

namespace taubar::topology {
namespace {

struct File final : TopologySpec {
  std::string name, resolved;
  FileFormat format = FileFormat::by_name;
  bool directed = false;

  void fields(config::Fields& f) override {
    common_fields(f);
    f.file("file", name, resolved, "an edge list, GraphML or Matrix Market file", config::required);
    f.one_of<FileFormat>(
        "format", format,
        {{"by_name", FileFormat::by_name},
         {"edge_list", FileFormat::edge_list},
         {"graphml", FileFormat::graphml},
         {"matrix_market", FileFormat::matrix_market}},
        "by_name: .graphml or .xml, .mtx or .mm, else an edge list (two integers a line, # or % "
        "comments, a numeric third column is ignored)");
    f.flag("directed", directed, "default: what the file's header says; false for edge lists");
    if (f.reading() && !f.present("directed"))
      directed = directed_by_header(resolved, format).value_or(false);
  }

  Digraph draw(std::uint64_t, std::uint64_t) const override {
    GraphFile graph = read_graph_file(resolved.empty() ? name : resolved, format);
    const bool both_ways =
        directed && graph.directed == false;  // the file lists each edge of a directed graph once
    if (both_ways) add_reverse(graph.links);
    return Digraph::from_links(graph.agents, std::move(graph.links), directed);
  }

  /// An edge takes at least 4 bytes ("0 1" and a line end), and may be two links.
  double expected_links() const override {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(resolved.empty() ? name : resolved, error);
    return error ? 0 : static_cast<double>(bytes) / 4 * 2;
  }

 private:
  static void add_reverse(std::vector<Link>& links) {
    const std::size_t given = links.size();
    for (std::size_t l = 0; l < given; ++l)
      if (links[l].first != links[l].second) links.emplace_back(links[l].second, links[l].first);
  }
};

}  // namespace

extern const config::Entry<TopologySpec> file;
const config::Entry<TopologySpec> file{
    "file", "a graph from a file: SNAP edge list, GraphML or Matrix Market", "",
    R"({"kind": "file", "file": "tests/unit/topology/data/seven.txt"})", make<File>};

}  // namespace taubar::topology
