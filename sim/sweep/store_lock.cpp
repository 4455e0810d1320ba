#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"
#include "sim/sweep/store.hpp"

namespace taubar::sweep {
namespace {

std::string whole_text(int file) {
  char text[256];
  const ssize_t size = ::pread(file, text, sizeof text, 0);
  std::string words(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return words;
}

std::string myself() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return fmt::format("process {} on {}, since {}\n", ::getpid(), host, utc_now());
}

}  // namespace

StoreLock::StoreLock(const std::string& directory) {
  const std::string path = directory + "/lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file_ < 0) throw EnvironmentError(fmt::format("{}: {}", path, std::strerror(errno)));
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const std::string holder = whole_text(file_);
    ::close(file_);
    if (error == EWOULDBLOCK)
      throw EnvironmentError(fmt::format("{}: another sweep writes there ({}); wait for it, or take another --out", directory,
                                         holder.empty() ? "it does not say who" : holder));
    throw EnvironmentError(fmt::format("{}: cannot be locked: {}", path, std::strerror(error)));
  }
  const std::string text = myself();
  if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, text.data(), text.size(), 0) < 0) {
    // who holds it is a courtesy: a full disk is told by what matters
  }
}

StoreLock::~StoreLock() { ::close(file_); }

}  // namespace taubar::sweep
