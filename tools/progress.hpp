// One line on standard error, only on a terminal: share done, events per second, time left.
#pragma once
#include <string>

#include "sim/experiment/run.hpp"

namespace taubar::tools {

class ProgressLine {
 public:
  /// Silent if not `wanted` or standard error is no terminal.
  explicit ProgressLine(bool wanted);
  ~ProgressLine() { clear(); }
  void note(const std::string& what);
  void line(const std::string& text) { put(text); }
  void show(const experiment::Progress& progress);
  void clear();

 private:
  void put(const std::string& text);
  bool on_;
  bool shown_ = false;
};

}  // namespace taubar::tools
