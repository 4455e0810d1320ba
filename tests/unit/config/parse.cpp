#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/example.hpp"

using namespace taubar;
using namespace taubar::config;

namespace {

std::vector<std::string> refusals(const std::string& text) {
  try {
    Document::parse(text, "f.json");
    return {};
  } catch (const InputError& error) {
    return error.complaints();
  }
}

std::string refusal(const std::string& text) {
  const auto all = refusals(text);
  REQUIRE(all.size() == 1);
  return all[0];
}

std::string repeated(const std::string& part, std::size_t times) {
  std::string text;
  text.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string between(std::string_view before, const std::string& middle, std::string_view after) {
  return std::string(before).append(middle).append(after);
}

}  // namespace

TEST_CASE("a document keeps values, key order and the place of each value") {
  const auto document =
      Document::parse("{\n  \"b\": [1, {\"c\": true}],\n  \"a\": \"é\", \"z\": null }", "f.json");
  CHECK(document.json().dump() == R"({"b":[1,{"c":true}],"a":"é","z":null})");
  CHECK(document.where("") == "f.json:1:1");
  CHECK(document.where("/b") == "f.json:2:8");
  CHECK(document.where("/b/0") == "f.json:2:9");
  CHECK(document.where("/b/1/c") == "f.json:2:18");
  CHECK(document.where("/a") == "f.json:3:8");
  CHECK(document.where("/z") == "f.json:3:18");  // columns count characters: é is one
}

TEST_CASE("what has no place is where the nearest enclosing value is") {
  const auto document = Document::parse("{\n \"a\": {\"b\": [1]}}", "f.json");
  CHECK(document.where("/a/missing/deeper") == "f.json:2:7");
  CHECK(document.where("/a/b/5") == "f.json:2:13");
  CHECK(document.where("/a/b/0/x") == "f.json:2:14");
  CHECK(document.where("no pointer") == "f.json:1:1");
}

TEST_CASE("strings with escapes, brackets and line ends do not shift the places that follow") {
  const auto document =
      Document::parse("{\"\\\"}]\\\\\":\"a\\\"{[,:\\\\\",\r\n\t\"é\":-1.5e3,\"x\":[],\"y\":{}}", "f");
  CHECK(document.where("/\"}]\\") == "f:1:11");
  CHECK(document.where("/é") == "f:2:6");
  CHECK(document.where("/x") == "f:2:17");
  CHECK(document.where("/y") == "f:2:24");
}

TEST_CASE("pointers escape / as ~1 and ~ as ~0") {
  const auto document = Document::parse(R"({"a/b": {"m~n": 1}})", "f");
  CHECK(document.where("/a~1b/m~0n") == "f:1:17");
  CHECK(escape_pointer("a/b~c") == "a~1b~0c");
}

TEST_CASE("keys that begin with // are dropped with all they hold, and may repeat") {
  const auto document = Document::parse(
      R"({"//": "note", "// x": {"a": [1, {"a": 2}], "b": 1, "b": 2}, "a": 1, "//": [[]], "b": {"//c": 1}})",
      "f");
  CHECK(document.json().dump() == R"({"a":1,"b":{}})");
  CHECK(document.where("/a") == "f:1:67");
}

TEST_CASE("a key that stands twice is refused with both places, and so are all its like") {
  const auto all = refusals("{\"a\": 1,\n \"b\": {\"c\": 1, \"c\": 2},\n \"a\": {\"a\": 1, \"a\": 1}}");
  REQUIRE(all.size() == 2);
  CHECK(
      all[0] ==
      "f.json:2:16: /b/c: the key \"c\" stands twice, first at line 2, column 8; accepted is each key once");
  CHECK(all[1] ==
        "f.json:3:2: /a: the key \"a\" stands twice, first at line 1, column 2; accepted is each key once");
  CHECK(refusals(R"({"a": 1, "\u0061": 2})").size() == 1);
}

TEST_CASE("numbers that a double cannot hold are refused") {
  CHECK(example::contains(refusal(R"({"a": [1, 1e999]})"), "f.json:1:11: /a/1: the number 1e999 overflows"));
  CHECK(example::contains(refusal(R"({"a": -1e999})"), "overflows"));
  CHECK(example::contains(refusal(R"({"a": {"b": 1e-400}})"),
                          "f.json:1:13: /a/b: the number 1e-400 is too small"));
  CHECK(example::contains(refusal(R"([0.000e5, 0.001e-9999])"), "0.001e-9999"));
  CHECK(refusals(R"([0, -0, 0.0, 0e5, -0.0e-999, 5e-324, 1.7976931348623157e308])").empty());
  CHECK(refusals(between("[1", std::string(300, '0'), "]")).empty());  // an integer beyond 2^64 is a double
  CHECK(refusals(between("[1", std::string(400, '0'), "]")).size() == 1);
}

TEST_CASE("a number that underflows inside a note is nobody's business") {
  CHECK(refusals(R"({"//": 1e-999, "// x": {"a": [1e-999]}, "a": 1})").empty());
}

TEST_CASE("texts that break the grammar are refused with place, pointer and a hint") {
  CHECK(example::contains(refusal("{\"a\": 1,\n}"), "f.json:2:1: /: not JSON"));
  CHECK(example::contains(refusal("{\"a\": 1,\n}"), "one too many"));
  CHECK(example::contains(refusal(R"({"a": [1, tru]})"), "f.json:1:11: /a/1: not JSON"));
  CHECK(example::contains(refusal(R"({"a": NaN})"), "no NaN"));
  CHECK(example::contains(refusal(R"({"a": -Infinity})"), "no NaN and no infinity"));
  CHECK(example::contains(refusal(R"({"a": 1} x)"), "f.json:1:10: /: not JSON"));
  CHECK(example::contains(refusal(R"({"a": 1}{})"), "f.json:1:9"));
  CHECK(example::contains(refusal("{\n // note\n \"a\": 1}"), "begins with // is a note"));
  CHECK(example::contains(refusal("{'a': 1}"), "double quotes"));
  CHECK(example::contains(refusal(R"({"a": .5})"), "begins with a digit"));
  CHECK(example::contains(refusal(R"({"a": True})"), "true, false and null"));
  CHECK(example::contains(refusal("{\"a\": \"x\ny\"}"), "f.json:1:7"));
  CHECK(example::contains(refusal(R"({"a" 1})"), "f.json:1:6"));
  CHECK(example::contains(refusal("[1,,2]"), "f.json:1:4"));
  CHECK(example::contains(refusal(R"(["\x"])"), "f.json:1:2"));
  CHECK(example::contains(refusal(R"(["\ud800"])"), "f.json:1:2"));
  for (const char* text :
       {"{",     "[", "\"", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[1",  "[1,", "-",     "]",
        "}",     ",", ":",  "01",  "1.",   "1e",     "+1",      "0x1", "nul", "[1 2]", "{\"a\":1 \"b\":2}",
        "{1:2}", "\\"})
    CHECK(example::contains(refusal(text), "not JSON"));
}

TEST_CASE("only UTF-8 is read; a byte-order mark is skipped and not counted") {
  CHECK(Document::parse("\xEF\xBB\xBF{\"a\": 1}", "f").where("/a") == "f:1:7");
  CHECK(example::contains(refusal("\xEF\xBB\xBF"), "f.json:1:1"));
  CHECK(example::contains(refusal("\xEF\xBB{}"), "not JSON"));
  CHECK(example::contains(refusal(std::string("\xFF\xFE{\0}\0", 6)), "UTF-16"));
  for (const char* bad : {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"})
    CHECK(example::contains(refusal(between("{\"a\": \"", bad, "\"}")), "f.json:1:7: /a: not JSON"));
}

TEST_CASE("an empty text, a text of zeros and a zero byte within are refused by name") {
  CHECK(refusal("") == "f.json:1:1: /: the file is empty; accepted is one JSON object");
  CHECK(example::contains(refusal(" \r\n\t "), "is empty"));
  CHECK(refusal(std::string(4096, '\0')) ==
        "f.json:1:1: /: the file holds nothing but 4096 zero bytes; accepted is one JSON object");
  CHECK(example::contains(refusal(std::string("{}\0[", 4)), "f.json:1:3: /: a zero byte"));
  CHECK(refusals(R"(["\u0000"])").empty());
}

TEST_CASE("nesting of 64 is read, of 65 refused, inside notes too") {
  CHECK(refusals(repeated("[", 64) + repeated("]", 64)).empty());
  CHECK(example::contains(refusal(repeated("[", 65) + repeated("]", 65)), "f.json:1:65: "));
  CHECK(refusals(between(R"({"//":)", repeated("[", 63) + repeated("]", 63), "}")).empty());
  CHECK(example::contains(refusal(between(R"({"//":)", repeated("[", 64) + repeated("]", 64), "}")),
                          "at most 64 levels"));
}

TEST_CASE("5,000,000 open brackets, objects or quotes are refused with one short complaint") {
  for (const char* part : {"[", "{\"a\":", "[{\"a\":"}) {
    const auto complaint = refusal(repeated(part, 5'000'000));
    CHECK(example::contains(complaint, "at most 64 levels"));
    CHECK(complaint.size() < 1000);
  }
  CHECK(refusal(between("\"", std::string(5'000'000, 'a'), "")).size() < 1000);
  CHECK(refusal(std::string(5'000'000, 't')).size() < 1000);
  CHECK(refusal(between("1", std::string(5'000'000, '0'), "")).size() < 1000);
  CHECK(refusal(between("{\"", std::string(5'000'000, 'a'), "\": 1}")).size() < 1000);
}

TEST_CASE(
    "a text of 64 MiB and a byte, one with 1,000,001 values and one with a key of 1,025 bytes are refused") {
  CHECK(example::contains(refusal(std::string(max_document_bytes + 1, ' ')), "too large: 67108865 bytes"));
  CHECK(
      example::contains(refusal(between("[", repeated("0,", 1'000'000), "0]")), "more than 1000000 values"));
  CHECK(refusals(between("[", repeated("0,", 999'998), "0]")).empty());
  CHECK(example::contains(refusal(between("{\"", std::string(1025, 'k'), "\": 0}")), "a key of 1025 bytes"));
  CHECK(refusals(between("{\"", std::string(1024, 'k'), "\": 0}")).empty());
}

TEST_CASE("an object of 200,000 keys is read, and refused for one key that stands twice") {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  CHECK(Document::parse(text + "\"last\":1}", "f").json().size() == 200'001);
  CHECK(example::contains(refusal(text + "\"k0\":1}"),
                          "the key \"k0\" stands twice, first at line 1, column 2"));
}

TEST_CASE("a complaint stays on one line whatever the text holds") {
  for (const std::string text :
       {"{\"a\\nb\": 1, \"a\\nb\": 2}", "{\"\\u001b[31m\": 1e-999}", "[\n\n\"\x1b[31m\"]"}) {
    for (const auto& complaint : refusals(text)) {
      CHECK(complaint.find('\n') == std::string::npos);
      CHECK(complaint.find('\x1b') == std::string::npos);
    }
    CHECK_FALSE(refusals(text).empty());
  }
}

TEST_CASE("files are loaded; a missing file, a directory and one without end are refused") {
  const example::TemporaryDirectory directory;
  const auto file = directory.write("a.json", R"({"a": 1})");
  CHECK(Document::load(file).json().dump() == R"({"a":1})");
  CHECK(Document::load(file).where("/a") == file + ":1:7");
  CHECK_THROWS_AS(Document::load(directory.path().string()), InputError);
  CHECK_THROWS_AS(Document::load((directory.path() / "none.json").string()), InputError);
  CHECK_THROWS_AS(Document::load("/dev/zero"), InputError);
  CHECK_THROWS_AS(Document::load(directory.write("zeros.json", std::string(1000, '\0'))), InputError);
}
