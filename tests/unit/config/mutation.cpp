// Texts that nobody wrote: a scenario with thousands of random edits is read, or refused in well-formed
// lines.
#include <algorithm>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/example.hpp"

using namespace example;

namespace {

const std::vector<std::string> snippets{"{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "\"",
                                        "\\",
                                        "null",
                                        "true",
                                        "-1",
                                        "0",
                                        "1e999",
                                        "1e-999",
                                        "16.0",
                                        "\"\"",
                                        "\"5ms\"",
                                        "{\"kind\":\"mixture\"}",
                                        "\"kind\"",
                                        "\"//\":",
                                        "\xFF",
                                        "\xC3",
                                        "\xEF\xBB\xBF",
                                        std::string(1, '\0'),
                                        "\n",
                                        "\x1b",
                                        "NaN",
                                        "9223372036854775808",
                                        "[[[[[[[[",
                                        "\"agents\":[1,1],",
                                        "\"\\u0000\"",
                                        "\"\\ud800\"",
                                        "/",
                                        "//",
                                        " "};

/// One edit at a random place: a byte changed, a piece removed, repeated, or a snippet put in.
void mutate(std::string& text, Stream& random) {
  const auto place = [&] { return random.below(text.size() + 1); };
  const std::size_t at = place();
  switch (random.below(5)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(random.below(256));
      break;
    case 1:
      text.erase(at, random.below(20));
      break;
    case 2:
      text.insert(at, text.substr(place(), random.below(40)));
      break;
    default:
      text.insert(at, snippets[random.below(snippets.size())]);
  }
}

/// Takes a number without leading zeros and what follows it from the front.
bool take_number(std::string_view& text, std::string_view follower) {
  const auto length = text.find_first_not_of("0123456789");
  if (length == 0 || length == std::string_view::npos || text[0] == '0') return false;
  text.remove_prefix(length);
  if (!text.starts_with(follower)) return false;
  text.remove_prefix(follower.size());
  return true;
}

// FILE:LINE:COL: /json/pointer: message; "/" is the whole document.
bool well_formed(const std::string& complaint) {
  std::string_view rest = complaint;
  if (complaint.size() > 3000 || !rest.starts_with("s.json:")) return false;
  rest.remove_prefix(7);
  if (!take_number(rest, ":") || !take_number(rest, ": /")) return false;
  const auto message = rest.find(": ");
  return message != std::string_view::npos && message + 2 < rest.size() &&
         std::all_of(complaint.begin(), complaint.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= ' '; }) &&
         !Json(complaint).dump().empty();  // throws unless it is UTF-8
}

}  // namespace

TEST_CASE("10,000 mutated scenarios are read, or refused in lines FILE:LINE:COL: /pointer: message") {
  Stream random(1, Purpose::test);
  int read = 0, refused = 0, grammatical = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::string text = full_text;
    for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) mutate(text, random);
    const auto lines = complaints(text);
    for (const auto& line : lines) {
      INFO(line);
      REQUIRE(well_formed(line));
    }
    ++(lines.empty() ? read : refused);
    if (!lines.empty() && !contains(lines.back(), "not JSON")) ++grammatical;
  }
  // Else the mutations would be too mild, or too wild, to reach both the parser and the reader.
  CHECK(read > 100);
  CHECK(refused > 5000);
  CHECK(grammatical > 500);
}

TEST_CASE("5,000 scenarios with values exchanged are read, or refused; what is read echoes to itself") {
  const Json whole = Json::parse(full_text);
  const Json flat = whole.flatten();
  std::vector<std::string> pointers;
  std::vector<Json> values{Json(nullptr), Json::array(), Json::object(), "x",    -1,
                           1e300,         true,          "5ms",          Json(0)};
  for (const auto& [pointer, value] : flat.items()) {
    values.push_back(value);
    for (std::string p = pointer; !p.empty(); p = p.substr(0, p.rfind('/'))) pointers.push_back(p);
  }
  for (const auto& pointer : pointers) values.push_back(whole[Json::json_pointer(pointer)]);

  Stream random(2, Purpose::test);
  int read = 0;
  for (int i = 0; i < 5'000; ++i) {
    Json scenario = whole;
    scenario[Json::json_pointer(pointers[random.below(pointers.size())])] =
        values[random.below(values.size())];
    try {
      Scenario once = read_text(scenario.dump());
      const Json echoed = echo([&](Fields& f) { once.fields(f); });
      Scenario twice = read_text(echoed.dump());
      REQUIRE(echo([&](Fields& f) { twice.fields(f); }).dump() == echoed.dump());
      ++read;
    } catch (const InputError& error) {
      for (const auto& line : error.complaints()) {
        INFO(line);
        REQUIRE(well_formed(line));
      }
    }
  }
  CHECK(read > 200);
  CHECK(read < 4'500);
}

TEST_CASE("every prefix of a scenario is refused as not JSON") {
  for (std::size_t length = 1; length + 1 < full_text.size(); ++length) {
    const auto lines = complaints(full_text.substr(0, length));
    REQUIRE(lines.size() == 1);
    REQUIRE(well_formed(lines[0]));
    REQUIRE(contains(lines[0], "not JSON"));
  }
}

TEST_CASE("3,000 mutated --set texts are applied, or refused in one line that names the option") {
  Stream random(3, Purpose::test);
  int applied = 0;
  for (int i = 0; i < 3'000; ++i) {
    std::string text = "/stragglers/1/agents={\"first\":2}";
    for (std::uint64_t edits = 1 + random.below(2); edits > 0; --edits) mutate(text, random);
    auto document = Document::parse(full_text, "s.json");
    try {
      document.set(text);
      ++applied;
      CHECK_FALSE(document.json().dump().empty());
      Scenario scenario;
      read(document, [&](Fields& f) { scenario.fields(f); });
    } catch (const InputError& error) {
      for (const auto& line : error.complaints()) {
        INFO(line);
        REQUIRE((line.starts_with("--set ") || well_formed(line)));
      }
    }
  }
  CHECK(applied > 300);
}
