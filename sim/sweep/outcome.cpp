#include "sim/sweep/outcome.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <chrono>
#include <cstring>
#include <ctime>

#include "core/base/error.hpp"
#include "core/base/time.hpp"

namespace taubar::sweep {
namespace {

// Numbers of this process's own byte order: bytes stay on machines of one kind.
template <class T>
void put(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put_text(std::string& bytes, std::string_view text) {
  put(bytes, static_cast<std::uint64_t>(text.size()));
  bytes.append(text);
}

/// Reads what `put` wrote; `ok` turns false where the bytes end too early.
class Reading {
 public:
  explicit Reading(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T take() {
    T value{};
    if (bytes_.size() < sizeof value) return ok = false, value;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::string_view take_bytes(std::uint64_t size) {
    if (bytes_.size() < size) return ok = false, std::string_view();
    const auto taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::string text() { return std::string(take_bytes(take<std::uint64_t>())); }
  bool at_end() const { return bytes_.empty(); }
  std::size_t left() const { return bytes_.size(); }
  bool ok = true;

 private:
  std::string_view bytes_;
};

constexpr std::uint64_t most_unpacked = std::uint64_t{1} << 32;

[[noreturn]] void refuse_packed() { throw InputError("descents of a stored run are damaged"); }

}  // namespace

std::string encode(const Outcome& o) {
  std::string bytes;
  put(bytes, static_cast<std::int32_t>(o.status));
  put(bytes, static_cast<std::int32_t>(o.exit_code));
  put(bytes, o.wall_seconds);
  for (const std::string* text : {&o.fingerprint, &o.summary, &o.digest, &o.descents, &o.error, &o.begun, &o.ended}) put_text(bytes, *text);
  return bytes;
}

Outcome decode(std::string_view bytes) {
  Reading reading(bytes);
  Outcome o;
  o.status = static_cast<Status>(reading.take<std::int32_t>());
  o.exit_code = reading.take<std::int32_t>();
  o.wall_seconds = reading.take<double>();
  for (std::string* text : {&o.fingerprint, &o.summary, &o.digest, &o.descents, &o.error, &o.begun, &o.ended}) *text = reading.text();
  check(reading.ok && reading.at_end(), "a worker's answer is whole");
  return o;
}

std::map<std::string, Descent> descents_of(const trace::Trace& trace) {
  std::map<std::string, Descent> all;
  for (std::size_t m = 0; m < trace.metrics.size(); ++m) {
    Descent& descent = all[trace.metrics[m]];
    for (const auto& record : trace.records) {
      const double value = record.values[m], seconds = to_seconds(record.time);
      if (value != value || (!descent.empty() && value >= descent.back().second)) continue;
      if (!descent.empty() && descent.back().first == seconds)
        descent.back().second = value;
      else
        descent.emplace_back(seconds, value);
    }
  }
  return all;
}

std::string pack(const std::map<std::string, Descent>& descents) {
  std::string plain;
  for (const auto& [metric, descent] : descents) {
    put_text(plain, metric);
    put(plain, static_cast<std::uint64_t>(descent.size()));
    for (const auto& [seconds, value] : descent) put(plain, seconds);
    for (const auto& [seconds, value] : descent) put(plain, value);
  }
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()), plain.size(), 1);
  check(code == Z_OK, "descents can be packed");
  packed.resize(size);
  std::string bytes;
  put(bytes, static_cast<std::uint64_t>(plain.size()));
  return bytes + packed;
}

std::map<std::string, Descent> unpack(std::string_view packed) {
  if (packed.empty()) return {};
  Reading header(packed);
  const auto size = header.take<std::uint64_t>();
  if (!header.ok || size > most_unpacked || size > 2000 * static_cast<std::uint64_t>(packed.size())) refuse_packed();  // zlib gains at most 1032
  std::string plain(size, '\0');
  uLongf length = size;
  const auto deflated = header.take_bytes(header.left());
  if (uncompress(reinterpret_cast<Bytef*>(plain.data()), &length, reinterpret_cast<const Bytef*>(deflated.data()), deflated.size()) != Z_OK || length != size)
    refuse_packed();
  std::map<std::string, Descent> descents;
  for (Reading reading(plain); reading.ok && !reading.at_end();) {
    Descent& descent = descents[reading.text()];
    const auto count = reading.take<std::uint64_t>();
    if (!reading.ok || count > reading.left() / (2 * sizeof(double))) refuse_packed();
    descent.resize(count);
    for (auto& [seconds, value] : descent) seconds = reading.take<double>();
    for (auto& [seconds, value] : descent) value = reading.take<double>();
  }
  return descents;
}

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                     parts.tm_min, parts.tm_sec, millis);
}

}  // namespace taubar::sweep
