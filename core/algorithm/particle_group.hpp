// The particles of one host and how they move; the recursions stand in langevin_population.cpp.
//
// A step is worked out beside the present state and then takes its place, so the state does not depend on when a world
// computes. What is random in the step k of particle p is named by (agent, life, p, k): groups of other sizes, other agents,
// and what is exchanged move none of it.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/vector_stack.hpp"

namespace taubar::algorithm {

/// What all groups of a run share.
struct GroupRule {
  LangevinPopulationOptions options;
  StepSize step_size, temperature;
  std::uint64_t seed = 0;

  bool adjusted() const { return options.dynamics == LangevinRule::Kernel::metropolis_adjusted; }
  /// Whether anything asks for f_i of a particle.
  bool uses_values() const {
    return adjusted() || options.adaptation || options.exchange != LangevinPopulationOptions::Exchange::none;
  }
  /// Vectors that a particle has besides its place: momentum, running mean of g², or gradient.
  int extra_vectors() const { return options.dynamics == LangevinRule::Kernel::overdamped ? 0 : 1; }
};

class ParticleGroup {
 public:
  /// `heat`: this host's temperature is so many times the schedule's.
  ParticleGroup(std::shared_ptr<const GroupRule> rule, const Inputs& inputs, AgentId i, double heat);

  /// Works out own step k = 0, 1, … of every particle but those that are lent.
  void compute(std::int64_t k);
  /// What has been worked out holds from now on.
  void apply(trace::ParticleFigures& figures);
  /// Sample gradients of the step that begins now; a value of f_i costs as much as the gradient of all samples.
  std::int64_t cost() const;

  std::int64_t size() const { return size_; }
  Eigen::Index dimension() const { return now_.dimension(); }
  double temperature(std::int64_t k) const { return heat_ * rule_->temperature->at(k); }
  std::span<const double> particles() const { return {now_.span(0).data(), static_cast<std::size_t>(size_ * dimension())}; }
  std::span<const double> particle(std::int64_t p) const { return now_.span(static_cast<int>(p)); }
  std::span<const double> mean() const { return now_.span(mean_at()); }
  /// √(mean ‖θ_p − mean‖²)
  double spread() const;

  // ---- values f_i(θ_p) ----
  /// The next step ends with the value at the particle's new place.
  void want_value(std::int64_t p) { wanted(p) = 1; }
  void want_all_values();
  bool knows_value(std::int64_t p) const { return known(p) > 0; }
  bool knows_all_values() const;
  double value(std::int64_t p) const { return marks_[static_cast<std::size_t>(p)]; }
  std::int64_t best() const;   ///< of equal ones the first
  std::int64_t worst() const;  ///< of equal ones the last

  // ---- what exchanges do ----
  enum class Use { free, in_test, to_be_lent, lent };
  Use use(std::int64_t p) const { return static_cast<Use>(static_cast<int>(marks_[mark(5, p)])); }
  void set_use(std::int64_t p, Use use) { marks_[mark(5, p)] = static_cast<double>(use); }
  std::int64_t free_particles() const;
  /// Free particle number `rank` = 0, 1, ….
  std::int64_t free_particle(std::int64_t rank) const;
  /// The particle goes to `place`, where f_i has that value; momentum and running means stay.
  void put(std::int64_t p, std::span<const double> place, double value);
  /// The particle's place and value for those that `other` holds, d + 1 values.
  void swap(std::int64_t p, std::span<double> other);
  /// Adds N(0, sigma² I) to all that are not lent.
  void perturb(std::int64_t k, double sigma);
  /// After put or perturb.
  void update_mean() { average(now_); }

  void state(agent::StateVisitor& visitor);
  /// The group begins a life without memory; its numbers are not those of the one before.
  void begin_life() { name_ += std::uint64_t{1} << 32; }
  /// Who draws them: the agent and its life.
  std::uint64_t name() const { return name_; }

  static double expected_bytes(const GroupRule& rule, double dimension);

 private:
  /// b of the named streams: 4 p + use.
  enum Draw : std::uint64_t { of_steps = 0, of_start = 1, of_perturbations = 2 };

  int mean_at() const { return static_cast<int>(size_); }
  int extra(std::int64_t p) const { return static_cast<int>(size_ + 1 + p); }
  std::size_t mark(int kind, std::int64_t p) const { return static_cast<std::size_t>(kind * size_ + p); }
  double& known(std::int64_t p) { return marks_[mark(1, p)]; }
  double known(std::int64_t p) const { return marks_[mark(1, p)]; }
  double& next_value(std::int64_t p) { return marks_[mark(2, p)]; }
  double& next_known(std::int64_t p) { return marks_[mark(3, p)]; }
  double& wanted(std::int64_t p) { return marks_[mark(4, p)]; }
  bool is_lent(std::int64_t p) const { return !marks_.empty() && use(p) == Use::lent; }

  /// Of particle p in this step: η, and the standard deviation of its noise is `noise` √(2 η T).
  struct Scales {
    double step, noise;
  };
  Scales scales(std::int64_t p, double step) const;
  void rank_by_value();
  void estimate_gradient(std::int64_t p, std::int64_t k);
  void move(std::int64_t p, std::int64_t k, Scales scales, double temperature);
  void propose(std::int64_t p, std::int64_t k, Scales scales, double temperature);
  void stay(std::int64_t p);
  void average(VectorStack& of) const;

  std::shared_ptr<const GroupRule> rule_;
  const problem::Problem* problem_;
  problem::GradientOracle gradient_;
  std::uint64_t name_;
  double heat_;
  std::int64_t size_;
  VectorStack now_, next_;  ///< m places, their mean, then what else each particle has
  Vector g_;
  /// m each: value, what is known (1: the value, 2: its gradient too), the same after the step; whether the value is wanted;
  /// use. Empty where nobody asks for values.
  std::vector<double, PopulationAllocator<double>> marks_;
  std::vector<std::int32_t> ranks_;  ///< of the step under way: each particle's, then the particles in order; empty without adaptation
  bool ranked_ = false;
  std::int32_t accepted_ = 0, tested_ = 0;  ///< in the step that was worked out last
};

}  // namespace taubar::algorithm
