// The four ways in which taubar declines; tools/ turns each into its exit code (README, "Exit codes").
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace taubar {

/// The command line, a scenario or an input file is wrong (exit 2). One line a complaint, each complete.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::string complaint) : InputError(std::vector<std::string>{std::move(complaint)}) {}
  explicit InputError(std::vector<std::string> complaints)
      : std::runtime_error(joined(complaints)), complaints_(std::move(complaints)) {}
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  static std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const auto& line : lines) all += (all.empty() ? "" : "\n") + line;
    return all;
  }
  std::vector<std::string> complaints_;
};

/// Refused before the start: estimated memory, runs or disk above the limits (exit 4).
class RefusedError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The environment does not allow it: disk full, no permission, no MPI (exit 6).
class EnvironmentError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An invariant of taubar itself is broken: a defect, to be reported with scenario and seed (exit 3).
class InternalError : public std::logic_error {
  using std::logic_error::logic_error;
};

/// Stays on in release builds. `what` names the invariant.
inline void check(bool holds, const char* what) {
  if (!holds) [[unlikely]]
    throw InternalError(std::string("broken invariant: ") + what);
}

}  // namespace taubar
