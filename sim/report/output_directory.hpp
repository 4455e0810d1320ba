// Files, each written whole or not at all (temporary file, flush, rename); those of one run never outside their directory.
#pragma once
#include <string>
#include <string_view>

namespace taubar::report {

/// A new file, or an earlier one replaced. EnvironmentError naming the file and the system's reason; an earlier file of
/// that name then stays as it was.
void write_whole(const std::string& path, std::string_view content);

class OutputDirectory {
 public:
  /// Creates the directory where it is missing. EnvironmentError where that is not possible.
  explicit OutputDirectory(std::string path);
  /// `name` is a plain file name; written as by write_whole.
  void write(std::string_view name, std::string_view content) const;
  /// Nothing of that name is left, as far as this user may remove it.
  void remove(std::string_view name) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace taubar::report
