#include "core/topology/readers/graph_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "core/base/error.hpp"

namespace taubar::topology {
namespace {

bool ends_with(const std::string& path, std::string_view ending) {
  return path.size() >= ending.size() &&
         path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
}

/// At most `most` bytes from the start of a regular file.
std::string load(const std::string& path, std::uintmax_t most) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw InputError(path + ": not a readable file; accepted: an edge list, GraphML or Matrix Market file");
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  std::string text(std::min<std::uintmax_t>(error ? 0 : size, most), '\0');
  if (error || !in || (!text.empty() && !in.read(text.data(), static_cast<std::streamsize>(text.size()))))
    throw InputError(path + ": cannot be read");
  return text;
}

}  // namespace

FileFormat format_of(const std::string& path, FileFormat format) {
  if (format != FileFormat::by_name) return format;
  if (ends_with(path, ".graphml") || ends_with(path, ".xml")) return FileFormat::graphml;
  if (ends_with(path, ".mtx") || ends_with(path, ".mm")) return FileFormat::matrix_market;
  return FileFormat::edge_list;
}

GraphFile read_graph_file(const std::string& path, FileFormat format) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size > max_graph_file_bytes)
    throw InputError(
        fmt::format("{}: {} bytes; accepted: graph files up to {} bytes", path, size, max_graph_file_bytes));
  const std::string text = load(path, max_graph_file_bytes);
  switch (format_of(path, format)) {
    case FileFormat::graphml:
      return read_graphml(text, path);
    case FileFormat::matrix_market:
      return read_matrix_market(text, path);
    default:
      return read_edge_list(text, path);
  }
}

std::optional<bool> directed_by_header(const std::string& path, FileFormat format) {
  constexpr std::uintmax_t enough = 1 << 20;
  try {
    switch (format_of(path, format)) {
      case FileFormat::graphml:
        return read_graphml(load(path, enough), path, true).directed;
      case FileFormat::matrix_market:
        return read_matrix_market(load(path, enough), path, true).directed;
      default:
        return std::nullopt;
    }
  } catch (const InputError&) {
    return std::nullopt;
  }
}

}  // namespace taubar::topology
