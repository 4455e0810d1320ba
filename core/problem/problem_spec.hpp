// The axis "problem": what a scenario asks for, and the Problem it becomes.
#pragma once
#include <memory>
#include <string>

#include "core/config/catalogue.hpp"
#include "core/problem/objective.hpp"

namespace taubar::problem {

/// Where the agents start.
struct InitialSpec {
  enum class Kind { default_for_method, zero, normal, values, file };
  Kind kind = Kind::default_for_method;  ///< the problem's starting point; `push_sum`: normal, per agent
  double sigma = 1;
  std::vector<double> values;
  std::string file, file_resolved;
  bool per_agent = false;  ///< else one point for all
  void fields(config::Fields& f);
  /// n×d (one row repeated unless per_agent), from the Purpose::initial streams of the seed.
  /// Of the default kind: zeros.
  Matrix draw(std::int64_t agents, std::int64_t dimension, std::uint64_t structure_seed) const;
  /// The same for a problem; of the default kind: its own starting point.
  Matrix draw(const Problem& problem, std::uint64_t structure_seed) const;
};

/// A kind of problem. Derived structs list their own fields after `common_fields`.
struct ProblemSpec : config::Described {
  InitialSpec initial;
  GradientRule gradient;
  bool objective_is_sum = false;  ///< `objective: sum`: reported F, L and mu times n; never f_i

  /// Builds for n agents; data, partition and generated numbers from the structure seed. InputError for
  /// unusable data (file and line), fewer samples than agents, ….
  virtual std::shared_ptr<const Problem> build(std::int64_t agents, std::uint64_t structure_seed) const = 0;
  /// An upper estimate, in bytes, of what build() will hold, before anything is read.
  virtual double expected_bytes(std::int64_t agents) const = 0;

 protected:
  /// initial, gradient, objective.
  void common_fields(config::Fields& f);
};

const config::Catalogue<ProblemSpec>& problems();

/// F(x*), x*: of a problem with a unique minimiser, solved to a relative gradient of 1e-12.
struct Reference {
  Vector minimiser;
  double objective = 0;      ///< F(x*)
  double gradient_norm = 0;  ///< ‖∇F(x*)‖₂
};

/// Looks the minimiser up in `cache_directory` ("" = no cache) under the problem's content hash, else solves
/// it and stores it there (whole or not at all; failing to write is no error). Same bits with and without
/// cache.
std::optional<Reference> reference(const Problem& problem, const std::string& cache_directory);

/// `objective: sum` reports n times F, L and mu; this is that factor's one place.
double reported_factor(const ProblemSpec& spec, std::int64_t agents);

}  // namespace taubar::problem
