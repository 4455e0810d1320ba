#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/error.hpp"
#include "core/topology/readers/graph_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

/// What is wrong with a text, by the given reader.
template <class Read>
std::vector<std::string> complaints(const Read& read) {
  try {
    read();
  } catch (const InputError& error) {
    return error.complaints();
  }
  return {};
}
std::vector<std::string> edge_list_complaints(std::string_view text) {
  return complaints([&] { read_edge_list(text, "f"); });
}
std::vector<std::string> matrix_market_complaints(std::string_view text) {
  return complaints([&] { read_matrix_market(text, "f"); });
}
std::vector<std::string> graphml_complaints(std::string_view text) {
  return complaints([&] { read_graphml(text, "f"); });
}

/// A file that goes away with the test.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text)
      : path_((std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "-" + name)).string()) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string topology_file(const std::string& path, const std::string& more = "") {
  return "{\"kind\": \"file\", \"file\": \"" + path + "\"" + more + "}";
}

const std::string banner = "%%MatrixMarket matrix coordinate pattern symmetric\n";
const std::string graphml_head = "<?xml version=\"1.0\"?><graphml><graph edgedefault=\"undirected\">\n";

}  // namespace

TEST_CASE(
    "an edge list with comments, CRLF, tabs, a weight and ids with gaps gives 4 agents in the order of ids") {
  const auto graph = read_edge_list("# c\r\n% c\n\n 7\t1000000000000 \r\n3 7 0.5\n3 3\n9 3", "f");
  CHECK(graph.agents == 4);
  CHECK_FALSE(graph.directed.has_value());
  CHECK(graph.links == std::vector<Link>{{1, 3}, {0, 1}, {0, 0}, {2, 0}});
}

TEST_CASE("the example file has 7 agents, 8 edges, 1 self-loop and 1 repeat; directed it has 9 links") {
  const auto path = std::string(TAUBAR_SOURCE_DIR) + "/tests/unit/topology/data/seven.txt";
  const auto built = build(*read_topology(topology_file(path)), 1);
  CHECK(built.graph.agents() == 7);
  CHECK(built.graph.edges() == 8);
  CHECK(built.dropped_self_loops == 1);
  CHECK(built.dropped_repeats == 1);
  CHECK(graph_of(topology_file(path, ", \"directed\": true")).links() == 9);
}

TEST_CASE("every wrong line of an edge list is named, with its number and what is accepted") {
  const auto lines =
      edge_list_complaints("1 2\n3\n-1 2\n1 2 x\n1 2 3 4\n1 99999999999999999999\n1.5 2\n1 2 nan\n");
  REQUIRE(lines.size() == 7);
  CHECK(lines[0].rfind("f:2: one column \"3\"", 0) == 0);
  CHECK(lines[1].rfind("f:3: \"-1\" is not an agent id", 0) == 0);
  CHECK(lines[2].rfind("f:4: \"x\" is not a weight", 0) == 0);
  CHECK(lines[3].rfind("f:5: more than three columns", 0) == 0);
  CHECK(lines[6].rfind("f:8: \"nan\" is not a weight", 0) == 0);
}

TEST_CASE(
    "a file of zero bytes gives one short complaint, 1,000 wrong lines give 20 and a count of the rest") {
  const auto zeros = edge_list_complaints(std::string(100000, '\0'));
  REQUIRE(zeros.size() == 1);
  CHECK(zeros[0].size() < 400);
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "x y\n";
  const auto many = edge_list_complaints(text);
  CHECK(many.size() == 21);
  CHECK(many.back() == "f: and 980 further problems");
  CHECK(edge_list_complaints("# nothing\n").size() == 1);
  CHECK(edge_list_complaints("").size() == 1);
}

TEST_CASE("Matrix Market: symmetric means undirected, general directed, isolated rows are agents") {
  const auto undirected =
      read_matrix_market("%MatrixMarket matrix coordinate pattern symmetric\n% c\n4 4 2\n2 1\n3 3\n", "f");
  CHECK(undirected.agents == 4);
  CHECK(undirected.directed == false);
  CHECK(undirected.links == std::vector<Link>{{1, 0}, {2, 2}});
  const auto directed =
      read_matrix_market("%%MatrixMarket MATRIX Coordinate Real General\r\n2 2 1\r\n1 2 -1e3\r\n", "f");
  CHECK(directed.directed == true);
  CHECK(directed.links == std::vector<Link>{{0, 1}});
}

TEST_CASE("Matrix Market files with a wrong banner, size, index, value or count are refused with the line") {
  CHECK(matrix_market_complaints("").size() == 1);
  CHECK(matrix_market_complaints("%%MatrixMarket matrix array real general\n1 1\n1\n").size() == 1);
  CHECK(matrix_market_complaints("%%MatrixMarket matrix coordinate complex general\n1 1 0\n").size() == 1);
  CHECK(matrix_market_complaints(banner).size() == 1);
  CHECK(matrix_market_complaints(banner + "2 3 1\n1 1\n").at(0).rfind("f:2: ", 0) == 0);
  CHECK(matrix_market_complaints(banner + "999999999999 999999999999 1\n1 1\n").size() == 1);
  CHECK(matrix_market_complaints(banner + "2 2 99999999999\n1 2\n").at(0) ==
        "f:3: 1 entries, and the size line says 99999999999");
  const auto lines = matrix_market_complaints(banner + "2 2 3\n0 1\n1 3\n1 2 5\n");
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].rfind("f:4: \"3\" is not an index; accepted: integers from 1 to 2", 0) == 0);
  CHECK(matrix_market_complaints("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 inf\n").size() ==
        1);
}

