#include <cstdlib>

#include "tests/support/catch.hpp"
#include "tests/unit/config/example.hpp"

using namespace example;

namespace {

std::string complaint(const std::string& more, const ReadOptions& options = {}) {
  const auto all = complaints(with(more), options);
  INFO(with(more));
  REQUIRE(all.size() == 1);
  return all[0];
}

bool accepted(const std::string& more) { return complaints(with(more)).empty(); }

/// Sets TAUBAR_DATA while it lives.
class DataVariable {
 public:
  explicit DataVariable(const std::string& value) {
    if (const char* old = std::getenv("TAUBAR_DATA")) old_ = old;
    setenv("TAUBAR_DATA", value.c_str(), 1);
  }
  ~DataVariable() {
    if (old_)
      setenv("TAUBAR_DATA", old_->c_str(), 1);
    else
      unsetenv("TAUBAR_DATA");
  }
  DataVariable(const DataVariable&) = delete;
  DataVariable& operator=(const DataVariable&) = delete;

 private:
  std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("a scenario with every kind of field is read") {
  const Scenario s = read_text(full_text);
  CHECK(s.name == "agp");
  CHECK(s.seed == 7);
  CHECK(s.replicates == 3);
  CHECK(s.verbose);
  CHECK(s.step == 0.25);
  CHECK(s.tolerance == 1e-9);
  CHECK(s.memory == 65536);
  CHECK(s.wait == 90);
  CHECK(s.bandwidth == 1e10);
  CHECK(s.order == Order::fifo);
  CHECK(s.weights == std::vector<double>{1, 2.5, 0});
  CHECK(s.sizes == std::vector<std::int64_t>{3, 4});
  CHECK(s.metrics == std::vector<std::string>{"a", "b"});
  REQUIRE(s.curvatures.rows() == 3);
  REQUIRE(s.curvatures.cols() == 2);
  CHECK(s.curvatures(2, 1) == 6);
  CHECK(s.limits.rounds == 20);
  REQUIRE(s.clip);
  CHECK(s.clip->high == 2);
  CHECK(s.topology.kind == "grid");
  const auto& grid_spec = dynamic_cast<const Grid&>(*s.topology);
  CHECK(grid_spec.rows == 5);
  CHECK(grid_spec.columns == 3);
}

TEST_CASE("laws are read in the unit of their choice, however deep, and bare values mean constant") {
  const Scenario s = read_text(full_text);
  const auto& latency = dynamic_cast<const Mixture&>(*s.latency);
  REQUIRE(latency.components.size() == 2);
  CHECK(latency.components[0].kind == "constant");
  CHECK(dynamic_cast<const Constant&>(*latency.components[0]).value == 0.005);
  const auto& inner = dynamic_cast<const Uniform&>(*latency.components[1]);
  CHECK(inner.low == 1e-6);
  CHECK(inner.clip->high == 3);
  const auto& factor = dynamic_cast<const Modulated&>(*s.factor);
  REQUIRE(factor.states.size() == 2);
  CHECK(dynamic_cast<const Constant&>(*factor.states[0].hold).value == 2);
  CHECK(dynamic_cast<const Empirical&>(*factor.states[1].time).samples == std::vector<double>{1, 2});
  CHECK(contains(complaint(R"("factor": "5ms")"), "must be a number at least 0, found the string \"5ms\""));
  CHECK(contains(complaint(R"("factor": {"kind": "modulated", "states": [{"hold": "2s", "time": "2s"}]})"),
                 "/factor/states/0/time: must be a number at least 0, found the string \"2s\""));
}

TEST_CASE("selections and intervals are read") {
  const Scenario s = read_text(full_text);
  REQUIRE(s.stragglers.size() == 4);
  CHECK(s.stragglers[0].agents.kind == Selection::Kind::listed);
  CHECK(s.stragglers[0].agents.listed == std::vector<std::int64_t>{3, 7});
  CHECK(s.stragglers[1].agents.kind == Selection::Kind::fraction);
  CHECK(s.stragglers[1].agents.fraction == 0.25);
  CHECK(s.stragglers[2].agents.kind == Selection::Kind::first);
  CHECK(s.stragglers[2].agents.first == 4);
  CHECK(s.stragglers[3].agents.kind == Selection::Kind::all);
  CHECK_FALSE(s.stragglers[0].during);
  CHECK(s.stragglers[1].during == std::pair(1.0, 10.0));
}

TEST_CASE("what is left out keeps its default, and $schema may stand at the root only") {
  const Scenario s = read_text(R"({"$schema": "x", "// note": [], "topology": {"kind": "grid", "//": 1}})");
  CHECK(s.seed == 1);
  CHECK_FALSE(s.replicates);
  CHECK(s.order == Order::as_the_method_wants);
  CHECK(s.metrics == std::vector<std::string>{"consensus_error"});
  CHECK_FALSE(s.latency);
  CHECK(s.stragglers.empty());
  CHECK(contains(complaint(R"("limits": {"$schema": "x"})"), "/limits/$schema: unknown key"));
}

TEST_CASE("a list in the file replaces a default list") {
  CHECK(read_text(with(R"("metrics": [])")).metrics.empty());
}

TEST_CASE("every problem of a file is reported at once, in the order of the file") {
  const auto all = complaints(
      "{ \"seeed\": 3,\n  \"stragglers\": [ { \"agents\": [1, 1] , \"add\": \"-1s\" } ],\n  \"step\": 0,\n"
      "  \"latency\": { \"kind\": \"unifrom\", \"low\": 1 },\n  \"seed\": 1.0, \"name\": null,\n"
      "  \"limits\": { \"rounds\": 101, \"round\": 1 } }");
  REQUIRE(all.size() == 10);
  CHECK(contains(
      all[0],
      "s.json:1:1: /topology: is required but missing; accepted: a topology: an object with \"kind\""));
  CHECK(contains(all[1], "s.json:1:12: /seeed: unknown key; did you mean \"seed\"? accepted: name, seed"));
  CHECK(contains(all[2], "s.json:2:35: /stragglers/0/agents/1: agent 1 is listed twice"));
  CHECK(contains(all[3], "s.json:2:47: /stragglers/0/add: must be a number of seconds"));
  CHECK(contains(all[3], "at least 0, found the string \"-1s\""));
  CHECK(all[4] == "s.json:3:11: /step: must be a number greater than 0 and at most 1, found the number 0");
  CHECK(all[5] ==
        "s.json:4:24: /latency/kind: unknown law \"unifrom\"; did you mean \"uniform\"? accepted: constant, "
        "empirical, mixture, modulated, uniform");
  CHECK(all[6] ==
        "s.json:5:11: /seed: must be an integer at least 0, written without point and exponent, found the "
        "number 1.0");
  CHECK(all[7] == "s.json:5:24: /name: is null; accepted: a string; leave the key out for its default");
  CHECK(all[8] == "s.json:6:25: /limits/rounds: must be an integer from 1 to 100, found the number 101");
  CHECK(contains(all[9], "/limits/round: unknown key; did you mean \"rounds\"? accepted: rounds"));
}

TEST_CASE("integers are exact: 16.0, 1e3, true, \"16\" and 2^64 are none") {
  for (const char* value : {"16.0", "1e3", "true", "\"16\"", "18446744073709551615", "9223372036854775808",
                            "123456789012345678901234567890", "-1", "[1]", "{}", "null"})
    CHECK_FALSE(accepted(std::string("\"seed\": ") + value));
  CHECK(read_text(with(R"("seed": 9223372036854775807)")).seed == 9223372036854775807);
  CHECK(read_text(with(R"("seed": -0)")).seed == 0);
  CHECK(contains(complaint(R"("seed": 9223372036854775808)"), "below 2^63"));
}

TEST_CASE("each wrong type is named with what is accepted") {
  CHECK(contains(complaint(R"("verbose": 1)"), "/verbose: must be true or false, found the number 1"));
  CHECK(contains(complaint(R"("name": [])"), "must be a string, found an empty array"));
  CHECK(contains(complaint(R"("step": "1")"),
                 "must be a number greater than 0 and at most 1, found the string \"1\""));
  CHECK(contains(complaint(R"("tolerance": true)"), "must be a number greater than 0, found true"));
  CHECK(contains(complaint(R"("memory": "64 KiB")"),
                 "a number of bytes, or a string with B, kB, MB, GB, KiB, MiB or GiB"));
  CHECK(contains(complaint(R"("memory": "0.5B")"), "at least 1B, found the string \"0.5B\""));
  CHECK(contains(complaint(R"("bandwidth": "5ms")"), "a number of bits per second"));
  CHECK(contains(complaint(R"("order": "FIFO ")"),
                 "unknown word \"FIFO \"; did you mean \"fifo\"? accepted: unordered, fifo"));
  CHECK(contains(complaint(R"("order": 3)"), "must be one of unordered, fifo, found the number 3"));
  CHECK(contains(complaint(R"("weights": 3)"),
                 "must be an array, each element a number at least 0, found the number 3"));
  CHECK(contains(complaint(R"("weights": [1, "x"])"), "/weights/1: must be a number at least 0"));
  CHECK(contains(complaint(R"("sizes": [1, 0])"), "/sizes/1: must be an integer at least 1"));
  CHECK(contains(complaint(R"("metrics": ["a", 1])"), "/metrics/1: must be a string"));
  CHECK(contains(complaint(R"("limits": 3)"), "/limits: must be an object, found the number 3"));
  CHECK(contains(complaint(R"("stragglers": {})"), "must be an array of objects, found an object"));
  CHECK(contains(complaint(R"("stragglers": [3])"), "/stragglers/0: must be an object"));
  CHECK(contains(complaints("[]")[0], "s.json:1:1: /: must be an object, found an empty array"));
  CHECK(contains(complaints("3")[0], "must be an object, found the number 3"));
}

TEST_CASE("a matrix has rows of equal length, at least one of at least one") {
  CHECK(accepted(R"("curvatures": [[1]])"));
  CHECK(contains(complaint(R"("curvatures": [[1, 2], [3]])"),
                 "/curvatures/1: must be a row as long as the first"));
  CHECK(contains(complaint(R"("curvatures": [[1, 0]])"), "/curvatures/0/1: must be a number greater than 0"));
  CHECK_FALSE(accepted(R"("curvatures": [])"));
  CHECK_FALSE(accepted(R"("curvatures": [[]])"));
  CHECK_FALSE(accepted(R"("curvatures": [1])"));
  CHECK_FALSE(accepted(R"("curvatures": [[[1]]])"));
}

TEST_CASE("agents are selected by hosts 0 and 2") {
  Selection chosen;
  read(Document::parse(R"({"agents": {"hosts": [2, 0]}})", "s.json"),
       [&](Fields& f) { f.selection("agents", chosen, ""); });
  CHECK(chosen.kind == Selection::Kind::hosts);
  CHECK(chosen.listed == std::vector<std::int64_t>{2, 0});
  CHECK(echo([&](Fields& f) { f.selection("agents", chosen, ""); }).dump() == R"({"agents":{"hosts":[2,0]}})");
}

TEST_CASE("selections that are none are refused with the five forms") {
  const auto selection = [](const std::string& text) {
    return R"("stragglers": [{"add": 1, "agents": )" + text + "}]";
  };
  for (const char* text : {"3", "\"some\"", "true", "{}", R"({"fraction": 0.1, "first": 2})", R"({"first": 2, "hosts": [1]})"})
    CHECK(contains(complaint(selection(text)),
                   R"("all", an array of agents as [3, 7], {"fraction": 0.1}, {"first": 4} or {"hosts": [0]})"));
  CHECK(contains(complaint(selection(R"({"fraction": 1.5})")),
                 "/agents/fraction: must be a number from 0 to 1"));
  CHECK(contains(complaint(selection(R"({"hosts": [-1]})")), "/agents/hosts/0: must be an integer at least 0"));
  CHECK(contains(complaint(selection(R"({"first": -1})")), "/agents/first: must be an integer at least 0"));
  CHECK(contains(complaint(selection("[-1]")), "/agents/0: must be an integer at least 0"));
}

TEST_CASE("intervals run forward in time") {
  const auto during = [](const std::string& text) {
    return R"("stragglers": [{"add": 1, "during": )" + text + "}]";
  };
  CHECK(accepted(during(R"([0, "1ns"])")));
  for (const char* text : {"[1, 1]", "[2, 1]", "[1]", "[1, 2, 3]", "5", "[-1, 1]", R"(["a", 1])"})
    CHECK(contains(complaint(during(text)), "/stragglers/0/during"));
}

TEST_CASE("a choice names its kind; what is missing, misspelt or of another type is refused") {
  CHECK(contains(
      complaint(R"("factor": {})"),
      "/factor/kind: is required but missing; accepted: constant, empirical, mixture, modulated, uniform"));
  CHECK(contains(complaint(R"("factor": {"kind": 3})"), "/factor/kind: must be one of constant"));
  CHECK(contains(complaint(R"("factor": {"kind": "uniform"})"), "/factor/high: is required but missing"));
  CHECK(contains(complaint(R"("factor": {"kind": "uniform", "high": 1, "hihg": 2})"),
                 "/factor/hihg: unknown key; did you mean \"high\"? accepted: kind, low, high, clip"));
  CHECK(contains(complaint(R"("factor": [1])"),
                 "must be a law: an object with \"kind\" (one of constant, empirical, "
                 "mixture, modulated, uniform), or a number, found an array of 1"));
  CHECK(contains(complaint(R"("factor": {"kind": "mixture", "weights": [1], "components": [null]})"),
                 "/factor/components/0: must be a law"));
  const auto ring_text = complaints(R"({"topology": "ring"})");
  REQUIRE(ring_text.size() == 1);
  CHECK(contains(ring_text[0], "found the string \"ring\"; write {\"kind\": \"ring\", …}"));
}

TEST_CASE("a bare value may stand for one field of an optional object") {
  CHECK(read_text(with(R"("every": "100ms")")).every->virtual_time == 0.1);
  CHECK(read_text(with(R"("every": 2)")).every->virtual_time == 2);
  CHECK(read_text(with(R"("every": {"updates": 5})")).every->updates == 5);
  CHECK(contains(complaint(R"("every": "5 ms")"), "/every: must be a number of seconds"));
  CHECK(contains(complaint(R"("every": "5 ms")"), "found the string \"5 ms\"; or an object"));
  CHECK(contains(complaint(R"("every": {})"), "/every: one of virtual_time and updates is accepted"));
  CHECK(contains(complaint(R"("every": true)"),
                 "/every: must be an object, or one value, its virtual_time, found true"));
  CHECK(contains(complaint(R"("clip": 5)"), "/clip: must be an object, found the number 5"));
}

TEST_CASE("demands speak only of fields that could be read") {
  CHECK(contains(complaint(R"("factor": {"kind": "uniform", "low": 3, "high": 2})"),
                 "/factor/high: is below low; accepted is high >= low"));
  CHECK(contains(complaint(R"("factor": {"kind": "uniform", "low": 3, "high": "x"})"),
                 "/factor/high: must be"));
  CHECK(contains(complaint(R"("factor": {"kind": "mixture", "weights": "x", "components": [1]})"),
                 "/factor/weights: must"));
  CHECK(contains(complaint(R"("stragglers": [{"agents": "all"}])"),
                 "/stragglers/0: a rule without effect; give add"));
  CHECK(contains(complaint(R"("stragglers": [{"add": {"kind": "constant"}}])"),
                 "/stragglers/0/add/value: is required"));
}

TEST_CASE("files are sought beside the scenario, then in --data, then in TAUBAR_DATA") {
  const TemporaryDirectory directory;
  const auto at = [&](const char* name) { return (directory.path() / name).string(); };
  directory.write("home/s.json", "");
  directory.write("data/a.csv", "");
  directory.write("more/a.csv", "");
  directory.write("more/b.csv", "");
  std::filesystem::create_directories(directory.path() / "home" / "c.csv");
  const DataVariable variable(at("none") + ":" + at("more") + "::");
  ReadOptions options;
  options.data_directories = {at("data")};
  const auto resolved = [&](const std::string& name) {
    const auto s = read_text(with("\"data\": \"" + name + "\""), options, at("home/s.json"));
    CHECK(s.data == name);
    return s.data_resolved;
  };
  CHECK(resolved("a.csv") == at("data/a.csv"));
  CHECK(resolved("b.csv") == at("more/b.csv"));
  CHECK(resolved(at("more/a.csv")) == at("more/a.csv"));
  directory.write("home/a.csv", "");
  CHECK(resolved("a.csv") == at("home/a.csv"));
  try {
    resolved("c.csv");
    FAIL("a directory is no file");
  } catch (const InputError& error) {
    const std::string text = error.what();
    CHECK(contains(text, "/data: there is no file \"c.csv\"; sought: "));
    CHECK(contains(text, at("home/c.csv") + " (a directory), " + at("data/c.csv") + ", "));
    CHECK(contains(text, at("more/c.csv")));
    CHECK(contains(text, "--data"));
  }
  CHECK_THROWS_AS(resolved(at("none.csv")), InputError);
  CHECK_THROWS_AS(resolved(""), InputError);
  CHECK_THROWS_AS(resolved("a.csv\\u0000"), InputError);
  CHECK_THROWS_AS(resolved("a.csv/"), InputError);
}

TEST_CASE("complaints about --set values name the option, and come last") {
  auto document = Document::parse("{\"topology\": {\"kind\": \"grid\"}, \"step\": 2}", "s.json");
  document.set("/seed=-1");
  document.set("/topology/rows=0");
  Scenario scenario;
  try {
    read(document, [&](Fields& f) { scenario.fields(f); });
    FAIL("accepted");
  } catch (const InputError& error) {
    REQUIRE(error.complaints().size() == 3);
    CHECK(contains(error.complaints()[0], "s.json:1:40: /step: "));
    CHECK(contains(error.complaints()[1], "--set /seed: /seed: must be an integer at least 0"));
    CHECK(contains(error.complaints()[2], "--set /topology/rows: /topology/rows: must be"));
  }
}

TEST_CASE("of 100,000 problems the first 1,000 are told and the others counted") {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += (i ? ",\"u" : "\"u") + std::to_string(i) + "\":" + std::to_string(i);
  const auto all = complaints(with(text));
  REQUIRE(all.size() == 1001);
  CHECK(all.back() == "s.json: and 99000 more problems");
}
