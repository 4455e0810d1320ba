// Runs carried out: in this process, in threads, in worker processes that may crash, and on ranks.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <new>
#include <thread>

#include "core/base/error.hpp"
#include "sim/experiment/run.hpp"
#include "sim/sweep/conduct.hpp"
#include "sim/sweep/estimate.hpp"
#include "sim/sweep/execute.hpp"
#include "sim/sweep/pool.hpp"
#include "sim/sweep/ranks.hpp"
#include "sim/sweep/threads.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/sweep.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

Outcome answer_of(std::size_t run) {
  Outcome o;
  o.status = Status::done;
  o.error = "run " + std::to_string(run);
  return o;
}

std::map<std::size_t, Outcome> carry_out(Crew& crew, std::size_t runs) {
  std::map<std::size_t, Outcome> outcomes;
  for (std::size_t next = 0; outcomes.size() < runs;) {
    while (next < runs && crew.idle() > 0) crew.give(next++);
    for (auto& [run, outcome] : crew.wait(1)) {
      CHECK(outcomes.count(run) == 0);
      outcomes[run] = std::move(outcome);
    }
  }
  return outcomes;
}

struct ExecutedSweep {
  SweepSpec spec;
  Plan plan = make_plan(spec, {});
  RunSettings settings;

  explicit ExecutedSweep(const std::string& more) : spec(tiny_sweep(more)) {}
  Outcome run(std::size_t index, StructureCache& cache) const { return execute(spec, plan, plan.runs[index], settings, cache); }
  Outcome run(std::size_t index) const {
    StructureCache cache(1e9);
    return run(index, cache);
  }
};

}  // namespace

TEST_CASE("a run of a sweep has the fingerprint and the summary of the same scenario run alone") {
  const ExecutedSweep s(R"("grid": {"/algorithm/step_size": [0.05, 0.1]}, "seeds": {"first": 3})");
  const auto o = s.run(1);
  CHECK(o.status == Status::done);
  CHECK(o.exit_code == 0);
  auto document = config::Document::parse(tiny_scenario, "test");
  document.set("/seed=3");
  const auto experiment = experiment::build(experiment::Scenario::read(document, {}), {});
  const auto trace = experiment::run(*experiment);
  const auto summary = config::Json::parse(o.summary);
  CHECK(std::stoull(o.fingerprint, nullptr, 16) == trace.fingerprint);
  CHECK(summary["final"]["suboptimality"] == trace.final.at("suboptimality"));
  const auto descents = unpack(o.descents);
  for (const double level : {1.0, 0.1, 0.01}) {
    const auto& descent = descents.at("suboptimality");
    const auto at = std::find_if(descent.begin(), descent.end(), [&](const auto& point) { return point.second <= level; });
    CHECK((at == descent.end() ? std::nullopt : std::optional(at->first)) == trace.time_to("suboptimality", level));
  }
}

TEST_CASE("what goes wrong is the run's result: diverged, refused, beyond its limit, not as expected") {
  const auto first = [](const std::string& set) { return ExecutedSweep("\"set\": {" + set + "}").run(0); };
  const auto diverged = first(R"("/algorithm/step_size": 1e9, "/stop/virtual_time": 10000)");
  CHECK(diverged.status == Status::failed);
  CHECK(diverged.exit_code == 3);
  CHECK(diverged.error.find("diverged") == 0);
  const auto refused = first(R"("/limits": {"memory": 1000})");
  CHECK(refused.status == Status::refused);
  CHECK(refused.exit_code == 4);
  const auto missed = first(R"("/expect": [{"metric": "suboptimality", "at": "end", "below": 1e-300}])");
  CHECK(missed.status == Status::done);
  CHECK(missed.exit_code == 1);
  const auto events = first(R"("/limits": {"events": 10})");
  CHECK(events.status == Status::failed);
  CHECK(events.error == "more events than /limits/events");

  ExecutedSweep endless(R"("set": {"/stop/virtual_time": 1e9})");
  endless.settings.time_limit = 0.1;
  const auto late = endless.run(0);
  CHECK(late.status == Status::timed_out);
  CHECK(late.exit_code == 3);
  CHECK(late.error == "took longer than the limit of 100ms a run");
}

