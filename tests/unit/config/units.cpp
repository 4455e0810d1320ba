#include "core/config/units.hpp"

#include "tests/support/catch.hpp"

using namespace taubar::config;

TEST_CASE("a suffix gives the same double as the number written out") {
  CHECK(*parse_quantity("250us", Unit::duration) == 0.00025);
  CHECK(*parse_quantity("0.3ms", Unit::duration) == 0.0003);
  CHECK(*parse_quantity("7ns", Unit::duration) == 7e-9);
  CHECK(*parse_quantity("1.1e3us", Unit::duration) == 1.1e-3);
  CHECK(*parse_quantity("2s", Unit::duration) == 2);
  CHECK(*parse_quantity("1.5min", Unit::duration) == 90);
  CHECK(*parse_quantity("2h", Unit::duration) == 7200);
  CHECK(*parse_quantity("-5ms", Unit::duration) == -0.005);
  CHECK(*parse_quantity("64KiB", Unit::size) == 65536);
  CHECK(*parse_quantity("1MB", Unit::size) == 1e6);
  CHECK(*parse_quantity("0.5GiB", Unit::size) == 536870912);
  CHECK(*parse_quantity("10Gbps", Unit::rate) == 1e10);
  CHECK(*parse_quantity("3.3Tbps", Unit::rate) == 3.3e12);
}

TEST_CASE("every thousandth from 0.001 to 9.999 in ms, us and ns is the nearest double") {
  for (int i = 1; i < 10000; ++i) {
    const std::string number = std::to_string(i / 1000) + "." + std::to_string(1000 + i % 1000).substr(1);
    for (const auto& [suffix, power] :
         {std::pair("ms", "e-3"), std::pair("us", "e-6"), std::pair("ns", "e-9")})
      REQUIRE(*parse_quantity(number + suffix, Unit::duration) == std::stod(number + power));
  }
}

TEST_CASE("what is no JSON number with a suffix of the unit is no quantity") {
  for (const char* text : {"",        "s",
                           "5",       "5 s",
                           " 5s",     "5s ",
                           "5S",      "+5s",
                           ".5s",     "5.s",
                           "05s",     "0x5s",
                           "5e",      "5es",
                           "5e+s",    "--5s",
                           "1,5s",    "infs",
                           "nans",    "5KiB",
                           "5m",      "5sec",
                           "1e999s",  "1e-999s",
                           "1e308h",  "1e99999999999999999999s",
                           "1e-320ns"})
    CHECK_FALSE(parse_quantity(text, Unit::duration).has_value());
  CHECK_FALSE(parse_quantity("5s", Unit::number).has_value());
  CHECK_FALSE(parse_quantity("5ms", Unit::size).has_value());
  CHECK_FALSE(parse_quantity("5B", Unit::rate).has_value());
}

TEST_CASE("zero may be written with any exponent") {
  CHECK(*parse_quantity("0e-400ns", Unit::duration) == 0);
  CHECK(*parse_quantity("0.000s", Unit::duration) == 0);
}

TEST_CASE("quantities for people: 0.00025 s is 250us, 1536 B is 1.5KiB") {
  CHECK(format_quantity(0.00025, Unit::duration) == "250us");
  CHECK(format_quantity(0, Unit::duration) == "0s");
  CHECK(format_quantity(3e-9, Unit::duration) == "3ns");
  CHECK(format_quantity(0.0125, Unit::duration) == "12.5ms");
  CHECK(format_quantity(90, Unit::duration) == "90s");
  CHECK(format_quantity(1800, Unit::duration) == "30min");
  CHECK(format_quantity(36000, Unit::duration) == "10h");
  CHECK(format_quantity(-0.5, Unit::duration) == "-500ms");
  CHECK(format_quantity(1536, Unit::size) == "1.5KiB");
  CHECK(format_quantity(1000, Unit::size) == "1000B");
  CHECK(format_quantity(3.0 * 1024 * 1024 * 1024 * 1024, Unit::size) == "3072GiB");
  CHECK(format_quantity(1e10, Unit::rate) == "10Gbps");
  CHECK(format_quantity(1.0 / 3, Unit::number) == "0.333333");
}

TEST_CASE("what format_quantity writes, parse_quantity reads back to six digits") {
  for (double value = 1e-9; value < 1e13; value *= 3.7)
    for (const Unit unit : {Unit::duration, Unit::size, Unit::rate})
      CHECK(*parse_quantity(format_quantity(value, unit), unit) == Approx(value).epsilon(1e-5));
}
