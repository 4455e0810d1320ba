#include "core/problem/data/scale.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::problem::data;

namespace {

Table table_of(const Matrix& values) {
  Table table;
  table.columns = values.cols();
  for (Eigen::Index r = 0; r < values.rows(); ++r) {
    for (Eigen::Index j = 0; j < values.cols(); ++j) table.push(static_cast<std::int32_t>(j), values(r, j));
    table.end_row(static_cast<double>(r));
  }
  return table;
}

Matrix values_of(const Table& table) {
  Matrix result = Matrix::Zero(table.rows(), table.columns);
  for (std::int64_t r = 0; r < table.rows(); ++r)
    for (auto e = table.start[static_cast<std::size_t>(r)]; e < table.start[static_cast<std::size_t>(r) + 1];
         ++e)
      result(r, table.column[static_cast<std::size_t>(e)]) = table.value[static_cast<std::size_t>(e)];
  return result;
}

// Columns: spread, constant, an indicator, all zero, negative to zero.
const Matrix sample = (Matrix(4, 5) << 10, 7, 1, 0, -4,  //
                       20, 7, 0, 0, 0,                   //
                       40, 7, 0, 0, -1,                  //
                       30, 7, 1, 0, -3)
                          .finished();

}  // namespace

TEST_CASE("minmax maps a column's smallest value to 0 and largest to 1, constant columns to 0") {
  const Matrix expected = (Matrix(4, 5) << 0, 0, 1, 0, 0,  //
                           1.0 / 3, 0, 0, 0, 1,            //
                           1, 0, 0, 0, 0.75,               //
                           2.0 / 3, 0, 1, 0, 0.25)
                              .finished();
  CHECK((values_of(scaled(table_of(sample), Scale::minmax)) - expected).cwiseAbs().maxCoeff() < 1e-16);
}

TEST_CASE("indicators keep their zeros under minmax") {
  Matrix indicators = Matrix::Zero(50, 30);
  for (int r = 0; r < 50; ++r) indicators(r, r % 30) = 1;
  CHECK(scaled(table_of(indicators), Scale::minmax).value.size() == 50);
}

TEST_CASE("standardise gives every column mean 0 and variance 1, constant columns 0") {
  const Matrix result = values_of(scaled(table_of(sample), Scale::standardise));
  for (const int j : {0, 2, 4}) {
    CHECK(std::abs(result.col(j).mean()) < 1e-15);
    CHECK(result.col(j).squaredNorm() / 4 == Approx(1).epsilon(1e-14));
  }
  CHECK(result.col(1).isZero(0));
  CHECK(result.col(3).isZero(0));
  CHECK(result(2, 0) == Approx(15 / std::sqrt(125.0)).epsilon(1e-14));
}

TEST_CASE("a constant column of 0.1 in 1,000 rows is 0 after standardising, in spite of rounding") {
  CHECK(values_of(scaled(table_of(Matrix::Constant(1000, 1, 0.1)), Scale::standardise)).isZero(0));
}

TEST_CASE("unit_rows gives norm 1 and leaves empty rows empty") {
  Matrix values = sample;
  values.row(2).setZero();
  const Matrix result = values_of(scaled(table_of(values), Scale::unit_rows));
  for (const int r : {0, 1, 3}) CHECK(result.row(r).norm() == Approx(1).epsilon(1e-15));
  CHECK(result.row(2).isZero(0));
}

TEST_CASE("the intercept is a last column of ones") {
  const Matrix result = values_of(with_intercept(table_of(sample)));
  CHECK(result.leftCols(5) == sample);
  CHECK(result.col(5) == Vector::Ones(4));
}
