// Every algorithm in both worlds. The ranks are threads (tests/cli has real ones); pace and time are real.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "sim/experiment/readiness.hpp"
#include "sim/experiment/replay.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

/// On `ranks` threads; rank 0's trace.
trace::Trace replay(const std::string& json, int ranks, const experiment::ReplayOptions& options) {
  Loopback loopback(ranks);
  trace::Trace of_rank_0;
  loopback.on_all([&](mpi::Transport& transport) {
    experiment::BuildOptions build;
    build.solve = transport.rank() == 0;
    const auto built = experiment::prepare(read_scenario(json), build);
    auto trace = experiment::replay(*built, transport, options, {});
    if (transport.rank() == 0) of_rank_0 = std::move(trace);
  });
  return of_rank_0;
}

experiment::ReplayOptions paced(double scale) {
  experiment::ReplayOptions options;
  options.pace = mpi::Pace::scenario;
  options.time_scale = scale;
  options.time_limit = 120;
  return options;
}

std::string quadratic(const std::string& algorithm, const std::string& rest) {
  return fmt::format(R"({{"topology": {{"kind": "ring", "agents": 5}},
    "problem": {{"kind": "quadratic", "dimension": 3, "condition_number": 4, "heterogeneity": 1,
                 "initial": {{"kind": "normal", "per_agent": true}}}},
    "algorithm": {}, {}}})",
                     algorithm, rest);
}

/// The catalogue's algorithms, with parameters for the quadratic of the tests, whose L is 1.
struct Method {
  std::string json;
  double distance;  ///< below which it comes in the time of the tests
  std::int64_t updates = 3000;  ///< of all agents together
};
const std::vector<Method>& methods() {
  static const std::vector<Method> all{
      {R"({"kind": "all_reduce_gradient_descent", "step_size": 0.5})", 1e-6},
      {R"({"kind": "asynchronous_gradient_push", "step_size": {"kind": "polynomial", "initial": 0.5, "power": 0.6}})", 0.2},
      {R"({"kind": "asynchronous_sgd", "step_size": {"kind": "polynomial", "initial": 0.1, "power": 0.6}})", 0.2},
      {R"({"kind": "decentralized_gradient_descent", "step_size": {"kind": "polynomial", "initial": 0.5, "power": 0.6}})", 0.2},
      {R"({"kind": "delayed_langevin", "step_size": {"kind": "polynomial", "initial": 0.1, "power": 0.6}, "temperature": 1e-4})", 0.2},
      {R"({"kind": "elastic_averaging_sgd", "step_size": 0.2, "elasticity": 0.1, "synchronous": true})", 1e-6},
      {R"({"kind": "extra_push", "step_size": 0.2})", 1e-6},
      {R"({"kind": "gradient_push", "step_size": {"kind": "polynomial", "initial": 0.5, "power": 0.6}})", 0.2},
      // Descent to the minimisers of the f_i, whose mean is that of F: their curvatures are equal.
      {R"({"kind": "langevin_population", "step_size": 0.5, "temperature": 0, "particles": 2})", 1e-6},
      {R"({"kind": "master_worker_gradient_descent", "step_size": 0.5})", 1e-6},
      {R"({"kind": "minibatch_sgd", "step_size": 0.5})", 1e-6},
      {R"({"kind": "push_diging", "step_size": 0.2})", 1e-6},
      {R"({"kind": "push_sum"})", 1e-6},
      {R"({"kind": "rennala_sgd", "step_size": {"kind": "polynomial", "initial": 0.5, "power": 0.6}, "batch": 5})", 0.2},
      {R"({"kind": "ringmaster_asgd", "step_size": {"kind": "polynomial", "initial": 0.1, "power": 0.6}, "threshold": 10})", 0.2},
      {R"({"kind": "robust_asynchronous_gradient_push", "step_size": {"kind": "polynomial", "initial": 0.5, "power": 0.6}})", 0.2},
      {R"({"kind": "stochastic_gradient_push", "step_size": {"kind": "polynomial", "initial": 0.5, "power": 0.6}})", 0.2},
      // One agent works at a time: a fifth of the steps of the others in the same time.
      {R"({"kind": "token_sgd", "step_size": {"kind": "polynomial", "initial": 5, "power": 1, "offset": 10}, "alpha": 5})", 0.2, 600}};
  return all;
}

