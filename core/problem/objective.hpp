// What agents minimise. F = (1/n) Σ f_i; with N samples f_i(x) = (n/N) Σ_{samples of i} loss + (l2/2)‖x‖², so
// F is the mean loss over all samples + (l2/2)‖x‖² for every partition (scenario.md, "problem").
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/linear_algebra.hpp"
#include "core/base/random.hpp"

namespace taubar::config {
class Fields;
}

namespace taubar::problem {

/// Smoothness L and strong convexity mu of a function; unknown constants are NaN, and mu of a function that
/// is not convex.
struct Constants {
  double smoothness = 0;  ///< L: ‖∇f(x) − ∇f(y)‖ <= L ‖x − y‖; an upper bound, tight for quadratics
  double strong_convexity = 0;  ///< mu: a lower bound, 0 if only convex
};

/// The law with density proportional to exp(−F/T), as far as it is known.
struct KnownLaw {
  Vector mean;
  Matrix covariance;
  bool gaussian = false;
};

/// Above this dimension no law is reported: its covariance is a full matrix.
inline constexpr std::int64_t max_law_dimension = 2000;

class Predictor;

/// How an agent estimates ∇f_i.
struct GradientRule {
  enum class Kind { full, minibatch, noisy, single_sample };
  Kind kind = Kind::full;
  std::int64_t batch = 1;  ///< minibatch: samples without replacement; all of them where an agent has fewer
  double sigma = 0;        ///< noisy: E‖noise‖² = sigma²

  /// {"kind": …, "size": …, "sigma": …}
  void fields(config::Fields& f);
};

/// All f_i of a problem; immutable once built, so it may be read from several threads.
class Problem {
 public:
  virtual ~Problem() = default;

  virtual std::int64_t agents() const = 0;
  virtual std::int64_t dimension() const = 0;

  /// F(x), d = dimension().
  virtual double value(const ConstVectorRef& x) const = 0;
  /// ∇F(x) into g (d values, overwritten).
  virtual void gradient(const ConstVectorRef& x, VectorRef g) const = 0;
  /// f_i(x) and ∇f_i(x).
  virtual double local_value(AgentId i, const ConstVectorRef& x) const = 0;
  virtual void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const = 0;
  /// Agent i's number of samples, 1 for problems without samples: what a full gradient costs.
  virtual std::int64_t local_samples(AgentId) const { return 1; }
  /// The unbiased estimate of ∇f_i(x) over the given samples of agent i (0 … local_samples−1, distinct), with
  /// the exact gradient of the regulariser. Problems without samples ignore `samples`.
  virtual void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t> samples,
                                VectorRef g) const = 0;

  virtual Constants constants() const = 0;
  virtual Constants local_constants(AgentId i) const = 0;

  /// The minimiser of Σ w_i f_i (w_i >= 0, Σ w_i = 1), to ‖∇‖ <= tolerance · ‖∇ at 0‖, started from `start`;
  /// where F is not convex, a global minimiser that is known. Nothing where it is unknown, not unique (of a
  /// convex function) or cannot be had to that tolerance.
  virtual std::optional<Vector> minimiser(const std::vector<double>& weights, double tolerance,
                                          const Vector& start) const = 0;
  /// Whether all agents have one function: f_i = F.
  virtual bool shared() const { return false; }
  /// Of exp(−F/T); nothing where it is not known in closed form.
  virtual std::optional<KnownLaw> law(double /*temperature*/) const { return std::nullopt; }
  /// Where agents start unless the scenario says so: 0, or a point drawn from the stream where 0 is a bad one.
  virtual Vector starting_point(Stream&) const { return Vector::Zero(dimension()); }
  /// What the model says of samples that it was not fitted to; null for problems without a held-out part.
  virtual const Predictor* predictor() const { return nullptr; }
  /// What ‖∇F‖ is measured against where it should be as good as zero: ‖∇F(0)‖, unless a function names a
  /// better place.
  virtual double gradient_scale() const;
  /// Hash of all that F depends on (data, partition excluded where F does not depend on it): the cache key.
  virtual std::string content_hash() const = 0;
};

/// Draws agent i's gradient estimates, with the agent's own stream; one per agent.
class GradientOracle {
 public:
  GradientOracle(const Problem& problem, AgentId agent, const GradientRule& rule, std::uint64_t seed);
  /// The next estimate of ∇f_i(x) into g (d values). No allocation after the first call.
  void operator()(const ConstVectorRef& x, VectorRef g) { (*this)(x, g, stream_); }
  /// The same with draws from another stream, for those who make several estimates in one step.
  void operator()(const ConstVectorRef& x, VectorRef g, Stream& stream);
  /// Draws for such an estimate: the stream (a, b) of this oracle's seed and purpose.
  Stream stream(std::uint64_t a, std::uint64_t b) const { return stream_.named(a, b); }
  /// Whether estimates are the gradient itself.
  bool exact() const { return rule_.kind == GradientRule::Kind::full; }
  /// Sample gradients one call uses.
  std::int64_t samples() const { return samples_; }
  AgentId agent() const { return agent_; }
  std::int64_t dimension() const { return problem_->dimension(); }
  std::uint64_t position() const { return stream_.position(); }

 private:
  const Problem* problem_;
  AgentId agent_;
  GradientRule rule_;
  std::int64_t samples_;
  Stream stream_;
  std::vector<std::int64_t> chosen_;
  std::vector<bool> taken_;  ///< by sample; all false between calls

  void choose(Stream& stream);
  void add_noise(VectorRef g, Stream& stream);
};

}  // namespace taubar::problem
