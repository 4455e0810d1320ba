// taubar calibrate, on replay directories made here from known laws. 5 standard errors: false alarm 5.7e-7 a figure.
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <vector>

#include "core/base/random.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

using namespace cli;
using taubar::Purpose;
using taubar::Stream;

namespace {

const std::string replayed = R"({
  "name": "replayed", "seed": 7, "topology": {"kind": "complete", "agents": 4},
  "problem": {"kind": "quadratic", "dimension": 2},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
  "compute": {"rate": 100, "per_agent": 2, "stragglers": [{"agents": [3], "add": "50ms"}]},
  "network": {"latency": "1ms", "bandwidth": 1e6, "loss": 0.01, "ordering": "fifo",
              "links": [{"edges": [[0, 1]], "latency": "9ms", "loss": 0.5}, {"edges": [[0, 2]], "bandwidth": 5}]},
  "stop": {"virtual_time": "20s"}, "expect": [{"metric": "distance", "at": "end", "below": 10}]
})";

/// Push-sum loses mass with every message that is lost, and diverges in the end.
const std::string lossless = " --set /network/loss=0 --set /network/links=[]";

/// What a replay would have left. Agents send to all others at once, each message after the overhead of those before it.
struct Replay {
  std::string scenario = replayed;
  std::vector<int> hosts{0, 0, 1, 1};
  double time_scale = 1, overhead = 10e-6;
  int steps = 400, rounds = 150;
  double first_send = 1000;  ///< long after the last step
  double interval = 1;       ///< between an agent's rounds of sending
  std::vector<int> sizes{1000, 100000};
  Stream stream{11, Purpose::test};
  std::function<double(int agent, Stream&)> step = [](int agent, Stream& s) {
    return agent == 3 ? 30e-3 * std::exp(0.3 * s.normal()) : 4e-3 + 1e-3 * s.exponential();
  };
  std::function<double(bool intra, int bytes, Stream&)> travel = [](bool intra, int bytes, Stream& s) {
    return intra ? 2e-6 + 20e-6 * s.exponential() + 8.0 * bytes / 1e10 : 200e-6 * std::exp(0.5 * s.normal()) + 8.0 * bytes / 1e9;
  };

  std::string manifest() const {
    return Json{{"scenario", Json::parse(scenario)},
                {"replay", {{"ranks", 2}, {"pace", "native"}, {"time_scale", time_scale}, {"hosts", hosts}}}}
        .dump();
  }
  std::string steps_csv() {
    std::string csv = "agent,step,begin,duration,work,excess\n";
    for (int agent = 0; agent < 4; ++agent) {
      double begin = 0;
      for (int m = 0; m < steps; ++m) {
        const double duration = step(agent, stream);
        csv += fmt::format("{},{},{},{},{},\n", agent, m, begin, duration, duration);
        begin += duration;
      }
    }
    return csv;
  }
  std::string messages_csv() {
    std::string csv = "from,to,bytes,sent,transit,waited,intra\n";
    for (int m = 0; m < rounds; ++m)
      for (std::size_t from = 0; from < 4; ++from) {
        int copies = 0;
        for (std::size_t to = 0; to < 4; ++to) {
          if (to == from) continue;
          const bool intra = hosts[from] == hosts[to];
          const int bytes = sizes[static_cast<std::size_t>(m) % sizes.size()];
          csv += fmt::format("{},{},{},{},{},,{}\n", from, to, bytes, first_send + interval * (m + 0.1 * static_cast<double>(from)),
                             ++copies * overhead + travel(intra, bytes, stream), intra ? 1 : 0);
        }
      }
    return csv;
  }
  std::string ranks_csv() const {
    return fmt::format("rank,host,offset,offset_uncertainty,messages,send_seconds\n0,a,0,0,600,{0}\n1,b,1e-3,2e-6,300,{1}\n",
                       600 * overhead * time_scale, 300 * overhead * time_scale);
  }
  /// The directory's name.
  std::string write(const Scratch& s) {
    fs::create_directories(s.path / "replay");
    s.file("replay/manifest.json", manifest());
    s.file("replay/steps.csv", steps_csv());
    s.file("replay/messages.csv", messages_csv());
    s.file("replay/ranks.csv", ranks_csv());
    return (s.path / "replay").string();
  }
};

