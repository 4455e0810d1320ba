// What was built: for --version and the manifest.
#pragma once
#include <string>

namespace taubar::report {

std::string version();          ///< "0.1.0"
std::string source_revision();  ///< the commit it was configured from, "-dirty" if changed; "unknown" outside git
std::string compiler();         ///< "GCC 12.2.0"
std::string build_kind();       ///< "Release", with "portable floating point" where that is on

}  // namespace taubar::report
