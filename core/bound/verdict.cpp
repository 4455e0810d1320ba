#include "core/bound/verdict.hpp"

namespace taubar::bound {

std::string_view name(Class kind) {
  switch (kind) {
    case Class::invariant: return "INV";
    case Class::certificate: return "CERT";
    case Class::theorem: return "THM";
    case Class::statistical: return "STAT";
    case Class::order: return "ORD";
  }
  return "";
}

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::holds: return "holds";
    case Outcome::violated: return "violated";
    case Outcome::does_not_apply: return "does not apply";
    case Outcome::reported: return "reported";
  }
  return "";
}

bool Verdict::assume(std::string what, std::string required, std::string measured_value, bool met) {
  assumptions.push_back({std::move(what), std::move(required), std::move(measured_value), met});
  return met;
}

const Assumption* Verdict::unmet() const {
  for (const auto& assumption : assumptions)
    if (!assumption.met) return &assumption;
  return nullptr;
}

bool Verdict::declined() {
  const Assumption* first = unmet();
  if (!first) return false;
  outcome = Outcome::does_not_apply;
  reason = first->what + ": required " + first->required + ", measured " + first->measured;
  return true;
}

void Verdict::constant(std::string constant_name, double constant_value, std::string meaning) {
  constants.push_back({std::move(constant_name), constant_value, false, std::move(meaning)});
}

void Verdict::constant_log10(std::string constant_name, double log10_value, std::string meaning) {
  constants.push_back({std::move(constant_name), log10_value, true, std::move(meaning)});
}

Verdict not_applicable(Class kind, std::string reason) {
  Verdict verdict;
  verdict.kind = kind;
  verdict.outcome = Outcome::does_not_apply;
  verdict.reason = std::move(reason);
  return verdict;
}

}  // namespace taubar::bound
