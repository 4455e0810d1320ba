// Multilayer perceptrons against what can be computed by hand or in another way.
#include <cmath>

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

Vector numbers(std::initializer_list<double> values) {
  return ConstVectorView(values.begin(), static_cast<Eigen::Index>(values.size()));
}

/// Central differences with step h = 1e-5.
Vector differences_of(const problem::Problem& p, const Vector& x) {
  constexpr double h = 1e-5;
  Vector g(x.size());
  for (Eigen::Index j = 0; j < x.size(); ++j) {
    const Vector step = h * Vector::Unit(x.size(), j);
    g[j] = (p.value(x + step) - p.value(x - step)) / (2 * h);
  }
  return g;
}

double plain_activation(const std::string& name, double z) {
  if (name == "tanh") return std::tanh(z);
  if (name == "relu") return std::max(0.0, z);
  if (name == "sigmoid") return 1 / (1 + std::exp(-z));
  return std::log1p(std::exp(z));
}

/// The margins by loops over plain matrices, parameters layer by layer, weights row by row, then offsets.
Vector plain_margins(const Vector& theta, const std::vector<std::int64_t>& widths, const std::string& activation,
                     Vector h) {
  Eigen::Index next = 0;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    Vector z(widths[l]);
    for (Eigen::Index k = 0; k < z.size(); ++k) {
      z[k] = 0;
      for (Eigen::Index j = 0; j < h.size(); ++j) z[k] += theta[next++] * h[j];
    }
    for (Eigen::Index k = 0; k < z.size(); ++k) {
      z[k] += theta[next++];
      if (l + 1 < widths.size()) z[k] = plain_activation(activation, z[k]);
    }
    h = z;
  }
  REQUIRE(next == theta.size());
  return h;
}

/// 5 samples with 3 features, some of them 0, and so many classes.
std::string few_rows(const TemporaryDirectory& directory, int classes) {
  std::string rows;
  for (int s = 0; s < 5; ++s) {
    const Vector a = random_point(3, 50 + static_cast<std::uint64_t>(s));
    rows += (s % 2 == 0 ? "0," : std::to_string(a[0]) + ",") + std::to_string(a[1]) + "," + std::to_string(a[2]) + "," +
            std::to_string(s % classes) + "\n";
  }
  return directory.write("rows" + std::to_string(classes) + ".csv", rows);
}

std::string network_on(const std::string& file, const std::string& rest) {
  return R"({"kind": "neural_network", "data": {"file": ")" + file + R"("}, )" + rest + "}";
}

}  // namespace

TEST_CASE("a network of 2 inputs, 2 tanh units and 1 output has the loss and the gradient found by hand") {
  // W¹ = (1, −2; 0.5, 3), b¹ = (0.25, −1), W² = (2, −1), b² = 0.5; one sample a = (0.5, 0.25), y = 3:
  // z = (0.5 − 0.5 + 0.25, 0.25 + 0.75 − 1) = (0.25, 0), h = (tanh ¼, 0), m = 2 tanh ¼ + 0.5.
  const TemporaryDirectory directory;
  const auto file = directory.write("one.csv", "0.5,0.25,3\n");
  const auto p = build_problem(network_on(file, R"("task": "regression", "layers": [2], "activation": "tanh")"), 1);
  REQUIRE(p->dimension() == 9);
  const Vector theta = numbers({1, -2, 0.5, 3, 0.25, -1, 2, -1, 0.5});
  const double t = std::tanh(0.25), m = 2 * t + 0.5, slope = m - 3;
  CHECK(p->value(theta) == Approx(0.5 * slope * slope).epsilon(1e-15));
  // δ² = m − y, δ¹ = (2 (1 − t²), −1) δ².
  const double d1 = 2 * (1 - t * t) * slope, d2 = -slope;
  const Vector expected = numbers({d1 * 0.5, d1 * 0.25, d2 * 0.5, d2 * 0.25, d1, d2, slope * t, 0, slope});
  CHECK((gradient_at(*p, theta) - expected).norm() < 1e-15 * 10);
}

