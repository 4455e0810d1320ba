#include "sim/report/timeline.hpp"

#include <fmt/format.h>

#include <iterator>

namespace taubar::report {
namespace {

double microseconds(Time t) { return static_cast<double>(t) / 1e3; }

}  // namespace

std::string timeline_json(const trace::Timeline& timeline) {
  std::string json = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
  auto out = std::back_inserter(json);
  const char* comma = "";
  for (const auto& step : timeline.steps()) {
    fmt::format_to(out, "{}\n{{\"ph\":\"X\",\"name\":\"step\",\"pid\":0,\"tid\":{},\"ts\":{},\"dur\":{}}}", comma, step.agent,
                   microseconds(step.begin), microseconds(step.end - step.begin));
    comma = ",";
  }
  for (const auto& down : timeline.downs()) {
    if (down.end == never)
      fmt::format_to(out, "{}\n{{\"ph\":\"i\",\"s\":\"t\",\"name\":\"crash\",\"pid\":0,\"tid\":{},\"ts\":{}}}", comma, down.agent,
                     microseconds(down.begin));
    else
      fmt::format_to(out, "{}\n{{\"ph\":\"X\",\"name\":\"down\",\"pid\":0,\"tid\":{},\"ts\":{},\"dur\":{}}}", comma, down.agent,
                     microseconds(down.begin), microseconds(down.end - down.begin));
    comma = ",";
  }
  std::size_t id = 0;
  for (const auto& m : timeline.messages()) {
    ++id;
    if (m.arrived == never) {
      fmt::format_to(out, "{}\n{{\"ph\":\"i\",\"s\":\"t\",\"name\":\"lost\",\"pid\":0,\"tid\":{},\"ts\":{}}}", comma, m.from,
                     microseconds(m.sent));
    } else {
      fmt::format_to(out,
                     "{}\n{{\"ph\":\"s\",\"cat\":\"message\",\"name\":\"message\",\"id\":{},\"pid\":0,\"tid\":{},\"ts\":{}}},"
                     "\n{{\"ph\":\"f\",\"cat\":\"message\",\"name\":\"message\",\"id\":{},\"pid\":0,\"tid\":{},\"ts\":{}}}",
                     comma, id, m.from, microseconds(m.sent), id, m.to, microseconds(m.arrived));
    }
    comma = ",";
  }
  fmt::format_to(out, "\n],\"otherData\":{{\"left_out\":{}}}}}\n", timeline.left_out());
  return json;
}

}  // namespace taubar::report
