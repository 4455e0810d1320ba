// The program run as a user runs it, in a directory of its own.
#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "core/config/json.hpp"

namespace cli {

using Json = taubar::config::Json;
namespace fs = std::filesystem;

/// A directory that is gone afterwards.
struct Scratch {
  fs::path path = fs::temp_directory_path() / ("taubar-cli-" + std::to_string(::getpid()));
  Scratch() { fs::create_directories(path); }
  ~Scratch() { fs::remove_all(path); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return (path / name).string();
  }
};

inline std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

struct Result {
  int code;
  std::string out, err;
};

inline Result taubar_(const std::string& arguments, const Scratch& scratch) {
  const auto out = scratch.path / "stdout", err = scratch.path / "stderr";
  const int status = std::system(("XDG_CACHE_HOME=" + scratch.path.string() + " '" TAUBAR_BINARY "' " + arguments + " >" +
                                  out.string() + " 2>" + err.string() + " </dev/null")
                                     .c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(out), read(err)};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace cli
