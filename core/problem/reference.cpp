// The cache of minimisers. A file holds: "taubar minimiser 1\n", 32 hexadecimal digits of the problem's
// content hash,
// "\n", d as int64, d doubles, and the content hash of all that. It proves itself: a file is believed only if
// its hash is right and the point in it meets the tolerance; F and the gradient are computed from it, cached
// or not.
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/problem/content_hash.hpp"
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {
namespace {

namespace fs = std::filesystem;
constexpr double tolerance = 1e-12;
constexpr std::string_view magic = "taubar minimiser 1\n";

std::string packed(const std::string& key, const Vector& x) {
  std::string content(magic);
  content += key + "\n";
  const std::int64_t size = x.size();
  content.append(reinterpret_cast<const char*>(&size), sizeof size);
  content.append(reinterpret_cast<const char*>(x.data()), static_cast<std::size_t>(size) * sizeof(double));
  return content + ContentHash().text(content).hex();
}

std::optional<Vector> unpacked(const std::string& file, const std::string& key, std::int64_t dimension) {
  Vector x = Vector::Zero(dimension);
  const std::string same_shape = packed(key, x);
  const std::size_t head = magic.size() + key.size() + 1 + sizeof(std::int64_t);
  if (file.size() != same_shape.size() || file.compare(0, head, same_shape, 0, head) != 0)
    return std::nullopt;
  std::memcpy(x.data(), file.data() + head, static_cast<std::size_t>(dimension) * sizeof(double));
  return packed(key, x) == file ? std::optional(x) : std::nullopt;
}

std::optional<Vector> read_minimiser(const fs::path& path, const std::string& key, std::int64_t dimension) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error || size > 1024 + static_cast<std::uintmax_t>(dimension) * sizeof(double)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  return unpacked(content, key, dimension);
}

// Written beside its place and moved there, so that no other process ever reads half a file.
void write_minimiser(const fs::path& path, const std::string& key, const Vector& x) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const fs::path beside = path.string() + "." + std::to_string(::getpid()) + ".part";
  {
    std::ofstream file(beside, std::ios::binary);
    file << packed(key, x);
    file.flush();
    if (!file) {
      file.close();
      fs::remove(beside, error);
      return;
    }
  }
  fs::rename(beside, path, error);
  if (error) fs::remove(beside, error);
}

std::optional<Reference> certified(const Problem& problem, const std::optional<Vector>& x) {
  if (!x) return std::nullopt;
  Vector g(problem.dimension());
  problem.gradient(*x, g);
  if (!(g.norm() <= tolerance * problem.gradient_scale())) return std::nullopt;
  return Reference{*x, problem.value(*x), g.norm()};
}

}  // namespace

double Problem::gradient_scale() const {
  Vector g(dimension());
  gradient(Vector::Zero(dimension()), g);
  return g.norm();
}

std::optional<Reference> reference(const Problem& problem, const std::string& cache_directory) {
  const std::string key = problem.content_hash();
  const fs::path path =
      cache_directory.empty() ? fs::path() : fs::path(cache_directory) / (key + ".minimiser");
  if (!path.empty())
    if (auto known = certified(problem, read_minimiser(path, key, problem.dimension()))) return known;
  const auto n = static_cast<std::size_t>(problem.agents());
  const std::vector<double> equal(n, 1.0 / static_cast<double>(n));
  auto solved = certified(problem, problem.minimiser(equal, tolerance, Vector::Zero(problem.dimension())));
  if (solved && !path.empty()) write_minimiser(path, key, solved->minimiser);
  return solved;
}

}  // namespace taubar::problem
