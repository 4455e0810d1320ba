// Results in their database: what is written is read, by whom it can be read, and what cannot go on.
#include "sim/sweep/store.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "core/base/error.hpp"
#include "sim/sweep/conduct.hpp"
#include "sim/sweep/digest.hpp"
#include "sim/sweep/execute.hpp"
#include "sim/sweep/export.hpp"
#include "sim/sweep/places.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sweep.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

struct StoreDirectory {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("taubar-store-" + std::to_string(::getpid()));
  StoreDirectory() { std::filesystem::create_directories(path); }
  ~StoreDirectory() { std::filesystem::remove_all(path); }
  std::string sub(const std::string& name) const {
    std::filesystem::create_directories(path / name);
    return (path / name).string();
  }
};

Plan four_runs() { return make_plan(tiny_sweep(R"("grid": {"/topology/agents": [4, 5]}, "seeds": {"count": 2})"), {}); }

Outcome good_outcome(int number) {
  Outcome o;
  o.status = Status::done;
  o.fingerprint = "00000000000000" + std::to_string(10 + number);
  const config::Json summary{{"stopped_by", "virtual_time"}, {"virtual_time", 5}, {"idle_share", 0.25 * number}, {"final", {{"suboptimality", 1e-3}}}};
  const std::map<std::string, Descent> descents{{"suboptimality", {{0, 1}, {2, 0.1}, {5, 0.001}}}};
  o.summary = summary.dump();
  o.descents = pack(descents);
  o.digest = digest({"/idle_share"}, summary, descents);
  o.wall_seconds = 0.5;
  o.begun = o.ended = utc_now();
  return o;
}

void in_database(const std::string& directory, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open((directory + "/results.sqlite").c_str(), &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

}  // namespace

TEST_CASE("what a store is given is there when it is opened again: rows in the plan's order, pending where there is none") {
  const StoreDirectory directory;
  const auto plan = four_runs();
  {
    Store store(directory.path.string(), "tiny");
    Outcome crash;
    crash.status = Status::crashed;
    crash.exit_code = 3;
    crash.error = "its worker was ended by signal 9";
    store.write(plan, {{2, good_outcome(1)}, {0, crash}}, "/idle_share\n");
  }
  Store store(directory.path.string(), "tiny");
  CHECK(store.count() == 2);
  CHECK(store.integrity() == "ok");
  CHECK(store.mean_seconds() == 0.5);
  const auto rows = store.rows(plan, {"/idle_share"});
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].status == Status::crashed);
  CHECK(rows[0].error == "its worker was ended by signal 9");
  CHECK(rows[0].summary.is_null());
  CHECK(rows[1].status == Status::pending);
  CHECK(rows[1].seed == plan.runs[1].seed);
  CHECK(rows[2].status == Status::done);
  CHECK(rows[2].parameters->at("/topology/agents") == 5);
  CHECK(rows[2].seed == 1);
  CHECK(rows[2].summary["idle_share"] == 0.25);
  CHECK(rows[2].summary["virtual_time"] == 5);
}

TEST_CASE("a run that is written again is there once, with its last result") {
  const auto plan = four_runs();
  Store store("", "tiny");
  Outcome crash;
  crash.status = Status::crashed;
  store.write(plan, {{1, crash}}, "");
  store.write(plan, {{1, good_outcome(2)}, {1, good_outcome(3)}}, "/idle_share\n");
  CHECK(store.count() == 1);
  CHECK(store.rows(plan, {"/idle_share"})[1].summary["idle_share"] == 0.75);
}

