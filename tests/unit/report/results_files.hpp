// A small sound results directory that a test may damage; gone afterwards.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace taubar {

class ResultsFiles {
 public:
  ResultsFiles() {
    std::filesystem::create_directories(path_);
    write("summary.json", R"({"name": "n"})");
    write("manifest.json", R"({"complete": true, "scenario": {}})");
    write("metrics.csv", "time,updates\n0,0\n");
  }
  ~ResultsFiles() { std::filesystem::remove_all(path_); }
  ResultsFiles(const ResultsFiles&) = delete;
  ResultsFiles& operator=(const ResultsFiles&) = delete;

  std::string path() const { return path_.string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  void remove(const std::string& name) const { std::filesystem::remove(path_ / name); }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("taubar-results-" + std::to_string(::getpid()));
};

}  // namespace taubar
