#include "sim/sweep/point_digests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "core/base/error.hpp"
#include "core/problem/content_hash.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/report/version.hpp"
#include "sim/sweep/plan.hpp"

namespace taubar::sweep {
namespace {

using config::Json;
namespace fs = std::filesystem;

constexpr std::size_t most_told = 100;  // distinct problems of points
constexpr std::size_t spread_witnesses = 32;
constexpr std::string_view magic = "taubar points 1";

/// The distinct problems of points, each with the first that has it.
class Problems {
 public:
  void add(const InputError& error, std::size_t point, const Parameters& parameters) {
    for (const auto& complaint : error.complaints()) {
      const auto [at, is_new] = index_.try_emplace(complaint, all_.size());
      if (!is_new) {
        ++all_[at->second].points;
        continue;
      }
      std::string where = parameters.empty() ? "" : fmt::format(" (point {}: {}", point, in_words(parameters));
      all_.push_back({complaint + where, where.empty(), 1});
    }
  }
  bool full() const { return all_.size() >= most_told; }
  void throw_if_any() const {
    std::vector<std::string> lines;
    for (const auto& [text, whole, points] : all_)
      lines.push_back(whole ? text : points == 1 ? text + ")" : text + fmt::format("; and {} more)", points - 1));
    if (!lines.empty()) throw InputError(lines);
  }

 private:
  struct Problem {
    std::string text;
    bool whole;
    std::size_t points;
  };
  std::map<std::string, std::size_t> index_;
  std::vector<Problem> all_;
};

/// Hashes of files by their resolved names, each read once.
class FileHashes {
 public:
  const std::string& of(const std::string& file) {
    const auto [at, is_new] = known_.try_emplace(file);
    if (!is_new) return at->second;
    std::ifstream in(file, std::ios::binary);
    if (!in) throw InputError(file + ": cannot be opened for reading: " + std::strerror(errno));
    problem::ContentHash hash;
    for (std::string block(1 << 20, '\0'); in;) {
      in.read(block.data(), static_cast<std::streamsize>(block.size()));
      hash.text(std::string_view(block).substr(0, static_cast<std::size_t>(in.gcount())));
    }
    return at->second = hash.hex();
  }

 private:
  std::map<std::string, std::string> known_;
};

/// One point after the other from its scenario.
class PointReader {
 public:
  PointReader(const SweepSpec& spec, const std::vector<SharedParameters>& points, const config::ReadOptions& options)
      : spec_(spec), points_(points), options_(options) {}

  std::string digest(std::size_t point) {
    auto scenario = scenario_of(spec_, *points_[point], spec_.seeds.first, options_);
    files_.clear();
    Json echo = config::echo([&](config::Fields& f) { scenario.fields(f); }, files_);
    for (const char* key : {"name", "description", "seed"}) echo.erase(key);
    problem::ContentHash hash;
    hash.text(echo.dump());
    for (const auto& file : files_) hash.text(hashes_.of(file.resolved));
    return hash.hex();
  }
  /// That the last point names.
  const std::vector<config::NamedFile>& files() const { return files_; }

