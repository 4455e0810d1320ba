#include "core/config/document.hpp"
#include "tests/support/catch.hpp"

using taubar::config::nearest;

TEST_CASE("the nearest name within 2 edits, or a third of the length") {
  const std::vector<std::string> names{"agents", "kind", "gradient_push", "asynchronous_gradient_push",
                                       "l2",     "to"};
  CHECK(nearest("agnets", names) == "agents");
  CHECK(nearest("agent", names) == "agents");
  CHECK(nearest("knd", names) == "kind");
  CHECK(nearest("Gradient-Push", names) == "gradient_push");
  CHECK(nearest("async_gradient_push", names) == "gradient_push");  // 6 edits against 7
  CHECK(nearest("l1", names) == "l2");
}

TEST_CASE("names that share nothing are not near, however short") {
  CHECK(nearest("xy", {"to", "at"}).empty());
  CHECK(nearest("", {"a", "ab"}).empty());
  CHECK(nearest("latency", {"bandwidth", "overhead"}).empty());
  CHECK(nearest("x", {}).empty());
}

TEST_CASE("of equally near names the first is chosen, and a swap is one edit") {
  CHECK(nearest("abd", {"abc", "abe"}) == "abc");
  CHECK(nearest("ab", {"bax", "ba"}) == "ba");
}

TEST_CASE("a word of 10,000,000 letters has no near name") {
  CHECK(nearest(std::string(10'000'000, 'a'), {"aaaa", "bbbb"}).empty());
}
