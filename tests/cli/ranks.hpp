// The program on ranks, as a launcher starts it; in the background, so that a test can end parts of it.
// Processes are found by their command line in /proc (Linux).
#pragma once
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/cli/program.hpp"

namespace cli {

#ifdef TAUBAR_MPIEXEC
inline constexpr const char* launcher = TAUBAR_MPIEXEC;
#else
inline constexpr const char* launcher = nullptr;
#endif

/// Polls, generously: nothing is asserted of how long things take, only that they come.
template <class Condition>
bool eventually(const Condition& condition, double seconds = 120) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

/// What a process was started with, or what its environment was then: words ended by zeros. Empty for one
/// that is gone.
inline std::vector<std::string> words_of(pid_t process, const char* what) {
  std::istringstream all(read(fs::path("/proc") / std::to_string(process) / what));
  std::vector<std::string> words;
  for (std::string word; std::getline(all, word, '\0');) words.push_back(word);
  return words;
}

/// A launcher with its ranks. Every rank's command line names `out`, which is how they are told from other
/// processes.
class Job {
 public:
  /// `arguments` of the launcher: "-n 3 taubar replay …", with `taubar` for the program under test.
  Job(const std::string& arguments, const Scratch& scratch, fs::path out)
      : scratch_(scratch), out_(std::move(out)) {
    std::string line = arguments;
    for (std::size_t at = 0; (at = line.find("taubar replay", at)) != std::string::npos; at += 10)
      line.replace(at, 6, "'" TAUBAR_BINARY "'");
    // Containers run tests as root, on fewer processors than ranks; libraries of MPI leave memory to the
    // system at the end.
    const std::string command =
        "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
        "OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe "
        "ASAN_OPTIONS=detect_leaks=0 XDG_CACHE_HOME=" +
        scratch.path.string() + "; exec '" + std::string(launcher) + "' " + line + " >" +
        (scratch.path / "stdout").string() + " 2>" + (scratch.path / "stderr").string() + " </dev/null";
    process_ = ::fork();
    if (process_ != 0) return;
    ::execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ~Job() {
    if (!ended()) end_with(SIGKILL);
    for (const pid_t rank : ranks()) ::kill(rank, SIGKILL);
    eventually([&] { return ended(); });
  }
  Job(const Job&) = delete;

  void end_with(int signal) { ::kill(process_, signal); }
  bool ended() {
    int status = 0;
    if (!code_ && ::waitpid(process_, &status, WNOHANG) == process_)
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return code_.has_value();
  }
  /// Its exit code and what it printed; −1 if it does not end.
  Result result() {
    eventually([&] { return ended(); });
    return {code_.value_or(-1), read(scratch_.path / "stdout"), read(scratch_.path / "stderr")};
  }

  std::vector<pid_t> ranks() const {
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const pid_t process = std::atoi(entry.path().filename().c_str());
      const auto words = process > 0 ? words_of(process, "cmdline") : std::vector<std::string>{};
      if (!words.empty() && words[0] == TAUBAR_BINARY &&
          std::find(words.begin(), words.end(), out_.string()) != words.end())
        found.push_back(process);
    }
    return found;
  }
  std::optional<pid_t> rank(int number) const {
    for (const pid_t process : ranks())
      for (const char* name : {"OMPI_COMM_WORLD_RANK=", "PMI_RANK="})
        for (const auto& word : words_of(process, "environ"))
          if (word == name + std::to_string(number)) return process;
    return std::nullopt;
  }
  bool nothing_left() const {
    return eventually([&] { return ranks().empty(); });
  }

 private:
  const Scratch& scratch_;
  fs::path out_;
  pid_t process_ = 0;
  std::optional<int> code_;
};

}  // namespace cli