TEST_CASE("GraphML nodes are sorted by id with numbers by value: n2 before n10, whatever their order") {
  const auto graph =
      read_graphml(graphml_head +
                       "<node id=\"n10\"/><edge source=\"n2\" target=\"n10\"/><node id=\"n2\"/>"
                       "<node id=\"a\"/></graph></graphml>",
                   "f");
  CHECK(graph.agents == 3);
  CHECK(graph.directed == false);
  CHECK(graph.links == std::vector<Link>{{1, 2}});
}

TEST_CASE("GraphML problems are named with their lines: unknown ends, repeated ids, contradicted direction") {
  const auto unknown = graphml_complaints(
      graphml_head + "<node id=\"1\"/>\n<edge source=\"1\" target=\"2\"/></graph></graphml>");
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].rfind("f:3: edge with an end \"2\"", 0) == 0);
  const auto several = graphml_complaints(
      graphml_head +
      "<node id=\"1\"/><node id=\"1\"/>\n<node/>\n<edge source=\"1\"/>\n"
      "<edge source=\"1\" target=\"1\" directed=\"true\"/>\n<hyperedge/></graph></graphml>");
  REQUIRE(several.size() == 5);
  CHECK(several[4].rfind("f:6: hyperedges", 0) == 0);
}

TEST_CASE("GraphML that is cut off, not GraphML, nested graphs or without a graph is refused") {
  CHECK(graphml_complaints("").size() == 1);
  CHECK(graphml_complaints("1 2\n").size() == 1);
  CHECK(graphml_complaints("<html/>").size() == 1);
  CHECK(graphml_complaints("<graphml/>").size() == 1);
  CHECK(graphml_complaints(graphml_head).size() == 1);
  CHECK(graphml_complaints(graphml_head + "</graph></graphml>").size() == 1);
  CHECK(graphml_complaints("<graphml><graph/></graphml>").size() == 1);
  CHECK(graphml_complaints(graphml_head +
                           "<node id=\"1\"><graph edgedefault=\"directed\"/></node></graph></graphml>")
            .size() == 1);
  CHECK(graphml_complaints(std::string(5000, '\0')).size() == 1);
}

TEST_CASE("100,000 nested elements and a document type with entities are refused at once") {
  std::string deep = "<graphml>";
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  const auto nested = graphml_complaints(deep);
  REQUIRE(nested.size() == 1);
  CHECK(nested[0] == "f:1: elements nest deeper than 64");
  const auto typed = graphml_complaints(
      "<!DOCTYPE g [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<graphml>&b;</graphml>");
  REQUIRE(typed.size() == 1);
  CHECK(typed[0].find("document type") != std::string::npos);
}

TEST_CASE("the header decides the direction of Matrix Market and GraphML files unless the scenario does") {
  const TemporaryFile general("g.mtx", "%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 2\n2 1\n");
  CHECK(graph_of(topology_file(general.path())).directed());
  CHECK_FALSE(graph_of(topology_file(general.path(), ", \"directed\": false")).directed());
  const TemporaryFile symmetric("s.mtx", banner + "3 3 2\n2 1\n3 2\n");
  CHECK_FALSE(graph_of(topology_file(symmetric.path())).directed());
  const auto both_ways = graph_of(topology_file(symmetric.path(), ", \"directed\": true"));
  CHECK(both_ways.directed());
  CHECK(links_of(both_ways) == std::vector<Link>{{0, 1}, {1, 0}, {1, 2}, {2, 1}});
  const TemporaryFile directed(
      "d.graphml",
      "<graphml><graph edgedefault=\"directed\"><node id=\"0\"/><node id=\"1\"/>"
      "<edge source=\"0\" target=\"1\"/><edge source=\"1\" target=\"0\"/></graph></graphml>");
  CHECK(graph_of(topology_file(directed.path())).links() == 2);
  CHECK(graph_of(topology_file(directed.path())).directed());
}

TEST_CASE("the format follows the name unless it is given; directories and missing files are refused") {
  const TemporaryFile list("pairs.mtx", "1 2\n2 3\n");
  CHECK_THROWS_AS(graph_of(topology_file(list.path())), InputError);
  CHECK(graph_of(topology_file(list.path(), ", \"format\": \"edge_list\"")).edges() == 2);
  CHECK_THROWS_AS(read_graph_file("/", FileFormat::by_name), InputError);
  CHECK_THROWS_AS(read_graph_file("/nowhere.txt", FileFormat::by_name), InputError);
  CHECK_THROWS_AS(read_graph_file("/dev/zero", FileFormat::by_name), InputError);
}

TEST_CASE("expected links of a file bound what it holds") {
  std::string text;
  for (int i = 0; i < 9; ++i) text += std::to_string(i) + " " + std::to_string(i + 1) + "\n";
  const TemporaryFile file("short.txt", text);
  const auto choice = read_topology(topology_file(file.path()));
  CHECK(static_cast<double>(build(*choice, 1).graph.links()) <= choice->expected_links());
}
