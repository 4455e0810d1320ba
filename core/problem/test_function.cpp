#include "core/problem/test_function.hpp"

#include <limits>

#include "core/config/fields.hpp"
#include "core/problem/shared_problem.hpp"

namespace taubar::problem {
namespace {

constexpr double most_unknowns = 1e7;

class Shifted final : public SharedProblem {
 public:
  Shifted(std::int64_t agents, std::unique_ptr<const TestFunction> function, double centre)
      : SharedProblem(agents), function_(std::move(function)), centre_(centre) {}

  std::int64_t dimension() const override { return function_->dimension(); }
  double value(const ConstVectorRef& x) const override { return function_->value(shifted(x)); }
  void gradient(const ConstVectorRef& x, VectorRef g) const override { function_->gradient(shifted(x), g); }
  Constants constants() const override {
    return {function_->smoothness(), std::numeric_limits<double>::quiet_NaN()};
  }
  /// At 0 most of these are flat, or so far out that the gradient means nothing: a tenth beside the minimiser
  /// in every coordinate.
  double gradient_scale() const override {
    Vector g(dimension());
    function_->gradient(function_->minimiser() + Vector::Constant(dimension(), 0.1), g);
    return g.norm();
  }
  std::optional<KnownLaw> law(double temperature) const override {
    auto law = dimension() <= max_law_dimension ? function_->law(temperature) : std::nullopt;
    if (law) law->mean.array() += centre_;
    return law;
  }
  std::string content_hash() const override {
    ContentHash hash;
    hash.text("test function 1").integer(dimension()).real(centre_);
    function_->add_to(hash);
    return hash.hex();
  }

 protected:
  std::optional<Vector> known_minimiser() const override {
    Vector x = function_->minimiser();
    x.array() += centre_;
    return x;
  }

 private:
  // Working memory of the thread: it grows to the largest function met and stays.
  const Vector& shifted(const ConstVectorRef& x) const {
    thread_local Vector y;
    y.resize(x.size());
    for (Eigen::Index j = 0; j < x.size(); ++j) y[j] = x[j] - centre_;
    return y;
  }

  std::unique_ptr<const TestFunction> function_;
  double centre_;
};

}  // namespace

double TestFunction::smoothness() const { return std::numeric_limits<double>::quiet_NaN(); }

void TestFunctionSpec::fields(config::Fields& f) {
  common_fields(f);
  if (any_dimension())
    f.integer("dimension", dimension, config::between(static_cast<double>(least_dimension()), most_unknowns),
              "d");
  f.real("centre", centre, config::any_number, "the function is shifted by as much in every coordinate");
}

std::shared_ptr<const Problem> TestFunctionSpec::build(std::int64_t agents, std::uint64_t) const {
  return std::make_shared<Shifted>(agents, function(), centre);
}

}  // namespace taubar::problem
