// Objects with keys of the user's own, values of any type, parts of documents and values set with an origin.
#include "core/config/free_keys.hpp"

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "core/config/reader.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::config;

namespace {

struct FreelyKeyed {
  std::vector<std::pair<std::string, std::vector<Json>>> lists;
  Json any;
  void fields(Fields& f) {
    FreeKeys::of(f).entries("lists", lists, "by name", [](Fields& inner, const std::string& key, std::vector<Json>& list) {
      FreeKeys::of(inner).jsons(key, list, "values", required);
      inner.demand(!list.empty(), key, "has no values");
    });
    FreeKeys::of(f).json("any", any, "any value", "what it may be");
  }
};

FreelyKeyed read_freely(const std::string& text) {
  FreelyKeyed read_;
  read(Document::parse(text, "f"), [&](Fields& f) { read_.fields(f); });
  return read_;
}

}  // namespace

TEST_CASE("an object with keys of the user's own is read in its order, echoed alike, and described under any key") {
  auto read_ = read_freely(R"({"lists": {"z": [1, "two", {"three": 3}], "a": [[]]}, "any": {"x": 1}})");
  REQUIRE(read_.lists.size() == 2);
  CHECK(read_.lists[0].first == "z");
  CHECK(read_.lists[0].second[2] == Json{{"three", 3}});
  CHECK(read_.any == Json{{"x", 1}});
  CHECK(echo([&](Fields& f) { read_.fields(f); }) == Json{{"lists", {{"z", Json::array({1, "two", Json{{"three", 3}}})}, {"a", Json::array({Json::array()})}}}, {"any", {{"x", 1}}}});
  FreelyKeyed described;
  const auto schema_ = schema([&](Fields& f) { described.fields(f); }, "free");
  CHECK(schema_["properties"]["lists"]["additionalProperties"]["type"] == "array");
  const auto rows = parameters([&](Fields& f) { described.fields(f); });
  CHECK(rows.at(1).name == "lists.*");
}

TEST_CASE("complaints inside an object with keys of the user's own name the key and its place") {
  try {
    read_freely("{\"lists\": {\"a/b\": 3,\n \"c\": []}, \"any\": null}");
    FAIL("was read");
  } catch (const InputError& error) {
    REQUIRE(error.complaints().size() == 3);
    CHECK(error.complaints()[0] == "f:1:19: /lists/a~1b: must be an array of values, found the number 3");
    CHECK(error.complaints()[1] == "f:2:7: /lists/c: has no values");
    CHECK(error.complaints()[2].find("/any: is null; accepted: any value") != std::string::npos);
  }
}

TEST_CASE("a part of a document keeps the places of the whole, and what is set tells its origin") {
  const auto whole = Document::parse("{\"a\": [1,\n  {\"b\": {\"c\": 5}}]}", "f");
  auto part = whole.part("/a/1/b");
  CHECK(part.json() == Json{{"c", 5}});
  CHECK(part.where("/c") == "f:2:15");
  CHECK_THROWS_AS(whole.part("/a/2"), InputError);
  CHECK_THROWS_AS(whole.part("/b"), InputError);
  part.set("/d/e", Json{1, 2}, "sweep.json:3:4");
  CHECK(part.json()["d"]["e"] == Json{1, 2});
  CHECK(part.where("/d/e/1") == "sweep.json:3:4");
  CHECK(part.where("/c") == "f:2:15");
  CHECK_THROWS_AS(part.set("d", 1, "here"), InputError);
  CHECK_THROWS_AS(part.set("/c/x", 1, "here"), InputError);
}