std::string kind_of(const std::string& json) { return config::Json::parse(json)["kind"].get<std::string>(); }

}  // namespace

TEST_CASE("the tests of replay name every algorithm of the catalogue") {
  std::vector<std::string> tested;
  for (const auto& method : methods()) tested.push_back(kind_of(method.json));
  std::sort(tested.begin(), tested.end());
  std::vector<std::string> listed;
  for (const auto& entry : algorithm::algorithms().any().entries) listed.emplace_back(entry.name);
  CHECK(tested == listed);
}

// Every step is stretched by 1 ms: agents that compute in no time hear nothing for hundreds of steps, and then asynchronous
// gradient-push diverges, as the authors' own program does.
TEST_CASE("every algorithm comes to its minimiser on 2, 3 and 4 ranks at native pace, and no mass is lost") {
  for (const auto& method : methods()) {
    const std::string json =
        quadratic(method.json, fmt::format(R"("compute": {{"time": "1ms", "stragglers": [{{"agents": "all", "add": "1ms"}}]}},
                                              "stop": {{"updates": {}}}, "limits": {{"wall_time": 100}})",
                                           method.updates));
    for (const int ranks : {2, 3, 4}) {
      const auto trace = replay(json, ranks, {});
      INFO(kind_of(method.json) << " on " << ranks << " ranks");
      CHECK(trace.stopped_by == trace::StoppedBy::updates);
      CHECK(trace.counts.updates >= method.updates);
      CHECK(trace.final.at("distance") < method.distance);
      if (trace.final.contains("mass_error")) CHECK(trace.final.at("mass_error") < 1e-12);
      std::int64_t steps = 0;
      for (const auto s : trace.steps) steps += s;
      CHECK(steps <= trace.counts.updates);  // a server's are no agent's
      CHECK(trace.counts.in_flight() >= 0);
      CHECK(trace.replay->ranks.size() == static_cast<std::size_t>(ranks));
      std::int64_t unread = 0;
      for (const auto& m : trace.replay->messages) unread += m.waited < 0;
      CHECK(trace.counts.taken == static_cast<std::int64_t>(trace.replay->messages.size()) - unread);
      CHECK(trace.idle_share > -1e-9);
      CHECK(trace.idle_share < 1);
    }
  }
}

// In virtual time the first forces of all workers come at one instant, on ranks in some order: here bits are not compared.
TEST_CASE("asynchronous elastic averaging with a period of 2 comes within 0.2 of its minimiser on 2, 3 and 4 ranks at native pace") {
  const std::string json = quadratic(
      R"({"kind": "elastic_averaging_sgd", "step_size": {"kind": "polynomial", "initial": 0.5, "power": 0.6}, "elasticity": 0.1, "period": 2})",
      R"("compute": {"time": "1ms", "stragglers": [{"agents": "all", "add": "1ms"}]}, "stop": {"updates": 3000}, "limits": {"wall_time": 100})");
  for (const int ranks : {2, 3, 4}) {
    const auto trace = replay(json, ranks, {});
    INFO(ranks << " ranks");
    CHECK(trace.stopped_by == trace::StoppedBy::updates);
    CHECK(trace.final.at("distance") < 0.2);
    CHECK(trace.server->updates > 1400);
    CHECK(trace.staleness.count() == trace.server->updates);
  }
}

