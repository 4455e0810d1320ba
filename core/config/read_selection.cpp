// Reading which agents a rule is about.
#include <fmt/format.h>

#include <set>

#include "core/config/document_reader.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

constexpr const char* accepted_selection =
    R"("all", an array of agents as [3, 7], {"fraction": 0.1}, {"first": 4} or {"hosts": [0]})";

}  // namespace

std::optional<Selection> DocumentReader::listed_at(const Json& json, const std::string& pointer) {
  Selection read;
  read.kind = Selection::Kind::listed;
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string here = fmt::format("{}/{}", pointer, i);
    const auto agent = integer_at(json[i], here, non_negative);
    if (!agent) continue;
    if (seen.insert(*agent).second)
      read.listed.push_back(*agent);
    else
      complain(here, fmt::format("agent {} is listed twice; accepted is each agent once", *agent));
  }
  if (read.listed.size() < json.size()) return std::nullopt;
  return read;
}

std::optional<Selection> DocumentReader::portion_at(const Json& json, const std::string& pointer) {
  std::optional<double> fraction;
  std::optional<std::int64_t> first;
  std::vector<std::int64_t> hosts;
  const auto before = complaints_.count();
  object_at(json, pointer, [&](Fields& f) {
    f.real("fraction", fraction, probability, "");
    f.integer("first", first, non_negative, "");
    f.integers("hosts", hosts, non_negative, "");
  });
  if (complaints_.count() > before) return std::nullopt;
  if (const int ways = fraction.has_value() + first.has_value() + !hosts.empty(); ways != 1) {
    complain(pointer, std::string("must be ") + accepted_selection + ", found an object with " +
                          (ways ? "more than one" : "none") + " of fraction, first and hosts");
    return std::nullopt;
  }
  Selection read;
  read.kind = fraction ? Selection::Kind::fraction : first ? Selection::Kind::first : Selection::Kind::hosts;
  read.listed = hosts;
  read.fraction = fraction.value_or(0);
  read.first = first.value_or(0);
  return read;
}

void DocumentReader::selection(std::string_view name, Selection& value, std::string_view, Need need) {
  field(name, need, accepted_selection, [&](const Json& json, const std::string& pointer) {
    std::optional<Selection> read;
    if (json == "all")
      read = Selection{};
    else if (json.is_array())
      read = listed_at(json, pointer);
    else if (json.is_object())
      read = portion_at(json, pointer);
    else
      mismatch(json, pointer, accepted_selection);
    if (read) value = std::move(*read);
  });
}

}  // namespace taubar::config