struct Calibrated {
  Result result;
  Json scenario;
};

Calibrated calibrate(const std::string& directory, const Scratch& s, const std::string& more = "") {
  const auto out = s.path / "calibrated.json";
  const auto result = taubar_("calibrate " + directory + " --out " + out.string() + more, s);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return {result, Json::parse(read(out))};
}

bool noted(const Json& notes, const std::string& part) {
  for (const auto& note : notes)
    if (contains(note.get<std::string>(), part)) return true;
  return false;
}

}  // namespace

TEST_CASE("calibrate recovers the laws that a replay's figures were drawn from, within 5 standard errors") {
  Scratch s;
  const auto [result, scenario] = calibrate(Replay().write(s), s);
  const Json& compute = scenario["compute"];
  CHECK(compute["time"]["kind"] == "shifted_exponential");
  CHECK(compute["time"]["shift"].get<double>() == Approx(4e-3).margin(14e-3 / 1200));
  CHECK(compute["time"]["mean"].get<double>() == Approx(1e-3).margin(5e-3 / std::sqrt(1200)));
  REQUIRE(compute["agents"].size() == 1);
  CHECK(compute["agents"][0]["agents"] == Json{3});
  CHECK(compute["agents"][0]["time"]["kind"] == "lognormal");
  CHECK(compute["agents"][0]["time"]["median"].get<double>() == Approx(30e-3).margin(5 * 0.3 * 30e-3 / 20));
  CHECK(compute["agents"][0]["time"]["sigma"].get<double>() == Approx(0.3).margin(5 * 0.3 / std::sqrt(800)));

  const Json& network = scenario["network"];
  CHECK(network["latency"]["kind"] == "lognormal");
  CHECK(network["latency"]["median"].get<double>() == Approx(200e-6).margin(5 * 0.5 * 200e-6 / std::sqrt(1200)));
  CHECK(network["bandwidth"].get<double>() == Approx(1e9).epsilon(0.05));
  CHECK(network["overhead"].get<double>() == Approx(10e-6));
  CHECK(network["intra_host"]["bandwidth"].get<double>() == Approx(1e10).epsilon(0.1));
  CHECK(network["intra_host"]["latency"]["kind"] == "shifted_exponential");
  CHECK(network["intra_host"]["latency"]["mean"].get<double>() == Approx(20e-6).margin(5 * 20e-6 / std::sqrt(600)));
}

TEST_CASE("calibrate replaces what was measured, drops what is inside it, and keeps the rest") {
  Scratch s;
  const auto [result, scenario] = calibrate(Replay().write(s), s);
  const Json before = Json::parse(replayed);
  for (const char* key : {"name", "seed", "topology", "problem", "algorithm", "stop", "expect"}) CHECK(scenario[key] == before[key]);
  CHECK(scenario["compute"].size() == 2);  // time and agents
  CHECK(scenario["network"]["loss"] == 0.01);
  CHECK(scenario["network"]["ordering"] == "fifo");
  CHECK(scenario["network"]["links"] == Json::parse(R"([{"edges": [[0, 1]], "loss": 0.5}])"));
  CHECK(scenario["hosts"] == Json::parse(R"({"count": 2, "assignment": "block"})"));
  CHECK(contains(scenario["//calibrated"].get<std::string>(), "stragglers and per_agent were dropped"));
}

