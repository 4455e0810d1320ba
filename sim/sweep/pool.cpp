#include "sim/sweep/pool.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/base/error.hpp"
#include "core/config/units.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define TAUBAR_SHADOW_MEMORY 1  // terabytes of address space, which no limit may touch
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TAUBAR_SHADOW_MEMORY 1
#endif
#endif

namespace taubar::sweep {
namespace {

bool write_all(int file, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(file, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool read_all(int file, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(file, data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

/// All but standard streams and the line to the parent.
void close_others(int line) {
  std::vector<int> open;
  if (DIR* directory = ::opendir("/proc/self/fd")) {
    while (const dirent* entry = ::readdir(directory)) open.push_back(std::atoi(entry->d_name));
    ::closedir(directory);
  } else {
    for (int file = 0; file < 1024; ++file) open.push_back(file);
  }
  for (const int file : open)
    if (file > 2 && file != line) ::close(file);
}

/// Of address space, 0 where nobody tells.
[[maybe_unused]] double used_address_space() {
  double pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lf", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void limit_memory([[maybe_unused]] double bytes) {
#ifndef TAUBAR_SHADOW_MEMORY
  const auto limit = static_cast<rlim_t>(used_address_space() + bytes);
  const rlimit both{limit, limit};
  ::setrlimit(RLIMIT_AS, &both);
#endif
}

void end_with_parent([[maybe_unused]] pid_t parent) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
#endif
}

}  // namespace

Pool::Pool(Work work, const PoolOptions& options) : work_(std::move(work)), options_(options) {
  for (int i = 0; i < options_.workers; ++i) workers_.push_back(start());
}

Pool::Worker Pool::start() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
    throw EnvironmentError(fmt::format("no line to a worker process: {}", std::strerror(errno)));
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) {
    const int error = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    throw EnvironmentError(fmt::format("no worker process can be started: {}; ask for fewer with --jobs", std::strerror(error)));
  }
  if (process == 0) {
    end_with_parent(parent);
    std::signal(SIGINT, SIG_IGN);  // a terminal sends it to all; the parent decides
    std::signal(SIGTERM, SIG_IGN);
    close_others(ends[1]);
    if (options_.memory) limit_memory(*options_.memory);
    serve(ends[1]);
  }
  ::close(ends[1]);
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  Worker worker;
  worker.process = process;
  worker.line = ends[0];
  return worker;
}

void Pool::serve(int line) {
  for (std::uint64_t run = 0; read_all(line, reinterpret_cast<char*>(&run), sizeof run);) {
    const std::string answer = encode(work_(static_cast<std::size_t>(run)));
    const std::uint64_t size = answer.size();
    if (!write_all(line, reinterpret_cast<const char*>(&size), sizeof size) || !write_all(line, answer.data(), answer.size())) break;
  }
  ::_exit(0);
}

std::size_t Pool::idle() const {
  return static_cast<std::size_t>(std::count_if(workers_.begin(), workers_.end(), [](const Worker& w) { return !w.run; }));
}

bool Pool::send(Worker& worker, std::size_t run) {
  const auto number = static_cast<std::uint64_t>(run);
  return write_all(worker.line, reinterpret_cast<const char*>(&number), sizeof number);
}

std::string Pool::give(std::size_t run) {
  const auto worker = std::find_if(workers_.begin(), workers_.end(), [](const Worker& w) { return !w.run; });
  check(worker != workers_.end(), "a run is given to an idle worker");
  if (!send(*worker, run)) {  // it died while it had nothing to do
    bury(*worker);
    *worker = start();
    if (!send(*worker, run)) throw EnvironmentError("worker processes die as soon as they are started");
  }
  worker->run = run;
  worker->begun = utc_now();
  worker->since = std::chrono::steady_clock::now();
  return fmt::format("worker process {}", worker->process);
}

double Pool::seconds_since(Instant instant) const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - instant).count();
}

/// Time to end by itself, and to say what it had reached.
double Pool::hard_limit() const { return 1.25 * *options_.time_limit + 1; }

void Pool::kill_late() {
  if (!options_.time_limit) return;
  for (Worker& worker : workers_)
    if (worker.run && !worker.killed_for_time && seconds_since(worker.since) > hard_limit()) {
      worker.killed_for_time = true;
      ::kill(worker.process, SIGKILL);
    }
}

std::vector<Finished> Pool::wait(double seconds) {
  kill_late();
  std::vector<pollfd> lines;
  for (const Worker& worker : workers_) lines.push_back({worker.line, POLLIN, 0});
  std::vector<Finished> finished;
  if (::poll(lines.data(), lines.size(), static_cast<int>(seconds * 1000)) <= 0) return finished;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].revents != 0) receive(workers_[i], finished);
  return finished;
}

void Pool::receive(Worker& worker, std::vector<Finished>& finished) {
  char block[1 << 16];
  const ssize_t got = ::recv(worker.line, block, sizeof block, MSG_DONTWAIT);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) {
    const int status = bury(worker);
    if (worker.run) finished.emplace_back(*worker.run, obituary(worker, status));
    worker = start();
    return;
  }
  worker.received.append(block, static_cast<std::size_t>(got));
  std::uint64_t size = 0;
  if (worker.received.size() < sizeof size) return;
  std::memcpy(&size, worker.received.data(), sizeof size);
  if (worker.received.size() < sizeof size + size) return;
  finished.emplace_back(*worker.run, decode(std::string_view(worker.received).substr(sizeof size)));
  worker.run.reset();
  worker.received.clear();
}

/// The status with which it ended.
int Pool::bury(Worker& worker) {
  ::close(worker.line);
  int status = 0;
  while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Outcome Pool::obituary(const Worker& worker, int status) const {
  Outcome outcome;
  outcome.exit_code = crash_code;
  outcome.begun = worker.begun;
  outcome.ended = utc_now();
  outcome.wall_seconds = seconds_since(worker.since);
  if (worker.killed_for_time) {
    outcome.status = Status::timed_out;
    outcome.error = fmt::format("took longer than the limit of {} a run, and did not end when asked; its worker was killed",
                                config::format_quantity(*options_.time_limit, config::Unit::duration));
    return outcome;
  }
  outcome.status = Status::crashed;
  if (WIFSIGNALED(status))
    outcome.error = fmt::format("its worker was ended by signal {} ({}){}", WTERMSIG(status), ::strsignal(WTERMSIG(status)),
                                WTERMSIG(status) == SIGKILL ? ": by hand, or because memory ran out" : "");
  else
    outcome.error = fmt::format("its worker exited with code {}", WEXITSTATUS(status));
  return outcome;
}

void Pool::abandon() {
  for (Worker& worker : workers_) ::kill(worker.process, SIGKILL);
  for (Worker& worker : workers_) bury(worker);
  workers_.clear();
}

std::vector<pid_t> Pool::processes() const {
  std::vector<pid_t> all;
  for (const Worker& worker : workers_) all.push_back(worker.process);
  return all;
}

}  // namespace taubar::sweep
