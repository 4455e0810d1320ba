#include <cstdlib>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/example.hpp"

using namespace example;

namespace {

Json scenario_schema() {
  Scenario scenario;
  return schema([&](Fields& f) { scenario.fields(f); }, "example");
}

}  // namespace

TEST_CASE("the schema is a closed object that admits notes and $schema") {
  const Json root = scenario_schema();
  CHECK(root["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(root["title"] == "example");
  CHECK(root["additionalProperties"] == false);
  CHECK(root["patternProperties"].contains("^//"));
  CHECK(root["required"] == Json::parse(R"(["topology"])"));
  CHECK(root["properties"].contains("$schema"));
  CHECK(
      root["properties"]["step"] ==
      Json::parse(
          R"({"type":"number","exclusiveMinimum":0.0,"maximum":1.0,"description":"step size","default":0.5})"));
  CHECK(root["properties"]["topology"]["$ref"] == "#/$defs/topology");
  CHECK(root["properties"]["limits"]["properties"]["rounds"]["maximum"] == 100.0);
}

TEST_CASE("catalogues become definitions by unit, which refer to themselves where laws hold laws") {
  const Json definitions = scenario_schema()["$defs"];
  CHECK(definitions.contains("law"));
  CHECK(definitions.contains("law_of_duration"));
  const Json& laws_of_duration = definitions["law_of_duration"]["oneOf"];
  REQUIRE(laws_of_duration.size() == 6);  // the bare value and five kinds
  CHECK(laws_of_duration[0]["type"] == Json::parse(R"(["number", "string"])"));
  CHECK(definitions["law"]["oneOf"][0]["type"] == "number");
  const Json& mixture_schema = laws_of_duration[3];
  CHECK(mixture_schema["properties"]["kind"]["const"] == "mixture");
  CHECK(mixture_schema["properties"]["components"]["items"]["$ref"] == "#/$defs/law_of_duration");
  CHECK(mixture_schema["required"] == Json::parse(R"(["kind", "weights", "components"])"));
  const Json& states = definitions["law"]["oneOf"][4]["properties"]["states"]["items"]["properties"];
  CHECK(states["hold"]["$ref"] == "#/$defs/law_of_duration");
  CHECK(states["time"]["$ref"] == "#/$defs/law");
}

// An independent validator judges the schema: what the reader accepts it must accept, and what breaks a rule
// that a schema can state it must refuse.
TEST_CASE("python3-jsonschema agrees with the reader on 1,500 scenarios") {
  const std::string script = "'" TAUBAR_SOURCE_DIR "/tests/unit/config/validate.py'";
  if (std::system(("/usr/bin/python3 " + script + " --available >/dev/null 2>&1").c_str()) != 0) {
    WARN("SKIPPED: no schema validator (python3-jsonschema is not installed)");
    return;
  }
  const Json whole = Json::parse(full_text);
  const Json flat = whole.flatten();
  std::vector<std::string> pointers;
  std::vector<Json> values{Json(nullptr), Json::array(), Json::object(), "x", -1,
                           true,          "5ms",         "64KiB",        0,   0.5};
  for (const auto& [pointer, value] : flat.items()) {
    values.push_back(value);
    for (std::string p = pointer; !p.empty(); p = p.substr(0, p.rfind('/'))) pointers.push_back(p);
  }
  Stream random(4, Purpose::test);
  Json cases = Json::array();
  const auto add = [&](const Json& document) {
    // Demands across fields, equal row lengths and the order of interval ends are beyond a schema.
    const auto lines = complaints(document.dump());
    const bool beyond = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
      return contains(line, "is below low") || contains(line, "as many as") ||
             contains(line, "without effect") || contains(line, "one of virtual_time and updates") ||
             contains(line, "as long as the first") || contains(line, "from < to") ||
             contains(line, "at least 1B, found the string");
    });
    cases.push_back({{"document", document}, {"accepted", lines.empty()}, {"beyond", beyond}});
  };
  add(whole);
  for (int i = 0; i < 1'500; ++i) {
    Json document = whole;
    const Json::json_pointer pointer(pointers[random.below(pointers.size())]);
    Json& parent = document[pointer.parent_pointer()];
    if (random.below(4) > 0)
      document[pointer] = values[random.below(values.size())];
    else if (parent.is_object())
      parent.erase(pointer.back());
    else
      parent.erase(std::stoul(pointer.back()));
    add(document);
  }
  const TemporaryDirectory directory;
  const auto schema_file = directory.write("schema.json", scenario_schema().dump());
  const auto cases_file = directory.write("cases.json", cases.dump());
  const auto answer_file = (directory.path() / "answer.txt").string();
  const std::string command =
      "/usr/bin/python3 " + script + " " + schema_file + " " + cases_file + " >" + answer_file + " 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream answer(answer_file);
  INFO(std::string(std::istreambuf_iterator<char>(answer), {}));
  CHECK(status == 0);
}
