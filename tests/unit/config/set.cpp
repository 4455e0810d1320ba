#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/example.hpp"

using namespace taubar;
using namespace taubar::config;

namespace {

Document after(const std::string& text, const std::vector<std::string>& assignments) {
  auto document = Document::parse(text, "f.json");
  for (const auto& assignment : assignments) document.set(assignment);
  return document;
}

std::string refusal(const std::string& text, const std::string& assignment) {
  auto document = Document::parse(text, "f.json");
  const std::string before = document.json().dump();
  try {
    document.set(assignment);
  } catch (const InputError& error) {
    CHECK(document.json().dump() == before);
    REQUIRE(error.complaints().size() == 1);
    return error.what();
  }
  FAIL("accepted: " + assignment);
  return "";
}

}  // namespace

TEST_CASE("--set replaces, adds, appends and creates what is missing on the way") {
  const std::string text = R"({"a": {"b": 1}, "c": [1, 2]})";
  CHECK(after(text, {"/a/b=5"}).json().dump() == R"({"a":{"b":5},"c":[1,2]})");
  CHECK(after(text, {"/a/d=[1]"}).json().dump() == R"({"a":{"b":1,"d":[1]},"c":[1,2]})");
  CHECK(after(text, {"/c/0=null"}).json().dump() == R"({"a":{"b":1},"c":[null,2]})");
  CHECK(after(text, {"/c/2={\"x\":1}"}).json().dump() == R"({"a":{"b":1},"c":[1,2,{"x":1}]})");
  CHECK(after(text, {"/c/2/y/z=1"}).json().dump() == R"({"a":{"b":1},"c":[1,2,{"y":{"z":1}}]})");
  CHECK(after(text, {"/x/0/y=1"}).json().dump() == R"({"a":{"b":1},"c":[1,2],"x":{"0":{"y":1}}})");
  CHECK(after(text, {"/a=1", "/a=2"}).json().dump() == R"({"a":2,"c":[1,2]})");
  CHECK(after("{}", {"/m~1n/~0=1"}).json().dump() == R"({"m/n":{"~":1}})");
}

TEST_CASE("--set reaches into what an earlier --set has put there, however deep, and is told as the origin") {
  const std::string text = R"({"a": 1})";
  CHECK(after(text, {"/b=[{\"x\":1},{\"y\":[2,3]}]", "/b/1/y/1=4"}).json().dump() == R"({"a":1,"b":[{"x":1},{"y":[2,4]}]})");
  CHECK(after(text, {"/a={\"p\":{\"q\":5}}", "/a/p/q=6", "/a/p/r=7"}).json().dump() == R"({"a":{"p":{"q":6,"r":7}}})");
  const auto document = after(text, {"/a={\"p\":{\"q\":5}}", "/a/p/q=6"});
  CHECK(document.where("/a/p/q") == "--set /a/p/q");
  CHECK(document.where("/a/p") == "--set /a");
}

TEST_CASE("--set takes JSON as JSON and all else as a string") {
  const auto value = [](const std::string& text) { return after("{}", {"/a=" + text}).json()["a"].dump(); };
  CHECK(value("1.5") == "1.5");
  CHECK(value("true") == "true");
  CHECK(value("\"5\"") == "\"5\"");
  CHECK(value("5ms") == "\"5ms\"");
  CHECK(value("") == "\"\"");
  CHECK(value("a=b") == "\"a=b\"");
  CHECK(value("nan") == "\"nan\"");
  CHECK(value("{\"x\"") == "\"{\\\"x\\\"\"");
  CHECK(value("{\"//\":1,\"x\":2}") == "{\"x\":2}");
}

TEST_CASE(
    "a set value is said to come from the command line, with all that stands in it and all created for it") {
  const auto document = after("{\"a\": {\"b\": [1]},\n \"c\": 2}", {"/a/b={\"x\":{\"y\":1}}", "/new/deep=1"});
  CHECK(document.where("/a/b") == "--set /a/b");
  CHECK(document.where("/a/b/x/y") == "--set /a/b");
  CHECK(document.where("/a") == "f.json:1:7");
  CHECK(document.where("/c") == "f.json:2:7");
  CHECK(document.where("/new") == "--set /new/deep");
  CHECK(document.where("/new/deep") == "--set /new/deep");
  CHECK(document.place("/a/b").line == 0);
  CHECK(after("{}", {"/a/b=1", "/a={\"b\":2}"}).where("/a/b") == "--set /a");
}

TEST_CASE("places after an appended element still match") {
  const auto document = after("{\"a\": [1, 2], \"b\": 3}", {"/a/2=9", "/a/0=8", "/z=1"});
  CHECK(document.where("/a/1") == "f.json:1:11");
  CHECK(document.where("/a/2") == "--set /a/2");
  CHECK(document.where("/b") == "f.json:1:20");
}

TEST_CASE("a --set that cannot be applied is refused and changes nothing") {
  const std::string text = R"({"a": {"b": 1}, "c": [1, 2], "s": "x"})";
  CHECK(example::contains(refusal(text, "/a"), "the = is missing"));
  CHECK(example::contains(refusal(text, "a=1"), "is not a JSON Pointer"));
  CHECK(example::contains(refusal(text, "=1"), "is not a JSON Pointer"));
  CHECK(example::contains(refusal(text, "/a~2=1"), "is not a JSON Pointer"));
  CHECK(example::contains(refusal(text, "/c/3=1"), "no index \"3\" here; accepted are 0 to 2"));
  for (const char* index : {"-1", "01", "x", "", "-", "1e0", "99999999999999999999999"})
    CHECK(example::contains(refusal(text, std::string("/c/") + index + "=1"),
                            "--set /c/" + std::string(index) + ": /c: no index"));
  CHECK(example::contains(refusal(text, "/a/b/c=1"), "/a/b: the number 1 has no members"));
  CHECK(example::contains(refusal(text, "/s/0=1"), "has no members"));
  CHECK(
      example::contains(refusal(text, "/x={\"k\":1,\"k\":2}"), "--set /x: /x/k: the key \"k\" stands twice"));
  CHECK(example::contains(refusal(text, "/x=1e999"), "overflows"));
  CHECK(example::contains(refusal(text, "/x=\xFF"), "not UTF-8"));
  CHECK(example::contains(refusal(text, "/\xFF=1"), "not UTF-8"));
  CHECK(example::contains(refusal(text, "/~1~1note=1"), "marks notes"));
}

TEST_CASE("--set cannot nest beyond 64 levels") {
  std::string deep;
  for (int i = 0; i < 63; ++i) deep += "/a";
  CHECK(after("{}", {deep + "=[]"}).json().size() == 1);
  CHECK(example::contains(refusal("{}", deep + "/a=[]"), "at most 64 levels"));
  CHECK(example::contains(refusal("{}", deep + "/a/a=1"), "nested too deeply"));
  CHECK(example::contains(refusal("{}", "/a=" + std::string(5'000, '[')), "at most 64 levels"));
}
