// Gamma and Dirichlet draws for partitions.
#pragma once
#include <vector>

#include "core/base/random.hpp"

namespace taubar::problem {

/// The logarithm of a Gamma(shape, 1) draw, shape > 0: the logarithm, because draws of a small shape
/// underflow. Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
double log_gamma_draw(Stream& stream, double shape);

/// A point of the simplex drawn from Dirichlet(concentration, …, concentration), `size` coordinates.
std::vector<double> dirichlet_draw(Stream& stream, std::size_t size, double concentration);

}  // namespace taubar::problem
