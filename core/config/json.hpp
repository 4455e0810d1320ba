// The one door to nlohmann_json: key order is kept, so that what we write reads like what was written.
#pragma once
#include <nlohmann/json.hpp>

namespace taubar::config {

using Json = nlohmann::ordered_json;

}  // namespace taubar::config
