// Problems out of JSON, points to try them at, and files that live as long as a test.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "core/config/reader.hpp"
#include "core/problem/problem_spec.hpp"

namespace taubar::test {

inline std::shared_ptr<problem::ProblemSpec> problem_spec(const std::string& json) {
  config::Choice<problem::ProblemSpec> choice;
  config::read(config::Document::parse(R"({"problem": )" + json + "}", "test.json"), [&](config::Fields& f) {
    f.choice("problem", choice, problem::problems(), "the problem", config::required);
  });
  return choice.spec;
}

inline std::shared_ptr<const problem::Problem> build_problem(const std::string& json, std::int64_t agents,
                                                             std::uint64_t seed = 1) {
  return problem_spec(json)->build(agents, seed);
}

inline Vector random_point(std::int64_t dimension, std::uint64_t number, double scale = 1) {
  Stream stream(77, Purpose::test, number);
  Vector x(dimension);
  for (auto& value : x) value = scale * stream.normal();
  return x;
}

inline Vector gradient_at(const problem::Problem& p, const Vector& x) {
  Vector g(x.size());
  p.gradient(x, g);
  return g;
}

inline Vector local_gradient_at(const problem::Problem& p, AgentId i, const Vector& x) {
  Vector g(x.size());
  p.local_gradient(i, x, g);
  return g;
}

/// A directory of its own, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "taubar-problem-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string path() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary) << content;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

/// The directory of the real data sets, or "".
inline std::string data_directory() {
  const char* directory = std::getenv("TAUBAR_DATA");
  return directory ? directory : "";
}

}  // namespace taubar::test
