// Spectral constants of a topology and its mixing matrix.
#pragma once
#include <cstdint>
#include <optional>

#include "core/topology/digraph.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::topology {

struct Spectrum {
  /// Largest modulus among the eigenvalues of W but one 1.
  double slem = 0;
  /// 1 − slem, relative error of the gap itself <= 1e-9: never 1 minus a rounded eigenvalue, where that
  /// matters.
  double spectral_gap = 0;
  /// Estimated relative error of spectral_gap; above 1e-9 only for directed graphs whose gap is small or
  /// whose eigenvalues are ill-conditioned.
  double gap_error = 0;
  /// Second largest and smallest eigenvalue, where all are real: W symmetric, or similar to a symmetric
  /// matrix (uniform_out on an undirected graph).
  std::optional<double> lambda_2, lambda_min;
  /// Of the Laplacian divided by the number of edges (undirected graphs only): chi_1 = 1/λ_2 (the algebraic
  /// connectivity's inverse), chi_2 = ½ max over edges of the effective resistance in that scale
  /// (Even et al. 2021; Nabli, Oyallon, DADAO 2023; theory: 6.1). chi_2 is absent where its factorisation is
  /// too large: graphs without bridges beyond about 6,000 agents with little locality.
  std::optional<double> chi_1, chi_2;
};

/// Dense (Eigen) up to about 500 agents, else sparse factorisations and Spectra; InputError where the
/// iteration does not converge. A graph with several closed classes (eigenvalue 1 more than once) has gap 0.
/// `symmetric`: W is meant to be (a DoublyStochastic); a defect if it is not. `resistances`: also chi_2,
/// which may cost a factorisation.
Spectrum spectrum(const Digraph& graph, const MixingWeights& mixing, bool symmetric, bool resistances = true);

}  // namespace taubar::topology
