#include "core/algorithm/schedule.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "core/config/fields.hpp"
#include "core/config/reader.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

namespace {

config::Choice<algorithm::ScheduleSpec> read_schedule(const std::string& json) {
  config::Choice<algorithm::ScheduleSpec> choice;
  config::read(config::Document::parse(R"({"step_size": )" + json + "}", "test.json"),
               [&](config::Fields& f) {
                 f.choice("step_size", choice, algorithm::schedules(), "step", config::required);
               });
  return choice;
}

}  // namespace

TEST_CASE("schedules: a bare number and constant give 0.25 at k = 0 and k = 1e9") {
  for (const char* json : {"0.25", R"({"kind": "constant", "value": 0.25})"}) {
    const auto schedule = read_schedule(json);
    CHECK(schedule->at(0) == 0.25);
    CHECK(schedule->at(1'000'000'000) == 0.25);
    CHECK(schedule->power_law()->initial == 0.25);
    CHECK(schedule->power_law()->power == 0);
  }
}

TEST_CASE("schedules: polynomial is initial / (k + offset)^power with offset 1 by default, to 1e-14") {
  const auto plain = read_schedule(R"({"kind": "polynomial", "initial": 3, "power": 1})");
  CHECK(plain->at(0) == 3);
  CHECK(plain->at(2) == 1);
  const auto fractional =
      read_schedule(R"({"kind": "polynomial", "initial": 0.5, "power": 0.75, "offset": 10})");
  for (const std::int64_t k : {0, 1, 7, 1000, 123456789}) {
    const double expected = 0.5 / std::pow(static_cast<double>(k) + 10, 0.75);
    CHECK(std::fabs(fractional->at(k) / expected - 1) <= 1e-14);
  }
}

TEST_CASE("schedules: exponential is initial times decay^k, to 1e-12, and falls to 0") {
  const auto schedule = read_schedule(R"({"kind": "exponential", "initial": 2, "decay": 0.99})");
  double expected = 2;
  for (std::int64_t k = 0; k < 3000; ++k, expected *= 0.99)
    REQUIRE(std::fabs(schedule->at(k) / expected - 1) <= 1e-12);
  CHECK(schedule->at(1'000'000'000'000) == 0);
  CHECK(read_schedule(R"({"kind": "exponential", "initial": 2, "decay": 1})")->at(1'000'000'000) == 2);
}

TEST_CASE(
    "schedules: cosine goes from 0.5 to 0.1 over 1000 iterations as half a cosine, to 1e-15, and stays") {
  const auto schedule = read_schedule(R"({"kind": "cosine", "initial": 0.5, "final": 0.1, "horizon": 1000})");
  const double pi = 3.14159265358979323846;
  for (std::int64_t k = 0; k <= 1000; ++k)
    REQUIRE(std::fabs(schedule->at(k) -
                      (0.1 + 0.4 * (1 + std::cos(pi * static_cast<double>(k) / 1000)) / 2)) <= 1e-15);
  CHECK(schedule->at(0) == 0.5);
  CHECK(schedule->at(1000) == 0.1);
  CHECK(schedule->at(5000) == 0.1);
}

TEST_CASE("schedules: piecewise changes at 100 and 1000, with or without the leading 0") {
  for (const char* json : {R"({"kind": "piecewise", "at": [0, 100, 1000], "values": [0.5, 0.1, 0.02]})",
                           R"({"kind": "piecewise", "at": [100, 1000], "values": [0.5, 0.1, 0.02]})"}) {
    const auto schedule = read_schedule(json);
    CHECK(schedule->at(0) == 0.5);
    CHECK(schedule->at(99) == 0.5);
    CHECK(schedule->at(100) == 0.1);
    CHECK(schedule->at(999) == 0.1);
    CHECK(schedule->at(1000) == 0.02);
    CHECK(schedule->at(1'000'000) == 0.02);
  }
}

TEST_CASE("schedules: 10 wrong ones are refused") {
  for (const char* json : {
           "-0.1",
           R"({"kind": "constant"})",
           R"({"kind": "polynomial", "initial": 1, "power": -1})",
           R"({"kind": "polynomial", "initial": 1, "power": 1, "offset": 0})",
           R"({"kind": "polynomial", "initial": 1, "power": 64, "offset": 1e-300})",
           R"({"kind": "exponential", "initial": 1, "decay": 1.1})",
           R"({"kind": "exponential", "initial": 1, "decay": 0})",
           R"({"kind": "cosine", "initial": 1, "final": 0, "horizon": 0})",
           R"({"kind": "piecewise", "at": [0, 100, 100], "values": [1, 2, 3]})",
           R"({"kind": "piecewise", "at": [10, 100], "values": [1, 2]})",
       }) {
    CAPTURE(json);
    CHECK_THROWS_AS(read_schedule(json), InputError);
  }
}

TEST_CASE("schedules: the example of each of the 5 kinds is read and gives finite values up to k = 1e12") {
  int kinds = 0;
  for (const auto& entry : algorithm::schedules().any().entries) {
    const auto schedule = read_schedule(std::string(entry.example));
    CHECK(schedule.kind == entry.name);
    for (std::int64_t k = 0; k <= 1'000'000'000'000; k = 10 * k + 1) {
      CHECK(std::isfinite(schedule->at(k)));
      CHECK(schedule->at(k) >= 0);
    }
    ++kinds;
  }
  CHECK(kinds == 5);
}
