#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;
using problem::InitialSpec;

TEST_CASE("initial points: zero, one normal point for all, and a point for each agent that starts alike") {
  InitialSpec spec;
  CHECK(spec.draw(3, 4, 1) == Matrix::Zero(3, 4));
  spec.kind = InitialSpec::Kind::normal;
  spec.sigma = 2;
  const Matrix common = spec.draw(3, 4, 1);
  CHECK(common.row(0) == common.row(2));
  spec.per_agent = true;
  const Matrix own = spec.draw(3, 4, 1);
  CHECK(own.row(0) == common.row(0));
  CHECK_FALSE(own.row(1) == own.row(2));
  CHECK(own == spec.draw(5, 4, 1).topRows(3));
  CHECK_FALSE(own == spec.draw(3, 4, 2));
}

TEST_CASE("sigma 2 gives 10,000 coordinates of variance 4 within 5 standard errors") {
  InitialSpec spec;
  spec.kind = InitialSpec::Kind::normal;
  spec.sigma = 2;
  spec.per_agent = true;
  CHECK(std::abs(spec.draw(100, 100, 1).squaredNorm() / 10000 - 4) < 5 * 4 * std::sqrt(2.0 / 10000));
}

TEST_CASE("initial values and files: d numbers for all or n×d, anything else is refused with both counts") {
  InitialSpec spec;
  spec.kind = InitialSpec::Kind::values;
  spec.values = {1, 2, 3};
  CHECK(spec.draw(2, 3, 1) == (Matrix(2, 3) << 1, 2, 3, 1, 2, 3).finished());
  CHECK_THROWS_AS(spec.draw(2, 2, 1), InputError);
  spec.per_agent = true;
  CHECK(spec.draw(3, 1, 1) == (Matrix(3, 1) << 1, 2, 3).finished());

  const TemporaryDirectory directory;
  InitialSpec from_file;
  from_file.kind = InitialSpec::Kind::file;
  from_file.per_agent = true;
  from_file.file = directory.write("start.csv", "# two agents\r\n1, 2.5\r\n-3e1 4\r\n");
  CHECK(from_file.draw(2, 2, 1) == (Matrix(2, 2) << 1, 2.5, -30, 4).finished());
  CHECK_THROWS_AS(from_file.draw(3, 2, 1), InputError);
  CHECK_THROWS_AS(from_file.draw(1, 2, 1), InputError);
  from_file.file = directory.write("bad.csv", "1\nx\nnan\n");
  try {
    from_file.draw(3, 1, 1);
    FAIL("accepted");
  } catch (const InputError& e) {
    REQUIRE(e.complaints().size() == 2);
    CHECK(e.complaints()[0].find("bad.csv:2: 'x' is not a number") != std::string::npos);
    CHECK(e.complaints()[1].find("bad.csv:3: 'nan' is not finite") != std::string::npos);
  }
}