TEST_CASE("structures are built once for all step sizes and algorithms, and once a seed unless there is a structure seed") {
  const std::string grid = R"("grid": {"/algorithm/kind": ["gradient_push", "asynchronous_gradient_push"], "/algorithm/step_size": [0.05, 0.1]}, "seeds": {"count": 3})";
  for (const auto& [more, structures] : {std::pair(std::string(), 3u), {R"(, "set": {"/structure_seed": 9})", 1u}}) {
    const ExecutedSweep s(grid + more);
    StructureCache cache(1e9), none(0);
    for (std::size_t i = 0; i < s.plan.runs.size(); ++i) {
      const auto shared = s.run(i, cache);
      CHECK(shared.status == Status::done);
      CHECK(shared.fingerprint == s.run(i, none).fingerprint);
    }
    CHECK(cache.built() == structures);
    CHECK(none.built() >= structures);
  }
}

TEST_CASE("a structure that is there already is refused to a run that would not fit with it") {
  const ExecutedSweep s(R"("grid": {"/limits/memory": ["1GB", "1kB"]})");
  StructureCache cache(1e9);
  CHECK(s.run(0, cache).status == Status::done);
  CHECK(s.run(1, cache).status == Status::refused);
}

TEST_CASE("processes and threads carry out 200 runs, each once, with its own answer") {
  Pool pool(answer_of, {3, {}, {}});
  Threads threads([](std::size_t run, const std::atomic<int>&) { return answer_of(run); }, 3);
  for (Crew* crew : {static_cast<Crew*>(&pool), static_cast<Crew*>(&threads)}) {
    CHECK(crew->idle() == 3);
    const auto outcomes = carry_out(*crew, 200);
    REQUIRE(outcomes.size() == 200);
    for (const auto& [run, outcome] : outcomes) CHECK(outcome.error == "run " + std::to_string(run));
    CHECK(crew->idle() == 3);
  }
}

TEST_CASE("an answer of 5 MB comes whole") {
  Pool pool(
      [](std::size_t run) {
        auto o = answer_of(run);
        o.summary.assign(5'000'000, static_cast<char>('a' + run));
        return o;
      },
      {2, {}, {}});
  for (const auto& [run, outcome] : carry_out(pool, 6)) CHECK(outcome.summary == std::string(5'000'000, static_cast<char>('a' + run)));
}

TEST_CASE("a worker that crashes, exits or is killed costs its run, which says so, and another takes its place") {
  Pool pool(
      [](std::size_t run) {
        if (run == 3) {
          std::signal(SIGSEGV, SIG_DFL);  // else Catch would tell of it
          std::raise(SIGSEGV);
        }
        if (run == 5) ::_exit(7);
        if (run == 7) ::kill(::getpid(), SIGKILL);
        return answer_of(run);
      },
      {2, {}, {}});
  const auto outcomes = carry_out(pool, 10);
  REQUIRE(outcomes.size() == 10);
  for (const auto& [run, outcome] : outcomes)
    CHECK((outcome.status == Status::crashed) == (run == 3 || run == 5 || run == 7));
  CHECK(outcomes.at(5).error == "its worker exited with code 7");
  CHECK(outcomes.at(7).error.find("signal 9") != std::string::npos);
  CHECK(outcomes.at(7).exit_code == 3);
}

TEST_CASE("a worker that is killed while it has nothing to do costs no run") {
  Pool pool(answer_of, {1, {}, {}});
  const pid_t worker = pool.processes().front();
  ::kill(worker, SIGKILL);
  siginfo_t gone;
  ::waitid(P_PID, static_cast<id_t>(worker), &gone, WEXITED | WNOWAIT);  // looks, and leaves it to the pool to bury
  const auto outcomes = carry_out(pool, 3);
  for (const auto& [run, outcome] : outcomes) CHECK(outcome.status == Status::done);
}

