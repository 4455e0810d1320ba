#include <expat.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/base/ids.hpp"
#include "core/topology/readers/complaints.hpp"
#include "core/topology/readers/graph_file.hpp"

namespace taubar::topology {
namespace {

constexpr int max_depth = 64;

struct Node {
  std::uint32_t number = 0;  ///< order of first mention
  bool declared = false;
  std::size_t first_line = 0;
};

/// "n10" sorts after "n2": the part before trailing digits first, then these by value, then the text.
bool id_before(const std::string& a, const std::string& b) {
  const auto digits_begin = [](const std::string& id) { return id.find_last_not_of("0123456789") + 1; };
  const auto stem_a = digits_begin(a), stem_b = digits_begin(b);
  if (const int order = a.compare(0, stem_a, b, 0, stem_b)) return order < 0;
  const auto value = [](const std::string& id, std::size_t stem) {
    const auto begin = std::min(id.find_first_not_of('0', stem), id.size());
    return std::string_view(id).substr(begin);
  };
  const auto value_a = value(a, stem_a), value_b = value(b, stem_b);
  if (value_a.size() != value_b.size()) return value_a.size() < value_b.size();
  return value_a != value_b ? value_a < value_b : a < b;
}

/// What Expat's callbacks fill. They are called from C, so they must not throw beyond memory exhaustion:
/// problems are collected, and fatal ones stop the parser.
class Handler {
 public:
  Handler(XML_Parser parser, const std::string& file, bool header_only)
      : parser_(parser), complaints_(file), header_only_(header_only) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(
        parser,
        [](void* self, const XML_Char* name, const XML_Char** attributes) {
          static_cast<Handler*>(self)->open(name, attributes);
        },
        [](void* self, const XML_Char*) { --static_cast<Handler*>(self)->depth_; });
    XML_SetStartDoctypeDeclHandler(
        parser, [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
          static_cast<Handler*>(self)->fatal(
              "a document type is refused; accepted: GraphML without <!DOCTYPE …>");
        });
  }

  std::size_t line() const { return XML_GetCurrentLineNumber(parser_); }
  bool stopped() const { return stopped_; }
  Complaints& complaints() { return complaints_; }

  GraphFile take() {
    if (!header_only_) check_nodes();
    complaints_.throw_if_any();
    GraphFile graph;
    graph.directed = directed_;
    if (header_only_) return graph;
    const auto rank = ranks();
    graph.agents = rank.size();
    for (const auto& [from, to] : links_) graph.links.emplace_back(rank[from], rank[to]);
    return graph;
  }

 private:
  using Attributes = const XML_Char**;

  static std::optional<std::string> attribute(Attributes attributes, std::string_view name) {
    for (; *attributes; attributes += 2)
      if (attributes[0] == name) return attributes[1];
    return std::nullopt;
  }

  void complain(const std::string& what) { complaints_.add(line(), what); }
  void stop() {
    stopped_ = true;
    XML_StopParser(parser_, XML_FALSE);
  }
  void fatal(const std::string& what) {
    complain(what);
    stop();
  }

  void open(std::string_view name, Attributes attributes) {
    if (stopped_) return;
    if (++depth_ > max_depth) return fatal(fmt::format("elements nest deeper than {}", max_depth));
    if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
    if (depth_ == 1 && name != "graphml")
      return fatal("the document element is " + in_quotes(name) + "; accepted: graphml");
    if (name == "graph") return graph(attributes);
    if (name == "node") return node(attributes);
    if (name == "edge") return edge(attributes);
    if (name == "hyperedge") complain("hyperedges are not supported; accepted: edge");
  }

  void graph(Attributes attributes) {
    if (directed_) return fatal("a second or nested graph; accepted: one graph");
    const auto edge_default = attribute(attributes, "edgedefault");
    if (edge_default != "directed" && edge_default != "undirected")
      return fatal("graph without a usable edgedefault; accepted: directed, undirected");
    directed_ = edge_default == "directed";
    if (header_only_) stop();
  }

  std::uint32_t mention(const std::string& id) {
    const auto [place, inserted] = nodes_.try_emplace(id);
    if (inserted) place->second = {static_cast<std::uint32_t>(nodes_.size() - 1), false, line()};
    return place->second.number;
  }

  void node(Attributes attributes) {
    const auto id = attribute(attributes, "id");
    if (!id) return complain("node without id");
    mention(*id);
    bool& declared = nodes_[*id].declared;
    if (declared) complain("node id " + in_quotes(*id) + " is repeated");
    declared = true;
  }

  void edge(Attributes attributes) {
    const auto source = attribute(attributes, "source"), target = attribute(attributes, "target");
    if (!source || !target) return complain("edge without source or target");
    const auto own = attribute(attributes, "directed");
    if (own && directed_ && *own != (*directed_ ? "true" : "false"))
      complain("edge with directed=" + in_quotes(*own) +
               " contradicts edgedefault; accepted: one kind of edges");
    const auto from = mention(*source);
    links_.emplace_back(from, mention(*target));
  }

  void check_nodes() {
    if (complaints_.any()) return;
    for (const auto& [id, node] : nodes_)
      if (!node.declared)
        complaints_.add(node.first_line, "edge with an end " + in_quotes(id) + " that is not the id of a node");
    if (!directed_)
      complain("no graph; accepted: graphml with one graph");
    else if (nodes_.empty())
      complain("a graph without nodes");
    if (nodes_.size() > max_agents) complain("more than 2^27 nodes");
  }

  /// Per node, in order of first mention: its place in the order of ids.
  std::vector<AgentId> ranks() const {
    std::vector<const std::pair<const std::string, Node>*> order;
    order.reserve(nodes_.size());
    for (const auto& entry : nodes_) order.push_back(&entry);
    std::sort(order.begin(), order.end(),
              [](const auto* a, const auto* b) { return id_before(a->first, b->first); });
    std::vector<AgentId> rank(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]->second.number] = static_cast<AgentId>(i);
    return rank;
  }

  XML_Parser parser_;
  Complaints complaints_;
  bool header_only_;
  bool stopped_ = false;
  int depth_ = 0;
  std::optional<bool> directed_;
  std::map<std::string, Node> nodes_;
  std::vector<Link> links_;
};

}  // namespace

GraphFile read_graphml(std::string_view text, const std::string& file, bool header_only) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                            XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  Handler handler(parser.get(), file, header_only);
  constexpr std::size_t piece = 1 << 20;
  for (std::size_t begin = 0;; begin += piece) {
    const auto chunk = text.substr(begin, piece);
    const bool last = begin + piece >= text.size();
    const auto status = XML_Parse(parser.get(), chunk.data(), static_cast<int>(chunk.size()), last);
    if (handler.stopped()) break;
    if (status != XML_STATUS_OK) {
      handler.complaints().add(handler.line(), std::string("not well-formed XML: ") +
                                                   XML_ErrorString(XML_GetErrorCode(parser.get())));
      break;
    }
    if (last) break;
  }
  return handler.take();
}

}  // namespace taubar::topology
