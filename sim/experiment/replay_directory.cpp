#include "sim/experiment/replay_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <tuple>

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "sim/experiment/csv.hpp"

namespace taubar::experiment {
namespace {

using config::Json;

/// A member of the manifest, of a type that `fits` accepts.
template <class Fits>
const Json& member(const Json& json, const char* name, const std::string& where, const std::string& accepted, const Fits& fits) {
  if (!json.is_object() || !json.contains(name))
    throw InputError(fmt::format("{}/{}: is missing; accepted is {}, as a replay writes it", where, name, accepted));
  if (!fits(json[name])) throw InputError(fmt::format("{}/{}: must be {}", where, name, accepted));
  return json[name];
}

bool is_host(const Json& json) { return json.is_number_unsigned() && json.get<std::uint64_t>() <= max_agents; }
bool are_hosts(const Json& json) {
  return json.is_array() && !json.empty() && std::all_of(json.begin(), json.end(), is_host);
}

void read_manifest(const std::string& path, ReplayDirectory& replay) {
  const auto document = config::Document::load(path);
  const std::string top = path + ": ";
  const auto object = [](const Json& j) { return j.is_object(); };
  replay.scenario = member(document.json(), "scenario", top, "the resolved scenario", object);
  const Json& its = member(document.json(), "replay", top, "an object with ranks, pace, time_scale and hosts", object);
  const std::string inside = top + "/replay";
  replay.ranks = member(its, "ranks", inside, "a positive integer", [](const Json& j) {
                   return j.is_number_integer() && j > 0;
                 }).get<std::int64_t>();
  replay.pace = member(its, "pace", inside, "a word", [](const Json& j) { return j.is_string(); }).get<std::string>();
  replay.time_scale = member(its, "time_scale", inside, "a positive number", [](const Json& j) {
                        return j.is_number() && j.get<double>() > 0;
                      }).get<double>();
  replay.host_of = member(its, "hosts", inside, "the host number of every program", are_hosts).get<std::vector<HostId>>();
}

/// The number of an agent in a column, below the number of programs.
AgentId agent(double value, const ReplayDirectory& replay, const char* column) {
  if (!(value >= 0 && value < static_cast<double>(replay.host_of.size()) && value == std::floor(value)))
    throw InputError(fmt::format("{} is {}; accepted are 0 to {}", column, value, replay.host_of.size() - 1));
  return static_cast<AgentId>(value);
}

double needed(double value, const char* column) {
  if (std::isnan(value)) throw InputError(fmt::format("{} is empty; accepted is a number", column));
  return value;
}

double not_negative(double value, const char* column) {
  if (needed(value, column) < 0) throw InputError(fmt::format("{} is {}; accepted are numbers from 0", column, value));
  return value;
}

void read_steps(const std::string& path, ReplayDirectory& replay) {
  read_csv(path, {"agent", "begin", "duration"}, [&](const std::vector<double>& v) {
    replay.steps.push_back({agent(v[0], replay, "agent"), needed(v[1], "begin"), not_negative(v[2], "duration")});
  });
  std::stable_sort(replay.steps.begin(), replay.steps.end(), [](const MeasuredStep& a, const MeasuredStep& b) {
    return std::tie(a.agent, a.begin) < std::tie(b.agent, b.begin);
  });
}

void read_messages(const std::string& path, ReplayDirectory& replay) {
  read_csv(path, {"from", "to", "bytes", "sent", "transit", "intra"}, [&](const std::vector<double>& v) {
    if (v[5] != 0 && v[5] != 1) throw InputError(fmt::format("intra is {}; accepted are 0 and 1", v[5]));
    replay.messages.push_back({agent(v[0], replay, "from"), agent(v[1], replay, "to"),
                               static_cast<std::int64_t>(not_negative(v[2], "bytes")), needed(v[3], "sent"),
                               needed(v[4], "transit"), v[5] == 1});
  });
  std::stable_sort(replay.messages.begin(), replay.messages.end(), [](const MeasuredTransit& a, const MeasuredTransit& b) {
    return std::tie(a.from, a.sent, a.to) < std::tie(b.from, b.sent, b.to);
  });
}

void read_ranks(const std::string& path, ReplayDirectory& replay) {
  double messages = 0, seconds = 0, greatest = 0, second = 0;
  read_csv(path, {"offset_uncertainty", "messages", "send_seconds"}, [&](const std::vector<double>& v) {
    const double uncertainty = not_negative(v[0], "offset_uncertainty") / replay.time_scale;
    second = std::max(second, std::min(greatest, uncertainty));
    greatest = std::max(greatest, uncertainty);
    messages += not_negative(v[1], "messages");
    seconds += not_negative(v[2], "send_seconds");
  });
  replay.clock_uncertainty = greatest + second;
  replay.overhead = messages > 0 ? seconds / messages / replay.time_scale : 0;
}

}  // namespace

ReplayDirectory read_replay(const std::string& directory) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory, ignored))
    throw InputError(directory + ": is no directory; accepted is what taubar replay --out has written");
  const auto file = [&](const char* name) { return (std::filesystem::path(directory) / name).string(); };
  ReplayDirectory replay;
  read_manifest(file("manifest.json"), replay);
  std::vector<std::string> complaints;
  const auto gather = [&](auto read, const char* name) {
    try {
      read(file(name), replay);
    } catch (const InputError& error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    }
  };
  gather(read_steps, "steps.csv");
  gather(read_messages, "messages.csv");
  gather(read_ranks, "ranks.csv");
  if (!complaints.empty()) throw InputError(complaints);
  return replay;
}

}  // namespace taubar::experiment