TEST_CASE("lost and duplicated messages are the scenario's at native pace: 20 % and 10 % of 5,000") {
  const std::string json = quadratic(
      R"({"kind": "asynchronous_gradient_push", "step_size": 1e-200, "weight_floor": 0})",
      R"("compute": {"time": "1ms", "stragglers": [{"agents": "all", "add": "1ms"}]},
         "network": {"loss": 0.2, "duplicate": 0.1}, "stop": {"updates": 2500})");
  const auto trace = replay(json, 2, {});
  const double sent = static_cast<double>(trace.counts.messages);
  CHECK(sent > 4000);
  // Five standard deviations of a binomial: a false alarm in 2 million runs.
  CHECK(std::abs(static_cast<double>(trace.counts.lost) / sent - 0.2) < 5 * std::sqrt(0.16 / sent));
  CHECK(std::abs(static_cast<double>(trace.counts.duplicated) / (0.8 * sent) - 0.1) < 5 * std::sqrt(0.09 / (0.8 * sent)));
}

TEST_CASE("with events 5 ms apart a paced replay ends in the very bits of the run in virtual time, given real time enough") {
  // Compute times of which no two multiples are less than 10 ms apart, nor of the times with 10 ms more (a server's
  // exchanges), and a latency half as long. On a machine that is busy with other work 5 ms are over unseen: the time scale
  // grows until the order is kept. A wrong order of handling is wrong at every scale.
  const std::string rest = R"("compute": {"agents": [{"agents": [0], "time": "104ms"}, {"agents": [1], "time": "120ms"},
      {"agents": [2], "time": "132ms"}, {"agents": [3], "time": "146ms"}, {"agents": [4], "time": "174ms"}], "time": "100ms"},
    "network": {"latency": "5ms"}, "stop": {"virtual_time": "0.5s"}, "record": {"every": "250ms"})";
  for (const auto& method : methods()) {
    const std::string json = quadratic(method.json, rest);
    const trace::Trace expected = walk(json).trace;
    const auto same = [&](const trace::Trace& trace) {
      bool equal = trace.stopped_by == trace::StoppedBy::virtual_time && trace.counts.updates == expected.counts.updates &&
                   trace.counts.messages == expected.counts.messages && trace.steps == expected.steps;
      for (const char* metric : {"distance", "consensus_error", "distance_worst"})
        equal = equal && trace.final.at(metric) == expected.final.at(metric);
      equal = equal && trace.server.has_value() == expected.server.has_value();
      if (equal && expected.server)
        equal = trace.server->updates == expected.server->updates && trace.server->delay_sum == expected.server->delay_sum &&
                trace.server->dropped == expected.server->dropped && trace.staleness.count() == expected.staleness.count();
      // Where virtual time knows equal instants, real time does not: only here are all of them distinct.
      if (kind_of(method.json) == "asynchronous_gradient_push") equal = equal && trace.tau_proc == expected.tau_proc;
      return equal;
    };
    for (const int ranks : {2, 4}) {
      bool found = false;
      for (double scale = 1; scale <= 16 && !found; scale *= 2) found = same(replay(json, ranks, paced(scale)));
      INFO(kind_of(method.json) << " on " << ranks << " ranks, time scales 1 to 16");
      CHECK(found);
    }
  }
}

TEST_CASE("paced replay draws what virtual time draws: 200 exponential steps differ by their excess alone") {
  const std::string json = quadratic(R"({"kind": "asynchronous_gradient_push", "step_size": 0.01})",
                                     R"("compute": {"time": {"kind": "exponential", "mean": "20ms"}},
                                        "network": {"latency": "1ms"}, "stop": {"updates": 200})");
  const auto trace = replay(json, 2, paced(1));
  const auto scenario = read_scenario(json);
  compute::ComputeModel law(scenario.compute, 5, static_cast<std::uint64_t>(scenario.seed));
  std::vector<std::uint64_t> step(5, 0);
  CHECK(trace.replay->steps.size() >= 200);
  for (const auto& s : trace.replay->steps) {
    const Duration drawn = law.duration(s.agent, step[s.agent]++, s.begin, 1);
    CHECK(s.duration - s.excess == drawn);
    CHECK(s.excess >= 0);
  }
}

