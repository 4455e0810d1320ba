// Specs out of JSON text, as a scenario would give them.
#pragma once
#include <string>

#include "core/config/reader.hpp"
#include "sim/compute/compute_model.hpp"
#include "sim/delay/network_model.hpp"

namespace taubar {

template <class T>
T read_fields(const std::string& json) {
  T value;
  config::read(config::Document::parse(json, "test"), [&](config::Fields& f) { value.fields(f); });
  return value;
}
inline compute::ComputeSpec compute_spec(const std::string& json) { return read_fields<compute::ComputeSpec>(json); }
inline delay::NetworkSpec network_spec(const std::string& json) { return read_fields<delay::NetworkSpec>(json); }

}  // namespace taubar