TEST_CASE("4 activations, 0 to 3 hidden layers, 2 and 3 classes: F is that of plain loops to 1e-13") {
  const TemporaryDirectory directory;
  for (const int classes : {2, 3}) {
    const auto file = few_rows(directory, classes);
    const std::int64_t outputs = classes == 2 ? 1 : classes;
    for (const std::string activation : {"tanh", "relu", "sigmoid", "softplus"})
      for (const std::vector<std::int64_t>& hidden : {std::vector<std::int64_t>{}, {1}, {4}, {3, 5}, {2, 9, 1}}) {
        config::Json layers = hidden;
        const auto p =
            build_problem(network_on(file, R"("l2": 0.1, "layers": )" + layers.dump() + R"(, "activation": ")" +
                                               activation + "\""),
                          2);
        std::vector<std::int64_t> widths{3};
        widths.insert(widths.end(), hidden.begin(), hidden.end());
        widths.push_back(outputs);
        const Vector theta = random_point(p->dimension(), 3);
        double sum = 0;
        for (int s = 0; s < 5; ++s) {
          Vector a = random_point(3, 50 + static_cast<std::uint64_t>(s));
          for (double& value : a) value = std::stod(std::to_string(value));
          if (s % 2 == 0) a[0] = 0;
          const Vector m = plain_margins(theta, widths, activation, a);
          const int y = s % classes;
          sum += classes == 2 ? std::log1p(std::exp(y == 1 ? -m[0] : m[0]))
                              : std::log(m.array().exp().sum()) - m[y];
        }
        INFO(activation << " " << layers.dump() << " " << classes);
        CHECK(p->value(theta) == Approx(sum / 5 + 0.05 * theta.squaredNorm()).epsilon(1e-13));
      }
  }
}

TEST_CASE("4 activations, sparse and dense features, 1 and 4 margins: gradients are central differences to 1e-7") {
  const TemporaryDirectory directory;
  std::string sparse;
  for (int s = 0; s < 12; ++s)
    sparse += std::to_string(s % 4) + " " + std::to_string(1 + s % 5) + ":" + std::to_string(0.3 * s - 1) + " " +
              std::to_string(7 + s) + ":1.5\n";
  const auto file = directory.write("sparse.libsvm", sparse);
  for (const std::string activation : {"tanh", "relu", "sigmoid", "softplus"})
    for (const std::string& json :
         {network_on(file, R"("layers": [5, 3], "activation": ")" + activation + "\""),
          R"({"kind": "neural_network", "layers": [3, 3], "l2": 0.2, "data": {"generator": "gaussian", "rows": 30},
              "activation": ")" + activation + "\"}",
          R"({"kind": "bayesian_neural_network", "layers": [7, 2], "task": "regression", "noise": 0.5,
              "data": {"generator": "sine", "rows": 30}, "activation": ")" + activation + "\"}"}) {
      INFO(json);
      const auto p = build_problem(json, 3);
      for (std::uint64_t number = 0; number < 2; ++number) {
        const Vector x = random_point(p->dimension(), number), g = differences_of(*p, x);
        CHECK((gradient_at(*p, x) - g).norm() < 1e-7 * (1 + g.norm()));
      }
    }
}

TEST_CASE("without hidden layers a network is logistic or softmax regression with an intercept, to 1e-14") {
  const std::string data = R"("data": {"generator": "gaussian", "rows": 80, "dimension": 4)";
  const auto network = build_problem(R"({"kind": "neural_network", "layers": [], )" + data + "}}", 4);
  const auto linear = build_problem(R"({"kind": "logistic_regression", )" + data + R"(, "intercept": true}})", 4);
  const Vector x = random_point(5, 1);
  CHECK(network->value(x) == Approx(linear->value(x)).epsilon(1e-14));
  CHECK((gradient_at(*network, x) - gradient_at(*linear, x)).norm() < 1e-14);
  CHECK((local_gradient_at(*network, 2, x) - local_gradient_at(*linear, 2, x)).norm() < 1e-14);
}

TEST_CASE("all 10 pairs out of 5 samples: their gradients' mean is the gradient, for a network and for posteriors") {
  const TemporaryDirectory directory;
  const auto file = few_rows(directory, 2);
  for (const std::string& json :
       {network_on(file, R"("layers": [3], "l2": 0.1)"),
        R"({"kind": "bayesian_neural_network", "layers": [3], "prior_sigma": 0.7, "data": {"file": ")" + file + "\"}}",
        R"({"kind": "bayesian_logistic_regression", "data": {"file": ")" + file + "\"}}"}) {
    INFO(json);
    const auto p = build_problem(json, 1);
    const Vector x = random_point(p->dimension(), 2);
    Vector mean = Vector::Zero(x.size()), g(x.size());
    for (std::int64_t s = 0; s < 5; ++s)
      for (std::int64_t t = s + 1; t < 5; ++t) {
        const std::int64_t pair[] = {t, s};
        p->sampled_gradient(0, x, pair, g);
        mean += g / 10;
      }
    CHECK((mean - local_gradient_at(*p, 0, x)).norm() < 1e-13 * (1 + mean.norm()));
  }
}

