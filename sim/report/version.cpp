#include "sim/report/version.hpp"

#ifndef TAUBAR_VERSION
#define TAUBAR_VERSION "unknown"
#endif
#ifndef TAUBAR_REVISION
#define TAUBAR_REVISION "unknown"
#endif
#ifndef TAUBAR_COMPILER
#define TAUBAR_COMPILER "unknown"
#endif
#ifndef TAUBAR_BUILD_KIND
#define TAUBAR_BUILD_KIND "unknown"
#endif

namespace taubar::report {

std::string version() { return TAUBAR_VERSION; }
std::string source_revision() { return TAUBAR_REVISION; }
std::string compiler() { return TAUBAR_COMPILER; }
std::string build_kind() { return TAUBAR_BUILD_KIND; }

}  // namespace taubar::report
