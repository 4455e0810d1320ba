#include "sim/report/output_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/base/error.hpp"

namespace taubar::report {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw EnvironmentError(fmt::format("{}: {}", what, std::strerror(error)));
}

/// All of it, over interruptions; false with errno set.
bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

OutputDirectory::OutputDirectory(std::string path) : path_(std::move(path)) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error || !std::filesystem::is_directory(path_, error))
    throw EnvironmentError(fmt::format("{}: cannot be made a directory for results: {}", path_,
                                       error ? error.message() : "something else has that name"));
}

void OutputDirectory::write(std::string_view name, std::string_view content) const {
  check(name.find('/') == std::string_view::npos, "results stay in their directory");
  write_whole(fmt::format("{}/{}", path_, name), content);
}

void OutputDirectory::remove(std::string_view name) const {
  std::error_code error;
  std::filesystem::remove(fmt::format("{}/{}", path_, name), error);
}

void write_whole(const std::string& path, std::string_view content) {
  const std::filesystem::path final_name(path);
  const std::string temporary =
      final_name.parent_path() / fmt::format(".{}.{}", final_name.filename().string(), ::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) fail(temporary, errno);
  const bool whole = write_all(file, content) && ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  if (!whole || std::rename(temporary.c_str(), final_name.c_str()) != 0) {
    const int reason = whole ? errno : error;
    ::unlink(temporary.c_str());
    fail(path, reason);
  }
}

}  // namespace taubar::report
