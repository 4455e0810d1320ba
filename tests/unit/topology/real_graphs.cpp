// The graphs of the data directory. Reference gaps come from another program: with W's edge weights c and
// masses m (metropolis: m = 1; uniform_out: m = degree + 1; the Laplacian: c = m = 1), scipy 1.10 took the
// four smallest eigenpairs of M^-1/2 L M^-1/2 from LAPACK's dense syevr (email, as19971108) or ARPACK on
// SuperLU's inverse, and the quotient sum c (u_a - u_b)^2 / sum m u^2 was evaluated in 80-bit arithmetic. The
// Kato-Temple bound on its relative error, residual^2 / (distance to the next eigenvalue) / quotient, is
// below 1e-20 for each. Cut to 17 digits.
#include <cmath>
#include <cstdlib>

#include "core/topology/spectrum.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

struct Reference {
  const char* file;
  std::size_t agents, edges;  ///< of the largest component
  std::size_t dropped_agents, self_loops;
  double metropolis_gap, uniform_out_gap, algebraic_connectivity;
};

const Reference references[] = {
    {"soc-wiki-Vote.mtx", 889, 2914, 0, 0, 0.0047715713795729410, 0.027921372759368549, 0.082213236307426265},
    {"wiki-Vote.txt", 7066, 100736, 49, 0, 0.00093504857344500086, 0.062842012634804413, 0.16504890477755926},
    {"facebook_combined.txt", 4039, 88234, 0, 0, 0.00027058310252902416, 0.00079915045390641440,
     0.018147647547100436},
    {"email-Eu-core.txt", 986, 16064, 19, 642, 0.0042611934094856391, 0.19672705149844868,
     0.56412051597995127},
    {"p2p-Gnutella08.txt", 6299, 20776, 2, 0, 0.0051253574494042962, 0.026190611337299848,
     0.073895529643596786},
    {"as20000102.txt", 6474, 12572, 0, 1323, 0.00013696780533084115, 0.026560073993409756,
     0.088030795347832559},
    {"as19971108.txt", 3015, 5156, 0, 383, 0.00016187484264165345, 0.0078874270355701296,
     0.023910071388306852},
};

}  // namespace

TEST_CASE("seven real graphs have their published nodes and edges, and gaps and chi_1 to a relative 1e-9") {
  if (!std::getenv("TAUBAR_DATA")) {
    WARN("SKIPPED: seven real graphs (TAUBAR_DATA not set)");
    return;
  }
  for (const auto& expected : references) {
    CAPTURE(expected.file);
    const auto choice = read_topology(std::string(R"({"kind": "file", "component": "largest", "file": ")") +
                                      expected.file + "\"}");
    const auto built = build(*choice, 1);
    const auto& graph = built.graph;
    CHECK(graph.agents() == expected.agents);
    CHECK(graph.edges() == expected.edges);
    CHECK(built.dropped_agents == expected.dropped_agents);
    CHECK(built.dropped_self_loops == expected.self_loops);
    const auto close = [](double found, double exact) { return std::abs(found - exact) <= 1e-9 * exact; };
    const auto metropolis = spectrum(graph, doubly_stochastic(graph, MixingKind::metropolis, 0), true);
    CHECK(close(metropolis.spectral_gap, expected.metropolis_gap));
    CHECK(close(*metropolis.chi_1, static_cast<double>(expected.edges) / expected.algebraic_connectivity));
    CHECK(*metropolis.chi_2 == static_cast<double>(expected.edges) / 2);  // all have leaves, hence bridges
    const auto pushed = spectrum(graph, column_stochastic(graph, MixingKind::uniform_out, 0), false, false);
    CHECK(close(pushed.spectral_gap, expected.uniform_out_gap));
  }
}

TEST_CASE(
    "wiki-Vote has 7,115 nodes and 103,689 directed edges, 7,066 and 103,663 in its largest component") {
  if (!std::getenv("TAUBAR_DATA")) {
    WARN("SKIPPED: wiki-Vote (TAUBAR_DATA not set)");
    return;
  }
  const auto choice = read_topology(R"({"kind": "file", "file": "wiki-Vote.txt", "directed": true})");
  const auto whole = choice->draw(1, 0);
  CHECK(whole.agents() == 7115);
  CHECK(whole.links() == 103689);
  choice->component = Component::largest;
  const auto largest = build(*choice, 1).graph;
  CHECK(largest.agents() == 7066);
  CHECK(largest.links() == 103663);
}