TEST_CASE("a network starts at weights of variance 1/inputs, 2/inputs for relu, and offsets 0; from one seed alike") {
  for (const bool relu : {false, true}) {
    const auto spec = problem_spec(
        std::string(R"({"kind": "neural_network", "layers": [200], "data": {"generator": "gaussian", "rows": 20,
                        "dimension": 50}, "activation": ")") + (relu ? "relu" : "tanh") + "\"}");
    const auto p = spec->build(3, 1);
    const Matrix start = spec->initial.draw(*p, 1);
    REQUIRE(start.rows() == 3);
    CHECK(start.row(0) == start.row(2));
    CHECK(start == spec->initial.draw(*p, 1));
    CHECK_FALSE(start == spec->initial.draw(*p, 2));
    const Vector x = start.row(0).transpose();
    CHECK(x.segment(50 * 200, 200).isZero(0));
    CHECK(x[p->dimension() - 1] == 0);
    const double gain = relu ? 2 : 1;
    // A mean of k squares of N(0, v) has standard deviation v √(2/k); 5 of them.
    CHECK(std::abs(x.head(10000).squaredNorm() / 10000 * 50 / gain - 1) < 5 * std::sqrt(2.0 / 10000));
    CHECK(std::abs(x.segment(10200, 200).squaredNorm() / gain - 1) < 5 * std::sqrt(2.0 / 200));
  }
  auto per_agent = problem_spec(R"({"kind": "bayesian_neural_network", "initial": {"per_agent": true}})");
  const auto p = per_agent->build(3, 1);
  const Matrix start = per_agent->initial.draw(*p, 1);
  CHECK_FALSE(start.row(0) == start.row(1));
  CHECK(per_agent->initial.draw(*per_agent->build(2, 1), 1) == start.topRows(2));
  const auto zero = problem_spec(R"({"kind": "neural_network", "initial": {"kind": "zero"}})");
  CHECK(zero->initial.draw(*zero->build(2, 1), 1).isZero(0));
  const auto linear = problem_spec(R"({"kind": "logistic_regression"})");
  CHECK(linear->initial.draw(*linear->build(2, 1), 1).isZero(0));
}

TEST_CASE("descent from the starting point fits sin 2a to an error of a quarter of its variance") {
  const auto spec = problem_spec(R"({"kind": "neural_network", "task": "regression", "layers": [16],
                                     "data": {"generator": "sine", "rows": 100, "noise": 0}})");
  const auto p = spec->build(1, 1);
  Vector x = spec->initial.draw(*p, 1).row(0).transpose();
  const double before = p->value(x);
  for (int step = 0; step < 4000; ++step) x -= 0.2 * gradient_at(*p, x);
  CHECK(before > 0.2);
  CHECK(p->value(x) < 0.0625);  // ½ E(sin 2a)² = ¼
}

TEST_CASE("what is no network is refused: 9 specs, and 2 more when built") {
  const auto refused = [](const std::string& rest) {
    try {
      problem_spec(R"({"kind": "bayesian_neural_network", )" + rest + "}");
    } catch (const InputError&) {
      return true;
    }
    return false;
  };
  CHECK(refused(R"("layers": [0])"));
  CHECK(refused(R"("layers": [2000000])"));
  CHECK(refused(R"("layers": 5)"));
  CHECK(refused(R"("layers": )" + config::Json(std::vector<int>(101, 2)).dump()));
  CHECK(refused(R"("activation": "sine")"));
  CHECK(refused(R"("task": "ranking")"));
  CHECK(refused(R"("noise": 0.1)"));
  CHECK(refused(R"("prior_sigma": 0)"));
  CHECK(refused(R"("l2": 1)"));
  CHECK_FALSE(refused(R"("task": "regression", "noise": 0.1, "layers": [3, 3])"));
  const TemporaryDirectory directory;
  const auto one_class = directory.write("one.csv", "1,7\n2,7\n");
  CHECK_THROWS_AS(build_problem(network_on(one_class, R"("layers": [2])"), 1), InputError);
  CHECK_THROWS_AS(build_problem(R"({"kind": "neural_network", "layers": [100000, 100000]})", 1), InputError);
}
