// Finding the files that a scenario names.
#include <filesystem>

#include "core/config/document_reader.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

std::vector<std::filesystem::path> candidates(const std::string& name, const SearchPath& search) {
  if (std::filesystem::path(name).is_absolute()) return {name};
  std::vector<std::filesystem::path> paths;
  for (const auto& directory : search.directories) paths.push_back(std::filesystem::path(directory) / name);
  return paths;
}

}  // namespace

std::optional<std::string> DocumentReader::file_at(const Json& json, const std::string& pointer) {
  const auto name = string_at(json, pointer);
  if (!name) return std::nullopt;
  if (name->empty() || name->find('\0') != std::string::npos) {
    mismatch(json, pointer, "the name of a file");
    return std::nullopt;
  }
  std::string sought;
  for (const auto& path : candidates(*name, search_)) {
    std::error_code unreadable;
    const auto status = std::filesystem::status(path, unreadable);
    const bool directory = std::filesystem::is_directory(status);
    if (std::filesystem::exists(status) && !directory) return path.string();
    sought += (sought.empty() ? "" : ", ") + printable(path.string()) + (directory ? " (a directory)" : "");
  }
  complain(
      pointer,
      "there is no file " + in_quotes(*name) + "; sought: " + sought +
          "; accepted are names relative to the scenario, to a directory given with --data, or to one in "
          "TAUBAR_DATA");
  return std::nullopt;
}

void DocumentReader::file(std::string_view name, std::string& as_written, std::string& resolved,
                          std::string_view, Need need) {
  field(name, need, "the name of a file", [&](const Json& json, const std::string& pointer) {
    const auto path = file_at(json, pointer);
    if (!path) return;
    as_written = json.get<std::string>();
    resolved = *path;
  });
}

}  // namespace taubar::config
