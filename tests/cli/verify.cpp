// verify and bounds as a user meets them: the page, exit codes, JSON, JUnit, curves.
#include "tests/cli/program.hpp"

#include "tests/support/catch.hpp"

using namespace cli;

namespace {

const std::string watched = R"({
  "name": "good", "topology": {"kind": "ring", "agents": 4},
  "problem": {"kind": "quadratic", "dimension": 2},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
  "compute": {"time": {"kind": "uniform", "low": "8ms", "high": "12ms"}}, "stop": {"virtual_time": "2s"}
})";

/// Rates 2:1, where the published distance of minimizers is too small.
const std::string two_rates = R"({
  "name": "two rates", "topology": {"kind": "complete", "agents": 2},
  "problem": {"kind": "quadratic", "curvatures": [[1], [1]], "centres": [[1], [-1]]},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.01},
  "compute": {"time": "1s", "stragglers": [{"agents": [1], "factor": 2}]},
  "network": {"latency": "0.1s"}, "stop": {"virtual_time": "300s"}
})";

Json verdict_of(const Json& summary, const std::string& bound) {
  for (const auto& verdict : summary["bounds"])
    if (verdict["bound"] == bound) return verdict;
  return nullptr;
}

}  // namespace

TEST_CASE("verify prints assumptions, constants and verdicts, and exits 0 when nothing is violated") {
  Scratch s;
  const auto r = taubar_("verify " + s.file("good.json", watched), s);
  CHECK(r.code == 0);
  for (const char* part : {"HOLDS          gradient_push.consensus_certificate  [CERT]", "HOLDS          push_sum.mass  [INV]",
                           "assumed    every step sends its shares", "tau_proc", "slack", "0 violated", "DOES NOT APPLY"})
    CHECK(contains(r.out, part));
}

TEST_CASE("verify --json is the run's summary with its bounds, and the run is the same as unwatched") {
  Scratch s;
  const auto file = s.file("good.json", watched);
  const auto watched = Json::parse(taubar_("verify " + file + " --json", s).out);
  const auto alone = Json::parse(taubar_("run " + file + " --json", s).out);
  CHECK(watched["fingerprint"] == alone["fingerprint"]);
  const auto certificate = verdict_of(watched, "gradient_push.consensus_certificate");
  CHECK(certificate["outcome"] == "holds");
  CHECK(certificate["class"] == "CERT");
  CHECK(certificate["curve"].size() > 20);
  CHECK(certificate["measured"].get<double>() <= certificate["limit"].get<double>());
}

TEST_CASE("a finding exits 0 when found by itself, and 1 when the bound is asked for by name or expected") {
  Scratch s;
  const auto file = s.file("two.json", two_rates);
  const std::string name = "gradient_push.distance_of_minimizers";
  const auto found = taubar_("verify " + file, s);
  CHECK(found.code == 0);
  CHECK(contains(found.out, "FINDING    the published formula gives 0.288"));
  CHECK(taubar_("verify " + file + " --bound " + name, s).code == 1);
  CHECK(taubar_("run " + file + " --quiet --set '/expect=[{\"bound\":\"" + name + "\"}]'", s).code == 1);
  CHECK(taubar_("run " + file + " --quiet --set '/expect=[{\"bound\":\"gradient_push.rate_bias\"}]'", s).code == 0);
}

TEST_CASE("a network that loses messages violates the mass invariant: verify exits 1 and says how much weight went") {
  Scratch s;
  const auto r = taubar_("verify " + s.file("good.json", watched) + " --set /network/loss=0.3 --set /stop/virtual_time=200ms", s);
  CHECK(r.code == 1);
  CHECK(contains(r.out, "VIOLATED       push_sum.mass"));
  CHECK(contains(r.out, "the network lost push-sum weight"));
}

TEST_CASE("verify --junit and --out leave a test case a bound and the curves") {
  Scratch s;
  const auto junit = s.path / "bounds.xml";
  const auto r = taubar_("verify " + s.file("good.json", watched) + " --quiet --junit " + junit.string() + " --out " +
                             (s.path / "out").string(), s);
  CHECK(r.code == 0);
  CHECK(r.out.empty());
  const std::string xml = read(junit);
  CHECK(contains(xml, "<testcase classname=\"good\" name=\"push_sum.mass\">"));
  CHECK(contains(xml, "failures=\"0\""));
  CHECK(contains(xml, "<skipped message="));
  const std::string csv = read(s.path / "out" / "bounds.csv");
  CHECK(contains(csv, "bound,log10,k,time,measured,limit\n"));
  CHECK(contains(csv, "gradient_push.consensus_certificate,0,"));
  CHECK(fs::file_size(s.path / "out" / "summary.json") > 0);
}

TEST_CASE("bounds says before a run how vacuous the theorem is, and which step contracts") {
  Scratch s;
  const auto r = taubar_("bounds " + s.file("good.json", watched) + " --set /network/latency=1ms", s);
  CHECK(r.code == 0);
  CHECK(contains(r.out, "REPORTED       gradient_push.consensus  [THM]"));
  CHECK(contains(r.out, "limit / e = 10^"));
  CHECK(contains(r.out, "largest step"));
  const auto unbounded = taubar_("bounds " + s.file("good.json", watched) +
                                     " --bound gradient_push.consensus --set '/network/latency={\"kind\":\"exponential\",\"mean\":\"1ms\"}'", s);
  CHECK(unbounded.code == 1);
  CHECK(contains(unbounded.out, "NOT MET    staleness is bounded"));
}

TEST_CASE("an unknown bound is an error that names those there are: exit 2") {
  Scratch s;
  const auto file = s.file("good.json", watched);
  const auto option = taubar_("verify " + file + " --bound nonsense", s);
  CHECK(option.code == 2);
  CHECK(contains(option.err, "gradient_push.consensus"));
  const auto field = taubar_("run " + file + " --set '/expect=[{\"bound\":\"gradient_push.consensu\"}]'", s);
  CHECK(field.code == 2);
  CHECK(contains(field.err, "did you mean \"gradient_push.consensus\""));
  CHECK(contains(taubar_("list bounds", s).out, "[CERT]"));
}
