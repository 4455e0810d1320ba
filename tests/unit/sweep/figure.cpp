// Figures by name, against hand-made summaries.
#include "sim/sweep/figure.hpp"

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sweep/rows.hpp"

using namespace taubar;
using namespace taubar::sweep;

TEST_CASE("time_to takes the first step of a descent at or below the level, whichever level is asked for") {
  RunRow row;
  row.descents["distance"] = {{0, 8}, {1, 4}, {2.5, 1}, {7, 0.25}};
  const auto time_to = [&](const std::string& level) { return value_of(figure_named("time_to(distance, " + level + ")"), row); };
  CHECK(time_to("8") == 0);
  CHECK(time_to("4") == 1);
  CHECK(time_to("3.9") == 2.5);
  CHECK(time_to("0.25") == 7);
  CHECK_FALSE(time_to("0.2499"));
  CHECK_FALSE(value_of(figure_named("time_to(suboptimality, 1)"), row));
}

TEST_CASE("final and pointers read numbers of the summary, and nothing where there is none") {
  RunRow row;
  row.summary = config::Json::parse(R"({"final": {"distance": 3}, "staleness": {"histogram": [[0, 7]]}, "name": "x", "minimum_weight": null})");
  CHECK(value_of(figure_named("final(distance)"), row) == 3);
  CHECK(value_of(figure_named("/staleness/histogram/0/1"), row) == 7);
  for (const char* none : {"final(suboptimality)", "/name", "/minimum_weight", "/staleness/histogram/1", "/staleness/histogram/x", "/no"})
    CHECK_FALSE(value_of(figure_named(none), row));
  row.summary = nullptr;
  CHECK_FALSE(value_of(figure_named("/idle_share"), row));
}

TEST_CASE("figures of different spellings have one name") {
  CHECK(figure_named(" time_to( suboptimality ,1e-2 ) ").name() == "time_to(suboptimality, 0.01)");
  CHECK(figure_named("final( distance )").name() == "final(distance)");
  CHECK(figure_named("/idle_share").name() == "/idle_share");
}

TEST_CASE("what is no figure is declined with what is accepted") {
  for (const char* bad : {"", "suboptimality", "time_to(suboptimality)", "time_to(suboptimality, )", "time_to(suboptimality, 1, 2)",
                          "time_to(suboptimality, nan)", "time_to(suboptimality, 1e-2x)", "final(suboptimality, 1)", "final()", "final(distance",
                          "mean(distance)", "/bad~2"}) {
    INFO(bad);
    CHECK_THROWS_AS(figure_named(bad), InputError);
    CHECK(figure_complaint(bad).find("is accepted") != std::string::npos);
  }
  CHECK(figure_complaint("final(distence)").find("did you mean \"distance\"?") != std::string::npos);
  CHECK(figure_complaint("final(distance)").empty());
}