TEST_CASE("a run that does not end when its time is up is killed, and the others go on") {
  Pool pool(
      [](std::size_t run) {
        if (run == 1) std::this_thread::sleep_for(std::chrono::hours(1));
        return answer_of(run);
      },
      {2, 0.05, {}});
  const auto outcomes = carry_out(pool, 6);
  for (const auto& [run, outcome] : outcomes) CHECK(outcome.status == (run == 1 ? Status::timed_out : Status::done));
}

#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE("a run that asks for more memory than workers have is told that there is none, and the worker lives") {
  const ExecutedSweep s("");
  Pool pool(
      [&](std::size_t run) {
        if (run != 1) return answer_of(run);
        try {
          std::string much(std::size_t{1} << 30, 'x');
          return answer_of(much.size());
        } catch (const std::bad_alloc&) {
          Outcome o;
          o.status = Status::crashed;
          return o;
        }
      },
      {1, {}, 1e8});
  const auto before = pool.processes();
  const auto outcomes = carry_out(pool, 3);
  CHECK(outcomes.at(1).status == Status::crashed);
  CHECK(outcomes.at(2).status == Status::done);
  CHECK(pool.processes() == before);
}
#endif

TEST_CASE("an abandoned pool leaves no process behind") {
  std::vector<pid_t> processes;
  {
    Pool pool([](std::size_t run) { return std::this_thread::sleep_for(std::chrono::hours(1)), answer_of(run); }, {3, {}, {}});
    for (std::size_t run = 0; run < 3; ++run) pool.give(run);
    processes = pool.processes();
  }
  for (const pid_t process : processes) CHECK(::kill(process, 0) != 0);
}

TEST_CASE("letters of 0 bytes to 1 MB between ranks arrive whole and in order") {
  Loopback loopback(3);
  loopback.on_all([](mpi::Transport& transport) {
    mpi::JobChannel channel(transport);
    const std::vector<std::size_t> sizes{0, 1, mpi::batch_bytes - 8, mpi::batch_bytes - 7, mpi::batch_bytes, 1'000'000};
    if (transport.rank() > 0)
      for (const auto size : sizes) channel.send(0, std::string(size, static_cast<char>('0' + transport.rank())));
    std::map<int, std::vector<std::string>> letters;
    for (std::size_t count = 0; transport.rank() == 0 && count < 2 * sizes.size();)
      for (auto& [from, letter] : channel.arrived()) letters[from].push_back(std::move(letter)), ++count;
    for (const auto& [from, all] : letters)
      for (std::size_t i = 0; i < sizes.size(); ++i) CHECK(all.at(i) == std::string(sizes[i], static_cast<char>('0' + from)));
    while (!channel.all_sent()) {
    }
  });
}

TEST_CASE("three ranks share 100 runs, each once, and all go home") {
  Loopback loopback(3);
  std::map<std::size_t, Outcome> outcomes;
  loopback.on_all([&](mpi::Transport& transport) {
    Threads own([](std::size_t run, const std::atomic<int>&) { return answer_of(run); }, 1);
    if (transport.rank() > 0) {
      CHECK(serve_rank_0(transport, own, "same"));
      return;
    }
    Ranks ranks(transport, own, "same");
    outcomes = carry_out(ranks, 100);
    CHECK(ranks.complete());
  });
  REQUIRE(outcomes.size() == 100);
  for (const auto& [run, outcome] : outcomes) CHECK(outcome.error == "run " + std::to_string(run));
}

