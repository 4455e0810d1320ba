// Graphs as files describe them, before they become a Digraph.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

enum class FileFormat {
  by_name,  ///< .graphml or .xml: GraphML; .mtx or .mm: Matrix Market; else an edge list
  edge_list,
  graphml,
  matrix_market,
};

/// Agents numbered 0 … agents−1 in the order of their ids; links as the file lists them.
struct GraphFile {
  std::size_t agents = 0;
  std::vector<Link> links;
  std::optional<bool> directed;  ///< what the file's header says; edge lists say nothing
};

/// The largest file that is read. At four bytes an edge that is 2^28 edges.
inline constexpr std::uintmax_t max_graph_file_bytes = std::uintmax_t{1} << 30;

/// InputError, one complaint "FILE:LINE: what is wrong, what is accepted" per wrong line, at most 20.
GraphFile read_graph_file(const std::string& path, FileFormat format);

/// Only what the header says about direction; nothing where it cannot be told (then reading will complain).
std::optional<bool> directed_by_header(const std::string& path, FileFormat format);

FileFormat format_of(const std::string& path, FileFormat format);

// ---- one function a format; `file` is its name in messages ----

/// SNAP edge lists: two non-negative integers a line, separated by blanks or tabs; a third column must be a
/// finite number (a weight, ignored). Empty lines and lines that begin with # or % are comments; CRLF is
/// fine. Ids may have gaps: they are sorted and renumbered. An id that occurs only in a self-loop is an agent
/// too.
GraphFile read_edge_list(std::string_view text, const std::string& file);

/// Matrix Market coordinate files (Boisvert, Pozo, Remington, NISTIR 5935, 1996): pattern, real or integer;
/// general (directed) or symmetric; the banner with one or two %. Row i, column j is a link i → j; values are
/// ignored. `header_only`: the banner's answer about direction, no agents.
GraphFile read_matrix_market(std::string_view text, const std::string& file, bool header_only = false);

/// GraphML (Brandes et al., Graph Drawing 2001): one flat graph with `edgedefault`. Nodes are sorted by id,
/// numbers inside ids by value (n2 before n10). Refused: document types (and so entities), nesting beyond 64,
/// nested graphs, hyperedges, edges that contradict edgedefault.
GraphFile read_graphml(std::string_view text, const std::string& file, bool header_only = false);

}  // namespace taubar::topology