TEST_CASE("what is under way stands in the store until something else does: a sweep that dies names it") {
  const auto plan = four_runs();
  const StoreDirectory directory;
  {
    Store store(directory.path.string(), "tiny");
    CHECK(store.under_way().empty());
    store.write(plan, {{0, good_outcome(1)}}, "", {{2, "rank 3", "2026-01-01T00:00:00Z"}, {1, "rank 1", "2026-01-01T00:00:01Z"}});
  }
  Store store(directory.path.string(), "tiny");
  const auto lost = store.under_way();
  REQUIRE(lost.size() == 2);
  CHECK(lost[0].key == plan.runs[1].key);
  CHECK(lost[0].by == "rank 1");
  CHECK(lost[1].seed == plan.runs[2].seed);
  CHECK(lost[1].since == "2026-01-01T00:00:00Z");
  CHECK(lost[1].parameters == R"({"/topology/agents":5})");
  store.write(plan, {}, "");
  CHECK(store.under_way().empty());
}

TEST_CASE("a digest that is none is refused") {
  RunRow row;
  for (const std::string text : {"x", "/a\t{\n", "/a\n", "distance\t1\n", "distance\t1\tx\n", "{\"summary\": {}}\n"}) CHECK_THROWS_AS(restore(text, row), taubar::InputError);
}

TEST_CASE("other figures than those of the digest are taken from the whole summary and the whole descents") {
  const auto plan = four_runs();
  Store store("", "tiny");
  store.write(plan, {{0, good_outcome(1)}}, "/idle_share\n");
  for (int again = 0; again < 2; ++again) {  // the second time from the digest that the first has made
    const auto row = store.rows(plan, {"final(suboptimality)", "time_to(suboptimality, 0.5)"})[0];
    CHECK(row.summary["final"]["suboptimality"] == 1e-3);
    CHECK(row.descents.at("suboptimality") == Descent{{2, 0.1}});
    CHECK_FALSE(row.summary.contains("idle_share"));
  }
}

TEST_CASE("rows keep to their keys when the sweep changes; those it no longer has get the point -1") {
  const auto plan = four_runs();
  Store store("", "tiny");
  store.write(plan, {{0, good_outcome(0)}, {1, good_outcome(1)}, {2, good_outcome(2)}, {3, good_outcome(3)}}, "");
  const auto other = make_plan(tiny_sweep(R"("grid": {"/topology/agents": [7, 5]}, "seeds": {"count": 2})"), {});
  store.renumber(other);
  const auto rows = store.rows(other, {"/idle_share"});
  CHECK(rows[0].status == Status::pending);
  CHECK(rows[2].summary["idle_share"] == 0.5);
  std::vector<std::int64_t> points;
  store.each([&](const StoredRun& run) { points.push_back(run.point); });
  CHECK(points == std::vector<std::int64_t>{-1, -1, 1, 1});
}

TEST_CASE("a stored run is found by its key wherever it was stored, and nowhere if it is not planned") {
  const auto plan = four_runs();
  const std::int64_t least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const PlannedRun& run = plan.runs[i];
    CHECK(Places(plan).of(run.key, run.point, run.seed) == i);
    for (const std::int64_t point : {least, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, most})
      for (const std::int64_t seed : {least, std::int64_t{-1}, std::int64_t{1}, std::int64_t{2}, most}) CHECK(Places(plan).of(run.key, point, seed) == i);
  }
  CHECK_FALSE(Places(plan).of(std::string(32, '0'), 0, 1));
  CHECK_FALSE(Places(Plan()).of(plan.runs[0].key, 0, 1));
}

