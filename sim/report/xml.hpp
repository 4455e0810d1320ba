// Text in XML, attributes included.
#pragma once
#include <string>
#include <string_view>

namespace taubar::report {

/// Markup is escaped; characters that XML 1.0 does not have, and what is no UTF-8, become "?". In attributes line breaks are
/// kept as references.
std::string xml_escaped(std::string_view text);

}  // namespace taubar::report
