// Problems as a scenario writes them.
#include "core/base/error.hpp"
#include "core/problem/data_problem.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

config::Json echo_of(problem::ProblemSpec& spec) {
  return config::echo([&](config::Fields& f) { spec.fields(f); });
}

std::vector<std::string> complaints_of(const std::string& json) {
  try {
    problem_spec(json);
  } catch (const InputError& e) {
    return e.complaints();
  }
  return {};
}

}  // namespace

TEST_CASE("what a problem echoes reads back as the same problem, for every entry and for lavish ones") {
  const TemporaryDirectory directory;
  const auto csv = directory.write("rows.csv", "1,2,0\n3,4,1\n5,7,1\n");
  std::vector<std::string> specs;
  for (const auto& entry : problem::problems().any().entries) {
    specs.emplace_back(entry.example);
    specs.push_back(R"({"kind": ")" + std::string(entry.name) + R"("})");
  }
  specs.push_back(R"({"kind": "logistic_regression", "objective": "sum", "l2": 0.1,
      "initial": {"kind": "normal", "sigma": 3, "per_agent": true}, "gradient": {"kind": "minibatch", "size": 2},
      "partition": {"kind": "dirichlet", "alpha": 2},
      "data": {"file": ")" +
                  csv + R"(", "label": "3", "header": "no", "scale": "standardise", "intercept": true,
               "rows": 3, "positive_class": 0, "format": "csv"}})");
  specs.push_back(R"({"kind": "quadratic", "curvatures": [[1, 2]], "centres": [[0, 1]],
      "gradient": {"kind": "noisy", "sigma": 0.5}, "initial": {"kind": "values", "values": [1, 2]}})");
  for (const auto& text : specs) {
    INFO(text);
    const auto spec = problem_spec(text);
    auto echoed = echo_of(*spec);
    echoed["kind"] = config::Json::parse(text)["kind"];
    INFO(echoed.dump());
    const auto again = problem_spec(echoed.dump());
    CHECK(echo_of(*again) == echo_of(*spec));
    const std::int64_t agents = text.find("curvatures") == std::string::npos ? 3 : 1;
    CHECK(again->build(agents, 1)->content_hash() == spec->build(agents, 1)->content_hash());
  }
}

TEST_CASE("fields arrive: gradient, initial, data, partition, l2") {
  const auto spec =
      problem_spec(R"({"kind": "softmax_regression", "gradient": {"kind": "minibatch", "size": 32},
      "initial": {"kind": "normal", "sigma": 0.5}, "data": {"generator": "forest_cover", "rows": 77}, "l2": 0.25})");
  CHECK(spec->gradient.kind == problem::GradientRule::Kind::minibatch);
  CHECK(spec->gradient.batch == 32);
  CHECK(spec->initial.kind == problem::InitialSpec::Kind::normal);
  CHECK(spec->initial.sigma == 0.5);
  CHECK(dynamic_cast<const problem::DataProblemSpec&>(*spec).l2 == 0.25);
  const auto p = spec->build(3, 1);
  CHECK(p->local_samples(0) + p->local_samples(1) + p->local_samples(2) == 77);
  CHECK(problem_spec(R"({"kind": "least_squares"})")->initial.kind ==
        problem::InitialSpec::Kind::default_for_method);
}