TEST_CASE("the calibrated scenario is fine by check, and its simulation steps as often as the replay did") {
  Scratch s;
  const auto [result, scenario] = calibrate(Replay().write(s), s);
  const auto file = (s.path / "calibrated.json").string();
  CHECK(taubar_("check " + file, s).code == 0);
  const auto run = taubar_("run " + file + lossless + " --json", s);
  CHECK(run.code == 0);
  const auto summary = Json::parse(run.out);
  // Of 20 s three agents spend 5 ms a step and one 30 ms e^(0.045), and each sends three messages of 10 us overhead.
  const double steps = 20 * (3 / (5e-3 + 30e-6) + 1 / (30e-3 * std::exp(0.045) + 30e-6));
  CHECK(summary["updates"].get<double>() == Approx(steps).epsilon(0.03));
}

TEST_CASE("calibrate prints every candidate with its p and says which was chosen; --json says the same as one object") {
  Scratch s;
  const auto directory = Replay().write(s);
  const auto text = calibrate(directory, s).result.out;
  for (const char* part : {"compute.time, agents 0, 1, 2: 1200 samples", "  * shifted_exponential", "    weibull", "KS", "shift 4",
                           "compute.agents/0.time, agent 3", "network.bandwidth: ", "95 % interval", "Anderson-Darling over 4 agents"})
    CHECK(contains(text, part));
  const auto result = calibrate(directory, s, " --json").result;
  CHECK(result.err.empty());
  const auto json = Json::parse(result.out);
  REQUIRE(json["laws"].size() == 4);
  CHECK(json["laws"][0]["name"] == "compute.time");
  CHECK(json["laws"][0]["chosen"] == "shifted_exponential");
  CHECK(json["laws"][0]["fits"] == true);
  CHECK(json["laws"][0]["candidates"].size() == 7);
  CHECK(json["laws"][0]["candidates"][0]["law"]["kind"] == "shifted_exponential");
  CHECK(json["bandwidths"].size() == 2);
  CHECK(json["bandwidths"][0]["low"].get<double>() < 1e9);
  CHECK(json["bandwidths"][0]["high"].get<double>() > 1e9);
}

TEST_CASE("calibrate gives the same bytes twice") {
  Scratch s;
  const auto directory = Replay().write(s);
  CHECK(calibrate(directory, s).scenario.dump() == calibrate(directory, s).scenario.dump());
}

TEST_CASE("--empirical keeps at most 1,000 samples of each, and runs") {
  Scratch s;
  const auto scenario = calibrate(Replay().write(s), s, " --empirical").scenario;
  CHECK(scenario["compute"]["time"]["kind"] == "empirical");
  CHECK(scenario["compute"]["time"]["samples"].size() == 1000);
  CHECK(scenario["compute"]["agents"][0]["time"]["samples"].size() == 400);
  CHECK(scenario["network"]["latency"]["kind"] == "empirical");
  CHECK(taubar_("run " + (s.path / "calibrated.json").string() + lossless + " --quiet", s).code == 0);
}

TEST_CASE("steps with two peaks are said to fit no law, with --empirical as the way out") {
  Scratch s;
  Replay replay;
  replay.step = [](int, Stream& stream) { return (stream.uniform() < 0.5 ? 4e-3 : 12e-3) * std::exp(0.1 * stream.normal()); };
  const auto json = Json::parse(calibrate(replay.write(s), s, " --json").result.out);
  REQUIRE(json["laws"][0]["name"] == "compute.time");
  CHECK(json["laws"][0]["samples"] == 1600);
  CHECK(json["laws"][0]["fits"] == false);
  CHECK(noted(json["laws"][0]["notes"], "no law fits (all p < 0.01)"));
  CHECK(noted(json["laws"][0]["notes"], "--empirical"));
}

TEST_CASE("steps of 5 ms at whose begin an agent sends three messages of 0.2 ms overhead compute for 4.4 ms") {
  Scratch s;
  Replay replay;
  replay.overhead = 0.2e-3;
  replay.first_send = 1e-6;
  replay.interval = 5e-3;  // agent i sends 0.5 i ms and 1 us after the begin
  replay.steps = replay.rounds;
  replay.step = [](int, Stream&) { return 5e-3; };
  const auto compute = calibrate(replay.write(s), s).scenario["compute"];
  CHECK(compute["time"]["kind"] == "constant");
  CHECK(compute["time"]["value"].get<double>() == Approx(4.4e-3));
  CHECK_FALSE(compute.contains("agents"));
}