TEST_CASE("no store, a store of another format, another version of the results or another sweep is refused, and stays as it is") {
  const StoreDirectory directory;
  const auto refused = [](const std::string& where, const std::string& part) {
    try {
      Store store(where, "tiny");
    } catch (const ForeignStore& error) {
      return std::string(error.what()).find(part) != std::string::npos;
    }
    return false;
  };
  const std::string text = directory.sub("text");
  std::ofstream(text + "/results.sqlite") << "this is a file of words, longer than the header of a database, which has one hundred bytes at its beginning";
  CHECK(refused(text, "is no store of a sweep"));
  const std::string foreign = directory.sub("foreign");
  in_database(foreign, "CREATE TABLE runs (key TEXT)");
  CHECK(refused(foreign, "is no store of a sweep"));
  for (const auto& [name, sql, part] : {std::tuple("format", "PRAGMA user_version = 99", "format 99"),
                                        std::tuple("version", "UPDATE sweep SET value = '0' WHERE name = 'result_version'", "results of version 0"),
                                        std::tuple("name", "UPDATE sweep SET value = 'other' WHERE name = 'name'", "belongs to the sweep \"other\"")}) {
    const std::string where = directory.sub(name);
    { Store store(where, "tiny"); }
    { Store store(where, "tiny"); }  // goes on
    in_database(where, sql);
    CHECK(refused(where, part));
  }
  CHECK_THROWS_AS(Store(directory.sub("nothing")), InputError);
}

TEST_CASE("an empty file, as a kill before the first row leaves it, is a new store") {
  const StoreDirectory directory;
  std::ofstream(directory.path / "results.sqlite") << "";
  Store store(directory.path.string(), "tiny");
  CHECK(store.count() == 0);
}

TEST_CASE("a directory is locked by one sweep at a time, and the second is told by whom") {
  const StoreDirectory directory;
  {
    const StoreLock lock(directory.path.string());
    try {
      const StoreLock second(directory.path.string());
      FAIL("locked twice");
    } catch (const EnvironmentError& error) {
      CHECK(std::string(error.what()).find("process " + std::to_string(::getpid()) + " on ") != std::string::npos);
    }
  }
  CHECK_NOTHROW(StoreLock(directory.path.string()));
}

TEST_CASE("shards merge to the whole; what ended well goes before what did not; two fingerprints of one run are refused") {
  const StoreDirectory directory;
  const auto plan = four_runs();
  Outcome crash;
  crash.status = Status::crashed;
  const std::string a = directory.sub("a"), b = directory.sub("b"), c = directory.sub("c");
  Store(a, "tiny").write(plan, {{0, good_outcome(0)}, {1, crash}}, "");
  Store(b, "tiny").write(plan, {{1, good_outcome(1)}, {2, good_outcome(2)}, {3, crash}}, "");
  Store whole("", "tiny");
  CHECK(whole.merge(a) == 2);
  CHECK(whole.merge(b) == 3);
  CHECK(whole.merge(b) == 0);
  CHECK(whole.merge(a) == 0);
  CHECK(whole.count() == 4);
  const auto rows = whole.rows(plan, {"/idle_share"});
  CHECK(rows[1].status == Status::done);
  CHECK(rows[1].summary["idle_share"] == 0.25);
  CHECK(rows[2].summary["idle_share"] == 0.5);
  CHECK(rows[3].status == Status::crashed);
  Store(c, "tiny").write(plan, {{0, good_outcome(3)}, {3, good_outcome(3)}}, "");
  CHECK_THROWS_AS(whole.merge(c), InputError);
  CHECK(whole.rows(plan, {})[3].status == Status::crashed);
  Store(directory.sub("d"), "other");
  CHECK_THROWS_AS(whole.merge(directory.sub("d")), ForeignStore);
}

TEST_CASE("exports have a row a run: parameters and scalars of the summary in columns, quoted as CSV wants it") {
  const auto plan = make_plan(tiny_sweep(R"("grid": {"/compute/stragglers": [[], [{"agents": [0], "add": 1}]]})"), {});
  Store store("", "tiny");
  auto second = good_outcome(2);
  second.summary = R"({"idle_share": 0.5, "note": "a \"b\", c", "histogram": [1, 2]})";
  store.write(plan, {{0, good_outcome(1)}, {1, second}}, "");
  const std::string text = csv(store);
  CHECK(text.starts_with("key,point,seed,status,exit_code,wall_seconds,begun,ended,error,set:/compute/stragglers,/stopped_by,/virtual_time,/idle_share,/final/suboptimality,/note\n" +
                         plan.runs[0].key + ",0,1,done,0,0.5,"));
  CHECK(text.find(",[],virtual_time,5,0.25,0.001,\n") != std::string::npos);
  CHECK(text.find(R"(,"[{""agents"":[0],""add"":1}]",,,0.5,,"a ""b"", c")") != std::string::npos);
  const std::string lines = json_lines(store);
  const auto first = config::Json::parse(lines.substr(0, lines.find('\n')));
  CHECK(first["parameters"]["/compute/stragglers"] == config::Json::array());
  CHECK(first["summary"]["final"]["suboptimality"] == 1e-3);
}

