#include "sim/report/replay_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace taubar::report {
namespace {

using config::Json;

std::string optional_seconds(bool there, Duration span) { return there ? fmt::format("{}", to_seconds(span)) : std::string(); }

bool together(const trace::Replay& replay, const trace::MeasuredMessage& m) {
  return replay.host_of[m.from] == replay.host_of[m.to];
}

/// Mean, median, 99 % and greatest, in seconds.
Json distribution(std::vector<Duration> spans) {
  if (spans.empty()) return nullptr;
  std::sort(spans.begin(), spans.end());
  double sum = 0;
  for (const Duration span : spans) sum += to_seconds(span);
  const auto at = [&](double p) { return to_seconds(spans[static_cast<std::size_t>(p * static_cast<double>(spans.size() - 1))]); };
  return {{"mean", sum / static_cast<double>(spans.size())}, {"median", at(0.5)}, {"quantile_99", at(0.99)}, {"max", at(1)}};
}

template <class Rows, class Keep, class Value>
Json distribution_of(const Rows& rows, const Keep& keep, const Value& value) {
  std::vector<Duration> spans;
  for (const auto& row : rows)
    if (keep(row)) spans.push_back(value(row));
  return distribution(std::move(spans));
}

double clock_uncertainty(const trace::Replay& replay) {
  double largest = 0, second = 0;  // a transit involves two clocks
  for (const auto& rank : replay.ranks) {
    second = std::max(second, std::min(largest, rank.offset_uncertainty));
    largest = std::max(largest, rank.offset_uncertainty);
  }
  return largest + second;
}

}  // namespace

std::string steps_csv(const trace::Replay& replay) {
  std::string csv = "agent,step,begin,duration,work,excess\n";
  std::vector<std::int64_t> number(replay.host_of.size(), 0);
  const bool paced = replay.pace == "scenario";
  for (const auto& s : replay.steps)
    fmt::format_to(std::back_inserter(csv), "{},{},{},{},{},{}\n", s.agent, number[s.agent]++, to_seconds(s.begin),
                   to_seconds(s.duration), to_seconds(s.work), optional_seconds(paced, s.excess));
  return csv;
}

std::string messages_csv(const trace::Replay& replay) {
  std::string csv = "from,to,bytes,sent,transit,waited,intra\n";
  for (const auto& m : replay.messages)
    fmt::format_to(std::back_inserter(csv), "{},{},{},{},{},{},{}\n", m.from, m.to, m.bytes, to_seconds(m.sent),
                   to_seconds(m.transit), optional_seconds(m.waited >= 0, m.waited), together(replay, m) ? 1 : 0);
  return csv;
}

std::string ranks_csv(const trace::Replay& replay) {
  std::string csv =
      "rank,host,agents,offset,offset_uncertainty,drift,messages,bytes,send_seconds,compute_seconds,held_back_seconds,"
      "most_unread_bytes,steps_left_out,messages_left_out\n";
  for (std::size_t r = 0; r < replay.ranks.size(); ++r) {
    const auto& f = replay.ranks[r];
    fmt::format_to(std::back_inserter(csv), "{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", r, f.machine, f.agents, f.offset,
                   f.offset_uncertainty, f.drift, f.messages, f.bytes, f.send_seconds, f.compute_seconds, f.held_back_seconds,
                   f.most_unread_bytes, f.steps_left_out, f.messages_left_out);
  }
  return csv;
}

Json replay_summary(const trace::Replay& replay) {
  const bool paced = replay.pace == "scenario";
  const auto every = [](const auto&) { return true; };
  Json json{{"ranks", replay.ranks.size()}, {"pace", replay.pace}, {"time_scale", replay.time_scale}};
  json["clock_uncertainty"] = clock_uncertainty(replay);
  json["step"] = distribution_of(replay.steps, every, [](const auto& s) { return s.duration; });
  json["work"] = distribution_of(replay.steps, every, [](const auto& s) { return s.work; });
  for (const bool intra : {false, true})
    json[intra ? "transit_intra_host" : "transit"] =
        distribution_of(replay.messages, [&](const auto& m) { return together(replay, m) == intra; },
                        [](const auto& m) { return m.transit; });
  json["excess"] = nullptr;
  if (paced)
    json["excess"] = {{"steps", distribution_of(replay.steps, every, [](const auto& s) { return s.excess; })},
                      {"messages", distribution_of(replay.messages, every, [](const auto& m) { return m.excess; })}};
  double held_back = 0;
  std::int64_t most_unread = 0, left_out = 0;
  for (const auto& rank : replay.ranks) {
    held_back += rank.held_back_seconds;
    most_unread = std::max(most_unread, rank.most_unread_bytes);
    left_out += rank.steps_left_out + rank.messages_left_out;
  }
  json["back_pressure"] = {{"held_back_seconds", held_back}, {"most_unread_bytes", most_unread}};
  json["left_out"] = left_out;
  return json;
}

Json replay_manifest(const trace::Replay& replay) {
  Json machines = Json::array();
  for (const auto& rank : replay.ranks) machines.push_back(rank.machine);
  return {{"mpi", replay.library},        {"ranks", replay.ranks.size()}, {"pace", replay.pace},
          {"time_scale", replay.time_scale}, {"hosts", replay.host_of},      {"machines", machines}};
}

}  // namespace taubar::report