TEST_CASE("equal steps are constant, and steps that follow one another are warned of") {
  Scratch s;
  Replay replay;
  replay.step = [](int, Stream&) { return 5e-3; };
  CHECK(calibrate(replay.write(s), s).scenario["compute"] == Json::parse(R"({"time": {"kind": "constant", "value": 0.005}})"));
  replay.step = [level = 0.0](int, Stream& stream) mutable {
    level = 0.9 * level + 0.1 * stream.normal();
    return 5e-3 * std::exp(level);
  };
  CHECK(contains(calibrate(replay.write(s), s).result.out, "each step goes with the one before (correlation 0."));
}

TEST_CASE("with messages of one size the bandwidth is left out, inside hosts as good as infinite") {
  Scratch s;
  Replay replay;
  replay.sizes = {1000};
  const auto one_size = calibrate(replay.write(s), s);
  CHECK_FALSE(one_size.scenario["network"].contains("bandwidth"));
  CHECK_FALSE(one_size.scenario["network"]["intra_host"].contains("bandwidth"));
  CHECK(contains(one_size.result.out, "network.bandwidth: cannot be known, the messages are of one size"));

  replay.sizes = {1000, 100000};
  replay.travel = [](bool intra, int bytes, Stream& stream) {
    return 100e-6 * std::exp(0.5 * stream.normal()) + (intra ? 0 : 8.0 * bytes / 1e9);
  };
  const auto inside = calibrate(replay.write(s), s);
  CHECK(inside.scenario["network"]["bandwidth"].get<double>() == Approx(1e9).epsilon(0.05));
  CHECK(inside.scenario["network"]["intra_host"]["bandwidth"].get<double>() > 1e12);
}

TEST_CASE("latencies below 0 are moved to 0, counted and told, with the clocks' uncertainty") {
  Scratch s;
  Replay replay;
  replay.sizes = {1000};
  replay.travel = [](bool intra, int, Stream& stream) { return 50e-6 * stream.exponential() - (intra ? 0 : 1e-6); };
  const auto json = Json::parse(calibrate(replay.write(s), s, " --json").result.out);
  for (const auto& law : json["laws"])
    if (law["name"] == "network.latency") {
      CHECK(law["zeros"].get<int>() > 0);
      CHECK(noted(law["notes"], "came out below 0, by at most "));
      CHECK(noted(law["notes"], "the clocks agree to 2us"));
      CHECK(law["chosen"] == "mixture");  // about 2 % of them
      CHECK(noted(law["notes"], "the law is a mixture of 0 and what was fitted to the others"));
    }
  CHECK(taubar_("check " + (s.path / "calibrated.json").string(), s).code == 0);
}

TEST_CASE("a time scale of 10 leaves virtual durations as they are and divides the sender's real seconds") {
  Scratch s;
  Replay replay;
  replay.time_scale = 10;
  const auto scenario = calibrate(replay.write(s), s).scenario;
  CHECK(scenario["network"]["overhead"].get<double>() == Approx(10e-6));
  CHECK(scenario["compute"]["time"]["shift"].get<double>() == Approx(4e-3).margin(14e-3 / 1200));
}

TEST_CASE("hosts are written as block or round robin, and left out where they are neither") {
  Scratch s;
  Replay replay;
  replay.hosts = {0, 1, 0, 1};
  CHECK(calibrate(replay.write(s), s).scenario["hosts"] == Json::parse(R"({"count": 2, "assignment": "round_robin"})"));
  replay.hosts = {0, 1, 1, 0};
  const auto neither = calibrate(replay.write(s), s);
  CHECK_FALSE(neither.scenario.contains("hosts"));
  CHECK(contains(neither.result.out, "neither block nor round_robin"));
  CHECK(taubar_("check " + (s.path / "calibrated.json").string(), s).code == 0);
}

