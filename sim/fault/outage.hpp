// Fields and checks that the faults of links share.
#pragma once
#include <optional>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "sim/fault/fault.hpp"

namespace taubar::fault {

/// [from, to), for ever without `to`.
struct Span {
  double from = 0;
  std::optional<double> to;

  void fields(config::Fields& f) {
    f.measure("from", from, config::Unit::duration, config::non_negative, "the first instant; default 0");
    f.measure("to", to, config::Unit::duration, config::positive, "the first instant at which messages pass again; absent: never");
    f.demand(!to || from < *to, "to", "is not after from; accepted is [from, to), from < to");
  }
  void set(Outage& outage) const {
    outage.from = from_seconds(from);
    outage.to = to ? from_seconds(*to) : never;
  }
};

}  // namespace taubar::fault
