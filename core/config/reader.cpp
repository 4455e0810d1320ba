#include "core/config/reader.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "core/config/document_reader.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

SearchPath search_path(const Document& document, const ReadOptions& options) {
  SearchPath search;
  search.directories.push_back(std::filesystem::path(document.file()).parent_path().string());
  for (const auto& directory : options.data_directories) search.directories.push_back(directory);
  const char* variable = std::getenv("TAUBAR_DATA");
  std::istringstream listed_directories(variable ? variable : "");
  for (std::string directory; std::getline(listed_directories, directory, ':');)
    if (!directory.empty()) search.directories.push_back(directory);
  return search;
}

}  // namespace

void read(const Document& document, const std::function<void(Fields&)>& fields, const ReadOptions& options) {
  Complaints complaints(document);
  const SearchPath search = search_path(document, options);
  if (document.json().is_object()) {
    DocumentReader root(complaints, search, document.json(), "", Unit::number);
    fields(root);
    std::string editors_schema;
    root.text("$schema", editors_schema, "", optional);
    root.refuse_unknown_keys();
  } else {
    complaints.add("", "must be an object, found " + found(document.json()));
  }
  complaints.throw_if_any();
}

}  // namespace taubar::config
