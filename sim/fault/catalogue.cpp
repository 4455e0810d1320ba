#include "sim/fault/fault.hpp"

// One line a kind of fault: `name_entry`, defined in the file of that name; sorted.
#define TAUBAR_FAULTS(fault) fault(crash) fault(link_down) fault(partition)

namespace taubar::fault {

#define TAUBAR_DECLARE(name) extern const config::Entry<FaultSpec> name##_entry;
TAUBAR_FAULTS(TAUBAR_DECLARE)

const config::Catalogue<FaultSpec>& faults() {
#define TAUBAR_ADDRESS(name) &name##_entry,
  static const config::Entry<FaultSpec>* const sorted[] = {TAUBAR_FAULTS(TAUBAR_ADDRESS)};
  static const config::Catalogue<FaultSpec> catalogue("fault", sorted);
  return catalogue;
}

}  // namespace taubar::fault
