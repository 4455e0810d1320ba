// Functions of optimization's literature with known minima, F(x) = f(x − centre·1) for every agent.
//
// Facts (domains, minima) as in Jamil, Yang, "A literature survey of benchmark functions for global
// optimisation problems", IJMMNO 4(2), 2013, and Surjanovic, Bingham, "Virtual Library of Simulation
// Experiments", 2013.
#pragma once
#include "core/problem/content_hash.hpp"
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {

/// f, before it is shifted. Immutable.
class TestFunction {
 public:
  virtual ~TestFunction() = default;
  virtual std::int64_t dimension() const = 0;
  virtual double value(const ConstVectorRef& y) const = 0;
  virtual void gradient(const ConstVectorRef& y, VectorRef g) const = 0;
  /// A global minimiser, as near as doubles come.
  virtual Vector minimiser() const = 0;
  /// A bound of ‖∇²f‖, NaN where there is none or none is known. None of these functions is convex.
  virtual double smoothness() const;
  virtual std::optional<KnownLaw> law(double /*temperature*/) const { return std::nullopt; }
  /// Adds all that f depends on besides its dimension.
  virtual void add_to(ContentHash& hash) const = 0;
};

/// Spec of a function that exists in every dimension from the least one on; others override fields.
struct TestFunctionSpec : ProblemSpec {
  std::int64_t dimension = 2;
  double centre = 0;

  void fields(config::Fields& f) override;
  std::shared_ptr<const Problem> build(std::int64_t agents, std::uint64_t structure_seed) const override;
  double expected_bytes(std::int64_t) const override {
    return 4.0 * sizeof(double) * static_cast<double>(dimension);
  }

 protected:
  virtual std::unique_ptr<const TestFunction> function() const = 0;
  virtual std::int64_t least_dimension() const { return 1; }
  virtual bool any_dimension() const { return true; }
};

/// Of a function that its dimension determines.
template <class Function, std::int64_t least = 1>
struct PlainTestFunctionSpec final : TestFunctionSpec {
  std::unique_ptr<const TestFunction> function() const override {
    return std::make_unique<Function>(dimension);
  }
  std::int64_t least_dimension() const override { return least; }
};

}  // namespace taubar::problem
