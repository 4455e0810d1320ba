#include "sim/report/sampling.hpp"

#include <fmt/format.h>

namespace taubar::report {

using config::Json;
using trace::SamplingFigures;

Json sampling_rule_json(const SamplingFigures& s) {
  Json json = Json::object();
  if (!s.dynamics.empty()) json["dynamics"] = s.dynamics;
  json["exchange"] = s.exchange;
  json["keeps_target"] = s.keeps_target;
  if (!s.about_law.empty()) json["law"] = s.about_law;
  return json;
}

Json sampling_json(const SamplingFigures& s) {
  Json json = sampling_rule_json(s);
  json["hosts"] = s.hosts;
  json["draws"] = s.draws;
  const auto& p = s.particles;
  const auto add = [&json](const char* name, std::int64_t count) {
    if (count > 0) json[name] = count;
  };
  if (p.metropolis_tests > 0)
    json["metropolis_acceptance"] = static_cast<double>(p.metropolis_accepted) / static_cast<double>(p.metropolis_tests);
  if (s.exchange == "replica_exchange") json["swaps"] = {{"proposed", p.swaps_proposed}, {"accepted", p.swaps_accepted}};
  add("proposals_repeated", p.proposals_repeated);
  add("replaced", p.replaced);
  add("resamplings", p.resamplings);
  add("copies", p.copies);
  add("reperturbed", p.reperturbed);
  return json;
}

std::string sampling_rule_text(const SamplingFigures& s) {
  std::string text = fmt::format("{}{}exchange {}: {}", s.dynamics, s.dynamics.empty() ? "" : ", ", s.exchange,
                                 s.keeps_target ? "keeps the target" : "does NOT keep the target");
  if (!s.about_law.empty()) text += " (" + s.about_law + ")";
  return text;
}

std::string sampling_text(const SamplingFigures& s) {
  std::string text = fmt::format("{} draws of {} hosts, {}", s.draws, s.hosts, sampling_rule_text(s));
  const auto& p = s.particles;
  if (p.swaps_proposed > 0) text += fmt::format("; {} of {} swaps accepted", p.swaps_accepted, p.swaps_proposed);
  if (p.replaced > 0) text += fmt::format("; {} replaced", p.replaced);
  if (p.copies > 0) text += fmt::format("; {} copies in {} resamplings", p.copies, p.resamplings);
  if (p.reperturbed > 0) text += fmt::format("; {} times moved apart", p.reperturbed);
  return text;
}

}  // namespace taubar::report