TEST_CASE("a straggler's 30 ms are imposed at native pace too") {
  const std::string json =
      quadratic(R"({"kind": "asynchronous_gradient_push", "step_size": 0.01})",
                R"("compute": {"time": "1ms", "stragglers": [{"agents": "all", "add": "2ms"}, {"agents": [3], "add": "28ms"}]},
                   "stop": {"virtual_time": "0.4s"})");
  const auto trace = replay(json, 2, {});
  CHECK(trace.steps[3] <= 13);
  CHECK(trace.steps[3] >= 1);
  for (const auto& s : trace.replay->steps)
    if (s.agent == 3) CHECK(s.duration >= 30'000'000);
  CHECK(trace.steps[0] > 3 * trace.steps[3]);
}

TEST_CASE("a synchronous method that has lost a message stalls, and the ranks find out") {
  const std::string json = quadratic(R"({"kind": "gradient_push", "step_size": 0.1})",
                                     R"("compute": {"time": "1ms"}, "network": {"loss": 0.3}, "stop": {"virtual_time": "60s"})");
  experiment::ReplayOptions options;
  options.time_limit = 50;
  CHECK(replay(json, 3, options).stopped_by == trace::StoppedBy::stalled);
}

TEST_CASE("a target ends a replay at a record that meets it") {
  const std::string json = quadratic(
      R"({"kind": "all_reduce_gradient_descent", "step_size": 0.5})",
      R"("compute": {"time": "1ms"}, "stop": {"target": {"distance": 1e-3}, "wall_time": 30}, "record": {"every": "2ms"})");
  const auto trace = replay(json, 2, {});
  CHECK(trace.stopped_by == trace::StoppedBy::target);
  CHECK(trace.time_to("distance", 1e-3).has_value());
}

TEST_CASE("4 ranks do not fit 3 hosts, nor 6 ranks 5 agents; the complaint says which numbers do") {
  auto scenario = read_scenario(quadratic(R"({"kind": "push_sum"})", R"("compute": {"time": 1}, "stop": {"updates": 1}, "hosts": {"count": 3})"));
  const auto complaint = [&](int ranks) {
    try {
      experiment::placement_on(scenario, 5, ranks);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(complaint(3).empty());
  CHECK(complaint(4).find("mpirun -n 3 or srun -n 3") != std::string::npos);
  scenario.hosts.reset();
  CHECK(complaint(4).empty());
  CHECK(complaint(6).find("any number from 1 to 5 fits") != std::string::npos);
}

TEST_CASE("ranks that disagree learn it before the run: another scenario, or a complaint of one rank alone") {
  Loopback loopback(3);
  std::mutex mutex;
  std::vector<int> codes;
  std::string said;
  loopback.on_all([&](mpi::Transport& t) {
    const auto agreed = experiment::agree(t, t.rank() == 2 ? "other" : "same", {}, 2);
    const std::lock_guard lock(mutex);
    codes.push_back(agreed.code);
    if (t.rank() == 0) said = agreed.complaint;
  });
  CHECK(codes == std::vector<int>{2, 2, 2});
  CHECK(said.find("rank 2 (loopback): its scenario, data or program differs") != std::string::npos);
  codes.clear();
  loopback.on_all([&](mpi::Transport& t) {
    const auto agreed = experiment::agree(t, "same", t.rank() == 1 ? experiment::Readiness{4, "too large"} : experiment::Readiness{}, 2);
    const std::lock_guard lock(mutex);
    codes.push_back(agreed.code);
    if (t.rank() == 0) said = agreed.complaint;
  });
  CHECK(codes == std::vector<int>{4, 4, 4});
  CHECK(said.find("rank 1 (loopback): too large") != std::string::npos);
}
