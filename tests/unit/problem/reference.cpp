#include <fmt/format.h>

#include <filesystem>

#include "core/base/dense.hpp"
#include "core/problem/newton.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;
namespace fs = std::filesystem;

namespace {

const std::string softmax =
    R"({"kind": "softmax_regression", "l2": 1e-3, "data": {"generator": "forest_cover", "rows": 150, "scale": "minmax"}})";

std::vector<fs::path> files_in(const std::string& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) files.push_back(entry.path());
  return files;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// Counts how often the minimiser is asked for.
class Counted final : public problem::Problem {
 public:
  explicit Counted(std::shared_ptr<const problem::Problem> inner) : inner_(std::move(inner)) {}
  mutable int solved = 0;

  std::int64_t agents() const override { return inner_->agents(); }
  std::int64_t dimension() const override { return inner_->dimension(); }
  double value(const ConstVectorRef& x) const override { return inner_->value(x); }
  void gradient(const ConstVectorRef& x, VectorRef g) const override { inner_->gradient(x, g); }
  double local_value(AgentId i, const ConstVectorRef& x) const override { return inner_->local_value(i, x); }
  void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const override {
    inner_->local_gradient(i, x, g);
  }
  void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t> samples,
                        VectorRef g) const override {
    inner_->sampled_gradient(i, x, samples, g);
  }
  problem::Constants constants() const override { return inner_->constants(); }
  problem::Constants local_constants(AgentId i) const override { return inner_->local_constants(i); }
  std::optional<Vector> minimiser(const std::vector<double>& weights, double tolerance,
                                  const Vector& start) const override {
    ++solved;
    return inner_->minimiser(weights, tolerance, start);
  }
  std::string content_hash() const override { return inner_->content_hash(); }

 private:
  std::shared_ptr<const problem::Problem> inner_;
};

}  // namespace

TEST_CASE("a minimiser is solved once, kept in one file, and comes back with the same bits") {
  const TemporaryDirectory directory;
  const std::string cache = directory.file("a/new/directory");
  const Counted p(build_problem(softmax, 4));
  const auto plain = problem::reference(p, ""), solved = problem::reference(p, cache);
  CHECK(p.solved == 2);
  const auto cached = problem::reference(p, cache);
  CHECK(p.solved == 2);
  REQUIRE(files_in(cache).size() == 1);
  CHECK(cached->minimiser == plain->minimiser);
  CHECK(cached->minimiser == solved->minimiser);
  CHECK(cached->objective == plain->objective);
  CHECK(cached->gradient_norm == plain->gradient_norm);
}

TEST_CASE("a cut, spoilt, empty, foreign or merely wrong cache file is ignored and written again") {
  const TemporaryDirectory directory;
  const Counted p(build_problem(softmax, 4));
  const auto truth = problem::reference(p, directory.path());
  const auto file = files_in(directory.path()).at(0);
  const std::string good = content_of(file);
  auto spoilt = good;
  spoilt[good.size() / 2] = static_cast<char>(spoilt[good.size() / 2] ^ 1);
  const Counted other(build_problem(R"({"kind": "quadratic", "dimension": 378})", 4));
  const TemporaryDirectory elsewhere;
  REQUIRE(problem::reference(other, elsewhere.path()));
  const auto foreign = content_of(files_in(elsewhere.path()).at(0));
  REQUIRE(foreign.size() == good.size());
  for (const auto& bad :
       {good.substr(0, good.size() - 1), spoilt, std::string(), foreign, std::string(1 << 20, '\0')}) {
    overwrite(file, bad);
    const int before = p.solved;
    CHECK(problem::reference(p, directory.path())->minimiser == truth->minimiser);
    CHECK(p.solved == before + 1);
    CHECK(content_of(file) == good);
  }
  CHECK(files_in(directory.path()).size() == 1);
}

TEST_CASE("a cache directory that cannot be written is no error") {
  const TemporaryDirectory directory;
  const auto p = build_problem(softmax, 4);
  const auto in_the_way = directory.write("file", "");
  CHECK(problem::reference(*p, in_the_way + "/cache").has_value());
}

