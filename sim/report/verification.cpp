#include "sim/report/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/bound/bound.hpp"
#include "sim/report/xml.hpp"

namespace taubar::report {
namespace {

using bound::Outcome;
using bound::Verdict;
using config::Json;

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json finite(const std::optional<double>& value) { return value ? finite(*value) : Json(nullptr); }

Json as_json(const Verdict& v) {
  Json assumptions = Json::array(), constants = Json::array(), curve = Json::array();
  for (const auto& a : v.assumptions)
    assumptions.push_back({{"assumption", a.what}, {"required", a.required}, {"measured", a.measured}, {"met", a.met}});
  for (const auto& c : v.constants)
    constants.push_back({{"name", c.name}, {c.log10 ? "log10" : "value", finite(c.value)}, {"meaning", c.meaning}});
  for (const auto& p : v.curve)
    curve.push_back({{"k", p.k}, {"time", to_seconds(p.time)}, {"measured", finite(p.measured)}, {"bound", finite(p.bound)}});
  Json json{{"bound", v.bound},
            {"class", bound::name(v.kind)},
            {"outcome", bound::name(v.outcome)},
            {"quantity", v.quantity},
            {"reason", v.reason},
            {"finding", v.finding},
            {"vacuous", v.vacuous},
            {"assumptions", assumptions},
            {"constants", constants},
            {"log10", v.log10},
            {"measured", finite(v.measured)},
            {"limit", finite(v.limit)},
            {"slack_decades", finite(v.slack_decades)},
            {"at_k", v.at_k ? Json(*v.at_k) : Json(nullptr)}};
  if (!curve.empty()) json["curve"] = curve;
  return json;
}

std::string_view heading(Outcome outcome) {
  switch (outcome) {
    case Outcome::holds: return "HOLDS";
    case Outcome::violated: return "VIOLATED";
    case Outcome::reported: return "REPORTED";
    case Outcome::does_not_apply: return "DOES NOT APPLY";
  }
  return "";
}

std::string figure(double value, bool log10) {
  return log10 ? fmt::format("10^{:.4g}", value) : fmt::format("{:.6g}", value);
}

std::string entry_row(std::string_view name, const std::string& text) { return fmt::format("    {:<11}{}\n", name, text); }

std::string tightest(const Verdict& v) {
  std::string text = fmt::format("measured {}", figure(*v.measured, v.log10));
  if (v.limit) text += fmt::format(", limit {}", figure(*v.limit, v.log10));
  if (v.at_k) text += fmt::format(", at k = {}", *v.at_k);
  if (v.slack_decades) text += fmt::format("; slack {:.3g} decades", *v.slack_decades);
  if (v.vacuous) text += "; vacuous";
  return text;
}

std::string constants(const Verdict& v) {
  std::string text;
  for (const auto& c : v.constants) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", c.name, figure(c.value, c.log10));
    if (!c.meaning.empty()) text += fmt::format(" ({})", c.meaning);
  }
  return text;
}

std::string in_full(const Verdict& v) {
  std::string text = fmt::format("\n  {:<15}{}  [{}]\n", heading(v.outcome), v.bound, bound::name(v.kind));
  const bound::Bound* entry = bound::find_bound(v.bound);
  if (entry) text += entry_row("states", std::string(entry->summary)) + entry_row("source", std::string(entry->source));
  if (!v.quantity.empty()) text += entry_row("bounds", v.quantity);
  for (const auto& a : v.assumptions)
    text += entry_row(a.met ? "assumed" : "NOT MET", fmt::format("{}: required {}, measured {}", a.what, a.required, a.measured));
  if (!v.constants.empty()) text += entry_row("constants", constants(v));
  if (v.measured) text += entry_row(v.at_k && !v.curve.empty() ? "tightest" : "found", tightest(v));
  if (v.vacuous && !v.measured) text += entry_row("", "vacuous");
  if (!v.reason.empty()) text += entry_row("because", v.reason);
  if (!v.finding.empty()) text += entry_row("FINDING", v.finding);
  return text;
}

}  // namespace

Json bounds_json(const std::vector<Verdict>& verdicts) {
  Json all = Json::array();
  for (const auto& verdict : verdicts) all.push_back(as_json(verdict));
  return all;
}

std::string bounds_page(const std::vector<Verdict>& verdicts, bool named) {
  std::string text, others;
  for (const auto& verdict : verdicts) {
    if (verdict.applies() || named || !verdict.finding.empty())
      text += in_full(verdict);
    else
      others += fmt::format("    {:<40} [{}]  {}\n", verdict.bound, bound::name(verdict.kind), verdict.reason);
  }
  if (!others.empty()) text += "\n  DOES NOT APPLY\n" + others;
  return text;
}

std::string verification_head(const experiment::Experiment& e, const trace::Trace& trace) {
  std::string text = fmt::format("{}: {} on {} agents, d = {}, seed {}\n", e.scenario.name, e.scenario.algorithm.kind, e.agents(),
                                 e.problem->dimension(), e.scenario.seed);
  text += fmt::format("  {:.6g} s of virtual time by {}, {} updates, k = {}; tau-bar {} (tau_proc {}, tau_msg {}); fingerprint {:016x}\n",
                      to_seconds(trace.end), trace::name(trace.stopped_by), trace.counts.updates, trace.k, trace.tau_bar,
                      trace.tau_proc, trace.tau_msg, trace.fingerprint);
  return text;
}

std::string verification_head(const experiment::Replicates& runs) {
  const auto& scenario = runs.scenario;
  std::string text = fmt::format("{}: {} on {} agents, d = {}, {} replicates, seeds {} to {}, structure of seed {}\n", scenario.name,
                                 scenario.algorithm.kind, runs.structure->topology.graph.agents(),
                                 runs.structure->problem->dimension(), runs.all.size(), runs.all.front().seed, runs.all.back().seed,
                                 scenario.structure());
  text += fmt::format("  {} of {} finished, {} failed; what follows is of the {} others\n", runs.finished(), runs.all.size(),
                      runs.failed().size(), runs.sound().size());
  return text;
}

std::string curves_csv(const std::vector<Verdict>& verdicts) {
  std::string csv = "bound,log10,k,time,measured,limit\n";
  for (const auto& verdict : verdicts)
    for (const auto& p : verdict.curve)
      csv += fmt::format("{},{},{},{},{},{}\n", verdict.bound, verdict.log10 ? 1 : 0, p.k, to_seconds(p.time), p.measured, p.bound);
  return csv;
}

std::string junit(const std::string& suite, const std::vector<Verdict>& verdicts, bool named) {
  std::string cases;
  std::size_t failures = 0, skipped = 0;
  for (const auto& v : verdicts) {
    const std::string details = xml_escaped((v.measured ? tightest(v) : "") + (v.reason.empty() ? "" : " " + v.reason));
    cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", xml_escaped(suite), xml_escaped(v.bound));
    const bool failed = v.outcome == Outcome::violated || (named && !v.applies());
    if (failed) {
      ++failures;
      cases += fmt::format(">\n    <failure message=\"{}\"/>\n  </testcase>\n", details);
    } else if (!v.applies()) {
      ++skipped;
      cases += fmt::format(">\n    <skipped message=\"{}\"/>\n  </testcase>\n", details);
    } else {
      cases += fmt::format(">\n    <system-out>{}: {}</system-out>\n  </testcase>\n", bound::name(v.outcome), details);
    }
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n{}"
                     "</testsuite>\n",
                     xml_escaped(suite), verdicts.size(), failures, skipped, cases);
}

}  // namespace taubar::report