 private:
  const SweepSpec& spec_;
  const std::vector<SharedParameters>& points_;
  const config::ReadOptions& options_;
  std::vector<config::NamedFile> files_;
  FileHashes hashes_;
};

PointDigests read_all(const SweepSpec& spec, const std::vector<SharedParameters>& points, const config::ReadOptions& options) {
  PointDigests digests;
  digests.hex.reserve(32 * points.size());
  std::set<std::size_t> witnesses;
  for (std::size_t i = 0; i < spread_witnesses; ++i) witnesses.insert(i * (points.size() - 1) / (spread_witnesses - 1));
  std::set<std::pair<std::string, std::string>> seen;
  PointReader reader(spec, points, options);
  Problems problems;
  for (std::size_t p = 0; p < points.size() && !problems.full(); ++p) {
    try {
      digests.hex += reader.digest(p);
      for (const auto& file : reader.files())
        if (seen.emplace(file.as_written, file.resolved).second) witnesses.insert(p);
    } catch (const InputError& error) {
      problems.add(error, p, *points[p]);
    }
  }
  problems.throw_if_any();
  digests.witnesses.assign(witnesses.begin(), witnesses.end());
  return digests;
}

/// Of all that points are made of, but for what files hold, and of the program that reads them.
std::string identity_of(const SweepSpec& spec, const config::ReadOptions& options) {
  Json axes = Json::object();
  for (const char* key : {"set", "grid", "zip", "sample"})
    if (spec.document.json().contains(key)) axes[key] = spec.document.json()[key];
  problem::ContentHash hash;
  hash.integer(result_version).text(report::version()).text(report::source_revision()).text(axes.dump()).text(spec.scenario.json().dump());
  hash.text(fs::absolute(spec.scenario.file()).string());
  for (const auto& directory : options.data_directories) hash.text(fs::absolute(directory).string());
  const char* data = std::getenv("TAUBAR_DATA");
  return hash.text(data ? data : "").hex();
}

/// One file a sweep, so that a sweep that is changed a hundred times leaves one.
std::string file_of(const SweepSpec& spec, const std::string& directory) {
  return directory + "/" + problem::ContentHash().text(fs::absolute(spec.document.file()).string()).text(spec.name).hex() + ".points";
}

/// Three lines, and the hash of them: what it is and of what; the witnesses; the digests.
std::string packed(const PointDigests& digests, const std::string& identity) {
  const std::string lines = fmt::format("{} {}\n{}\n{}\n", magic, identity, fmt::join(digests.witnesses, " "), digests.hex);
  return lines + problem::ContentHash().text(lines).hex();
}

std::optional<PointDigests> unpacked(const std::string& text, const std::string& identity, std::size_t points) {
  const std::string head = fmt::format("{} {}\n", magic, identity);
  const std::size_t tail = 32 * points + 1 + 32;  // the last two lines
  if (!text.starts_with(head) || text.size() < head.size() + 1 + tail) return std::nullopt;
  PointDigests digests;
  digests.hex = text.substr(text.size() - tail, 32 * points);
  const char* at = text.data() + head.size();
  const char* const end = text.data() + text.size() - tail;
  while (at < end) {
    std::size_t witness = 0;
    const auto [after, error] = std::from_chars(at, end, witness);
    if (error != std::errc() || witness >= points) return std::nullopt;
    digests.witnesses.push_back(witness);
    at = after + 1;
  }
  return packed(digests, identity) == text ? std::optional(digests) : std::nullopt;
}

bool are_confirmed(const PointDigests& digests, PointReader reader) {
  try {
    return std::all_of(digests.witnesses.begin(), digests.witnesses.end(), [&](std::size_t point) { return reader.digest(point) == digests.of(point); });
  } catch (const InputError&) {
    return false;  // and reading all of them will say why
  }
}

/// Nothing where the directory cannot be written: it is only read again then.
void keep(const std::string& file, const std::string& content) {
  try {
    std::error_code error;
    fs::create_directories(fs::path(file).parent_path(), error);
    report::write_whole(file, content);
  } catch (const EnvironmentError&) {
  }
}

}  // namespace

PointDigests digests_of(const SweepSpec& spec, const std::vector<SharedParameters>& points, const config::ReadOptions& options, const std::string& directory) {
  if (directory.empty() || points.size() < least_kept_points) return read_all(spec, points, options);
  const std::string identity = identity_of(spec, options), file = file_of(spec, directory);
  std::ifstream in(file, std::ios::binary);
  if (auto known = unpacked({std::istreambuf_iterator<char>(in), {}}, identity, points.size()); known && are_confirmed(*known, {spec, points, options})) {
    known->recalled = true;
    return std::move(*known);
  }
  auto digests = read_all(spec, points, options);
  keep(file, packed(digests, identity));
  return digests;
}

}  // namespace taubar::sweep