TEST_CASE("parameters that do not go together are complaints, all of them at once") {
  const auto complaints = complaints_of(R"({"kind": "softmax_regression",
      "gradient": {"kind": "full", "size": 32}, "initial": {"kind": "zero", "sigma": 1},
      "data": {"generator": "gaussian", "label": "first"}, "l2": -1})");
  REQUIRE(complaints.size() == 4);
  for (const auto* json :
       {R"({"kind": "softmax_regression", "data": {}})",
        R"({"kind": "softmax_regression", "data": {"rows": 10}})",
        R"({"kind": "least_squares", "gradient": {"kind": "minibatch"}})",
        R"({"kind": "least_squares", "gradient": {"kind": "noisy"}})",
        R"({"kind": "least_squares", "gradient": {"kind": "minibatch", "size": 0}})",
        R"({"kind": "least_squares", "data": {"generator": "forest_cover", "noise": 1}})",
        R"({"kind": "least_squares", "data": {"generator": "gaussian", "positive_class": 1}})",
        R"({"kind": "least_squares", "data": {"file": "nowhere.csv"}})",
        R"({"kind": "quadratic", "curvatures": [[1]]})",
        R"({"kind": "quadratic", "curvatures": [[1]], "centres": [[1, 2]]})",
        R"({"kind": "quadratic", "dimension": 3, "curvatures": [[1]], "centres": [[1]]})",
        R"({"kind": "quadratic", "curvatures": [[-1]], "centres": [[1]]})",
        R"({"kind": "quadratic", "condition_number": 0.5})"}) {
    INFO(json);
    CHECK(complaints_of(json).size() == 1);
  }
}

TEST_CASE("files by the wrong name, without samples, with one class or with many are refused when built") {
  const TemporaryDirectory directory;
  const auto problem_of = [&](const std::string& kind, const std::string& name, const std::string& content,
                              const std::string& rest = "") {
    const auto file = directory.write(name, content);
    return build_problem(R"({"kind": ")" + kind + R"(", "data": {"file": ")" + file + "\"" + rest + "}}", 1);
  };
  CHECK_THROWS_AS(problem_of("least_squares", "rows.dat", "1,2\n"), InputError);
  CHECK(problem_of("least_squares", "rows.dat", "1,2\n", R"(, "format": "csv")")->dimension() == 1);
  CHECK_THROWS_AS(problem_of("least_squares", "empty.csv", ""), InputError);
  CHECK_THROWS_AS(problem_of("least_squares", "narrow.csv", "1\n2\n"), InputError);
  CHECK(problem_of("least_squares", "narrow.csv", "1\n2\n", R"(, "intercept": true)")->dimension() == 1);
  CHECK_THROWS_AS(problem_of("logistic_regression", "three.csv", "1,1\n1,2\n1,3\n"), InputError);
  CHECK_THROWS_AS(problem_of("logistic_regression", "three.csv", "1,1\n1,2\n", R"(, "positive_class": 5)"),
                  InputError);
  std::string many;
  for (int i = 0; i < 1500; ++i) many += "1," + std::to_string(i) + "\n";
  CHECK_THROWS_AS(problem_of("softmax_regression", "many.csv", many), InputError);
}

TEST_CASE("the estimate of memory covers what is held, and a trillion rows are refused instead of made") {
  const auto bytes = [](const std::string& json) { return problem_spec(json)->expected_bytes(4); };
  CHECK(bytes(R"({"kind": "quadratic", "dimension": 100})") >= 8 * 100 * 4);
  CHECK(
      bytes(
          R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 1000, "dimension": 50}})") >=
      2 * 8 * 50 * 1000);
  const std::string huge =
      R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 1000000000000}})";
  CHECK(bytes(huge) > 1e13);
  CHECK_THROWS_AS(build_problem(huge, 4), InputError);
}

TEST_CASE("logistic regression takes the larger of two labels as +1, whatever they are called") {
  const TemporaryDirectory directory;
  const auto file = directory.write("rows.libsvm", "2 1:1\n1 1:3\n");
  const std::string head = R"({"kind": "logistic_regression", "data": {"file": ")" + file + "\"";
  // ∇F(0) = −½ mean(y a): −½ (1 − 3)/2.
  CHECK(gradient_at(*build_problem(head + "}}", 1), Vector::Zero(1))[0] == 0.5);
  CHECK(gradient_at(*build_problem(head + R"(, "positive_class": 1}})", 1), Vector::Zero(1))[0] == -0.5);
}