TEST_CASE("an outcome and its descents are the same after their way through bytes; damaged bytes are told") {
  auto o = good_outcome(1);
  o.error = "words";
  const auto back = decode(encode(o));
  CHECK(back.summary == o.summary);
  CHECK(back.error == o.error);
  CHECK(back.status == o.status);
  CHECK(back.descents == o.descents);
  const std::map<std::string, Descent> descents{{"a", {{0, HUGE_VAL}, {1e-9, 3}}}, {"b", {}}};
  CHECK(unpack(pack(descents)) == descents);
  CHECK(unpack("").empty());
  const std::string packed = pack(descents);
  CHECK_THROWS_AS(unpack(packed.substr(0, packed.size() - 1)), InputError);
  CHECK_THROWS_AS(unpack("xx"), InputError);
  CHECK_THROWS_AS(decode("xx"), InternalError);
}

TEST_CASE("a descent is the running minimum: both of its columns strictly monotone, and the first value at or below any level as in the records") {
  trace::Trace trace;
  trace.metrics = {"m"};
  const double values[] = {5, 7, 4, NAN, 4, 6, 2};
  for (int t = 0; t < 7; ++t) trace.records.push_back({from_seconds(t), {}, {values[t]}});
  trace.records.push_back({from_seconds(6), {}, {1}});
  const auto descent = descents_of(trace).at("m");
  CHECK(descent == Descent{{0, 5}, {2, 4}, {6, 1}});
}

TEST_CASE("a digest has the point at which a level is passed, the last one where it never is, and the named parts of the summary") {
  const std::map<std::string, Descent> descents{{"distance", {{0, 8}, {1, 4}, {3, 1}}}};
  const config::Json summary{{"virtual_time", 9}, {"fingerprint", "f"}, {"expectations", {{{"holds", true}}}}, {"final", {{"distance", 1}, {"n", 2}}}, {"a", {{"b", 3}}}};
  RunRow row;
  restore(digest({"/a/b", "final(distance)", "time_to(distance, 5)"}, summary, descents), row);
  CHECK(row.summary == config::Json{{"a", {{"b", 3}}}, {"expectations", {{{"holds", true}}}}, {"final", {{"distance", 1}}}, {"virtual_time", 9}});
  CHECK(row.descents.at("distance") == Descent{{1, 4}});
  restore(digest({"time_to(distance, 0.5)"}, summary, descents), row);
  CHECK(row.descents.at("distance") == Descent{{3, 1}});
  restore(digest({"time_to(distance, 2)", "time_to(distance, 9)"}, summary, descents), row);
  CHECK(row.descents.at("distance") == Descent{{0, 8}, {3, 1}});
  restore("", row);
  CHECK(row.summary.is_null());
}

TEST_CASE("selected are the runs of the shard that the store has not, and with retry those that did not end well") {
  const auto plan = four_runs();
  Store store("", "tiny");
  Outcome crash;
  crash.status = Status::crashed;
  store.write(plan, {{0, good_outcome(0)}, {2, crash}}, "");
  CHECK(select(plan, store.statuses(plan), {}, false).pending == std::vector<std::size_t>{1, 3});
  CHECK(select(plan, store.statuses(plan), {}, true).pending == std::vector<std::size_t>{1, 2, 3});
  CHECK(select(plan, store.statuses(plan), {}, false).all.size() == 4);
}