TEST_CASE("the server of a master-worker method, agent 4, is no agent of the hosts section") {
  Scratch s;
  Replay replay;
  Json scenario = Json::parse(replayed);
  scenario["algorithm"] = {{"kind", "master_worker_gradient_descent"}, {"step_size", 0.1}};
  replay.scenario = scenario.dump();
  replay.hosts = {0, 0, 1, 1, 0};
  CHECK(calibrate(replay.write(s), s).scenario["hosts"] == Json::parse(R"({"count": 2, "assignment": "block"})"));
  CHECK(taubar_("run " + (s.path / "calibrated.json").string() + lossless + " --quiet", s).code == 0);
}

TEST_CASE("fewer than 20 steps or messages give a constant, their mean, and say so; no message keeps the network") {
  Scratch s;
  Replay replay;
  replay.steps = 4;
  replay.rounds = 1;
  replay.step = [](int, Stream& stream) { return 5e-3 + 1e-4 * stream.uniform(); };
  const auto few = calibrate(replay.write(s), s);
  CHECK(few.scenario["compute"]["time"]["kind"] == "constant");
  CHECK(few.scenario["network"]["latency"]["kind"] == "constant");
  CHECK(contains(few.result.out, "16 samples are too few for a law (at least 20 positive ones): constant, their mean"));
  replay.rounds = 0;
  const auto none = calibrate(replay.write(s), s);
  CHECK(none.scenario["network"]["latency"] == "1ms");
  CHECK(none.scenario["network"]["bandwidth"] == 1e6);
  CHECK(contains(none.result.out, "network: no messages between hosts; kept as it was"));
}

TEST_CASE("what is missing or malformed in a replay directory is named with file and line, exit 2, and nothing is written") {
  Scratch s;
  const auto directory = Replay().write(s);
  const auto refused = [&](const std::string& where) {
    const auto r = taubar_("calibrate " + where + " --out " + (s.path / "c.json").string(), s);
    CHECK(r.code == 2);
    CHECK_FALSE(fs::exists(s.path / "c.json"));
    return r.err;
  };
  CHECK(contains(refused((s.path / "nowhere").string()), "is no directory"));
  const auto steps = read(fs::path(directory) / "steps.csv");
  s.file("replay/steps.csv", steps + "1,400,abc,0.005,0.005,\n9,0,0,1,1,\n0,1,2\n1,1,0,-1,0,\n");
  auto err = refused(directory);
  CHECK(contains(err, "steps.csv:1602: begin is \"abc\"; accepted is a number"));
  CHECK(contains(err, "steps.csv:1603: agent is 9; accepted are 0 to 3"));
  CHECK(contains(err, "steps.csv:1604: 3 fields; the header has 6"));
  CHECK(contains(err, "steps.csv:1605: duration is -1; accepted are numbers from 0"));
  s.file("replay/steps.csv", "agent,begin\n");
  fs::remove(fs::path(directory) / "ranks.csv");
  err = refused(directory);
  CHECK(contains(err, "steps.csv:1: there is no column duration; needed are agent, begin, duration"));
  CHECK(contains(err, "ranks.csv: cannot be read"));
  s.file("replay/steps.csv", "agent,step,begin,duration,work,excess\n");
  s.file("replay/ranks.csv", Replay().ranks_csv());
  CHECK(contains(refused(directory), "no completed local step"));
  s.file("replay/manifest.json", R"({"scenario": {}, "replay": {"ranks": 2, "pace": "native", "time_scale": 0}})");
  CHECK(contains(refused(directory), "/replay/time_scale: must be a positive number"));
  s.file("replay/manifest.json", R"({"scenario": {}})");
  CHECK(contains(refused(directory), "/replay: is missing"));
}