TEST_CASE("a rank that is heard of no more costs its run, which says so; the others do the rest and leave without MPI") {
  Loopback loopback(3);
  std::map<std::size_t, Outcome> outcomes;
  std::atomic<int> given_to_the_dead{-1};
  std::atomic<bool> others_leave_in_order{true};
  loopback.on_all([&](mpi::Transport& transport) {
    if (transport.rank() == 2) {  // takes a run, and is gone
      mpi::JobChannel channel(transport);
      channel.send(0, "Isame");
      while (given_to_the_dead < 0)
        for (const auto& [from, letter] : channel.arrived()) given_to_the_dead = static_cast<int>(letter.at(1));
      return;
    }
    Threads own([&](std::size_t run, const std::atomic<int>& stop) {
      while (given_to_the_dead < 0 && stop == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return answer_of(run);
    }, 1);
    if (transport.rank() == 1) {
      others_leave_in_order = serve_rank_0(transport, own, "same");
      return;
    }
    Ranks ranks(transport, own, "same", 2.5);
    outcomes = carry_out(ranks, 10);
    CHECK_FALSE(ranks.complete());
  });
  REQUIRE(outcomes.size() == 10);
  CHECK_FALSE(others_leave_in_order);
  for (const auto& [run, outcome] : outcomes) {
    const bool lost = static_cast<int>(run) == given_to_the_dead;
    CHECK(outcome.status == (lost ? Status::crashed : Status::done));
    CHECK(outcome.error == (lost ? "rank 2, which carried it out, has not been heard of for 2.5 s: it has died, or cannot be reached" : "run " + std::to_string(run)));
  }
}

TEST_CASE("a rank with another plan is refused, and no rank waits for ever") {
  Loopback loopback(2);
  const auto act = [](mpi::Transport& transport) {
    Threads own([](std::size_t run, const std::atomic<int>&) { return answer_of(run); }, 1);
    if (transport.rank() > 0) {
      serve_rank_0(transport, own, "another");
      return;
    }
    Ranks ranks(transport, own, "one");
    for (int look = 0; look < 1000; ++look) ranks.wait(0.01);
  };
  CHECK_THROWS_AS(loopback.on_all(act), EnvironmentError);
}

TEST_CASE("conducting writes every outcome once; a signal or the end of the time leaves the rest for later") {
  const auto plan = make_plan(tiny_sweep(R"("seeds": {"count": 40})"), {});
  Store store("", "tiny");
  Threads crew([](std::size_t run, const std::atomic<int>&) { return std::this_thread::sleep_for(std::chrono::milliseconds(2)), answer_of(run); }, 2);
  std::atomic<int> signal{0};
  ConductControl control{&signal, {}, [&](const SweepProgress&) { signal = SIGTERM; }};
  {
    Threads slow([](std::size_t run, const std::atomic<int>& stop) {
      auto o = answer_of(run);
      for (int i = 0; i < 100 && !stop; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (stop) o.status = Status::pending;
      return o;
    }, 2);
    const auto ended = conduct(plan, select(plan, store.statuses(plan), {}, false).pending, {}, slow, store, control);
    CHECK_FALSE(ended.complete());
    CHECK(ended.signal == SIGTERM);
    CHECK(static_cast<std::size_t>(store.count()) == ended.progress.finished);
    CHECK(store.count() < 40);
  }
  const auto left = select(plan, store.statuses(plan), {}, false).pending;
  {
    Threads none([](std::size_t run, const std::atomic<int>&) { return answer_of(run); }, 1);
    const auto late = conduct(plan, left, {}, none, store, {nullptr, 0.0, {}});
    CHECK(late.out_of_time);
    CHECK(late.progress.finished == 0);
  }
  const auto done = conduct(plan, left, {}, crew, store, {});
  CHECK(done.complete());
  CHECK(done.progress.finished == left.size());
  CHECK(store.count() == 40);
}

TEST_CASE("a probe of the first part of a run tells about how long all of it takes") {
  const ExecutedSweep s(R"("set": {"/stop/virtual_time": 2e6})");
  const auto probed = probe(s.spec, s.plan, s.plan.runs[0], s.settings, 0.01);
  REQUIRE(probed);
  CHECK(*probed > 0.2);  // progress is told every 0.2 s at most
  CHECK_FALSE(probe(s.spec, ExecutedSweep(R"("set": {"/limits": {"memory": 1}})").plan, {"", 0, 1}, s.settings, 0.01) == std::optional(0.0));
}
