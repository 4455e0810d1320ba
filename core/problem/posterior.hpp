// Posteriors as sampling targets: U(θ) = Σ_s −log p(y_s | a_s, θ) + ‖θ‖²/(2σ²) over all N training samples, so that
// exp(−U/T) at T = 1 is the posterior of θ ~ N(0, σ² I).
//
// By default every agent has all samples, f_i = U for every i, and a minibatch B gives the unbiased estimate
// (N/|B|) Σ_{s∈B} ∇ℓ_s + θ/σ²: chains that run side by side. With a `partition` agent i has its own samples only,
// f_i = n Σ_{s of i} ℓ_s + ‖θ‖²/(2σ²), so that F = (1/n) Σ f_i is U as well: Langevin dynamics by agents that must
// talk to know U (Gürbüzbalaban, Gao, Hu, Zhu, "Decentralized stochastic gradient Langevin dynamics and Hamiltonian
// Monte Carlo", JMLR 22, 2021).
#pragma once
#include "core/problem/sample_problem.hpp"

namespace taubar::problem {

struct PosteriorSpec : SampleProblemSpec {
  double prior_sigma = 1;
  config::Choice<PartitionSpec> partition;  ///< none: every agent has all samples

  void fields(config::Fields& f) override;

 protected:
  Shares shares(std::span<const double> targets, std::int64_t agents,
                std::uint64_t structure_seed) const override;
};

}  // namespace taubar::problem