TEST_CASE(
    "least squares: the minimiser is the zero of the affine gradient by elimination to 1e-10, with and "
    "without l2") {
  for (const double l2 : {0.0, 0.05}) {
    const auto spec =
        R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 60, "dimension": 7}, "l2": )" +
        std::to_string(l2) + "}";
    const auto p = build_problem(spec, 3);
    // H and the right-hand side from F's gradient, which is affine.
    const Vector origin = gradient_at(*p, Vector::Zero(7));
    Eigen::MatrixXd h(7, 7);
    for (int j = 0; j < 7; ++j) h.col(j) = gradient_at(*p, Vector::Unit(7, j)) - origin;
    const Vector x = solve(h, -origin);
    CHECK((problem::reference(*p, "")->minimiser - x).norm() < 1e-10 * x.norm());
  }
}

TEST_CASE(
    "nothing is reported where no unique minimiser is guaranteed: l2 = 0 with classes, or without full "
    "rank") {
  const auto none = [](const std::string& json) {
    return !problem::reference(*build_problem(json, 2), "").has_value();
  };
  CHECK(none(R"({"kind": "logistic_regression", "data": {"generator": "gaussian", "rows": 50}})"));
  CHECK(none(R"({"kind": "softmax_regression", "data": {"generator": "gaussian", "rows": 50}})"));
  CHECK(none(R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 9}})"));
  // Four area and forty soil indicators each add up to one: rank 53 at most.
  CHECK(none(R"({"kind": "least_squares", "data": {"generator": "forest_cover", "rows": 3000}})"));
  CHECK_FALSE(none(R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 11}})"));
}

TEST_CASE("a badly scaled set is solved with l2 = 1e-4: columns from 1 to 7,000") {
  const auto p = build_problem(
      R"({"kind": "softmax_regression", "l2": 1e-4, "data": {"generator": "forest_cover", "rows": 400}})", 4);
  const auto reference = problem::reference(*p, "");
  REQUIRE(reference);
  CHECK(reference->gradient_norm <= 1e-12 * gradient_at(*p, Vector::Zero(p->dimension())).norm());
}

TEST_CASE(
    "above 1,500 unknowns conjugate gradients find the same minimiser as the factorised Hessian, to 1e-8") {
  const auto json = [](int features) {
    return R"({"kind": "logistic_regression", "l2": 0.01, "data": {"file": "FILE", "features": )" +
           std::to_string(features) + "}}";
  };
  const TemporaryDirectory directory;
  Stream stream(8, Purpose::test);
  std::string rows;
  for (int s = 0; s < 300; ++s) {
    rows += s % 2 == 0 ? "1" : "-1";
    for (int j = 1 + static_cast<int>(stream.below(7)); j <= 1000;
         j += 40 + static_cast<int>(stream.below(80)))
      rows += fmt::format(" {}:{}", j, stream.normal());
    rows += "\n";
  }
  const auto file = directory.write("wide.libsvm", rows);
  const auto solve = [&](int features) {
    auto text = json(features);
    text.replace(text.find("FILE"), 4, file);
    return problem::reference(*build_problem(text, 4), "");
  };
  const auto exact = solve(1000), conjugate = solve(2000);
  REQUIRE(exact);
  REQUIRE(conjugate);
  CHECK((conjugate->minimiser.head(1000) - exact->minimiser).norm() < 1e-8 * exact->minimiser.norm());
  CHECK(conjugate->minimiser.tail(1000).isZero(0));
  CHECK(conjugate->objective == Approx(exact->objective).epsilon(1e-14));
}

TEST_CASE(
    "positive_definite judges whatever the scale: Hilbert's 6×6 is, its 12×12 is not, diag(1e-200, 1) is") {
  const auto hilbert = [](int size) {
    Matrix h(size, size);
    for (int i = 0; i < size; ++i)
      for (int j = 0; j < size; ++j) h(i, j) = 1.0 / (i + j + 1);
    return h;
  };
  CHECK(problem::positive_definite(hilbert(6)));
  CHECK_FALSE(problem::positive_definite(hilbert(12)));
  Matrix diagonal = Matrix::Identity(2, 2);
  diagonal(0, 0) = 1e-200;
  CHECK(problem::positive_definite(diagonal));
  diagonal(0, 0) = 0;
  CHECK_FALSE(problem::positive_definite(diagonal));
}
