// Spectral constants of a topology and its mixing matrix.
#pragma once
#include <optional>

#include "core/topology/digraph.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::topology {

struct Spectrum {
  /// Largest modulus among the eigenvalues of W but one 1.
  double slem = 0;
  /// 1 − slem, relative error of the gap itself <= 1e-9: computed as an eigenvalue of I − W where that is possible.
  double spectral_gap = 0;
  std::optional<double> lambda_2, lambda_min;  ///< second largest and smallest eigenvalue, symmetric W only
  /// Of the Laplacian divided by the number of edges (undirected graphs only): chi_1 = 1/λ_2 (the algebraic
  /// connectivity's inverse), chi_2 = ½ max over edges of the effective resistance in that scale
  /// (Even et al. 2021; Nabli, Oyallon, DADAO 2023; theory: 6.1).
  std::optional<double> chi_1, chi_2;
};

/// Dense (Eigen) up to about 500 agents, else Spectra; InputError where the iteration does not converge.
/// `resistances`: also chi_2, which costs a factorisation.
Spectrum spectrum(const Digraph& graph, const MixingWeights& mixing, bool symmetric);

struct Connectivity {
  std::int64_t components = 0;         ///< weakly connected
  std::int64_t strong_components = 0;
  std::int64_t diameter = -1;          ///< longest shortest directed path; −1 if not strongly connected
};
/// `with_diameter` costs n breadth-first searches.
Connectivity connectivity(const Digraph& graph, bool with_diameter);

}  // namespace taubar::topology
