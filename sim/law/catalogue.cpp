#include "sim/law/law.hpp"

// One line a law: `name_entry`, defined in the file of that name; sorted.
#define TAUBAR_LAWS(law)                                                                                     \
  law(constant) law(empirical) law(exponential) law(gamma) law(lognormal) law(markov_modulated) law(mixture) \
      law(pareto) law(shifted_exponential) law(uniform) law(weibull)

namespace taubar::law {

#define TAUBAR_DECLARE(name) extern const config::Entry<LawSpec> name##_entry;
TAUBAR_LAWS(TAUBAR_DECLARE)

const config::Catalogue<LawSpec>& laws() {
#define TAUBAR_ADDRESS(name) &name##_entry,
  static const config::Entry<LawSpec>* const sorted[] = {TAUBAR_LAWS(TAUBAR_ADDRESS)};
  static const config::Catalogue<LawSpec> catalogue("law", sorted, "constant", "value");
  return catalogue;
}

}  // namespace taubar::law
