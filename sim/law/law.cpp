#include "sim/law/law.hpp"

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "sim/law/clipped.hpp"

namespace taubar::law {

void Clip::fields(config::Fields& f) {
  f.quantity("low", low, config::non_negative, "smaller values become this; none by default");
  f.quantity("high", high, config::non_negative, "larger values become this; none by default");
  f.demand(low || high, "", "a clip without bounds; give low, high or both");
  f.demand(!low || !high || *low <= *high, "high", "below low; accepted is high >= low");
}

void LawSpec::common_fields(config::Fields& f) {
  f.object("clip", clip, "bounds to which values beyond them move; makes a finite delay bound true");
}

std::unique_ptr<Law> LawSpec::build(std::uint64_t seed, std::uint64_t place) const {
  auto plain = build_plain(seed, place);
  if (!clip) return plain;
  return std::make_unique<Clipped>(std::move(plain), clip->low.value_or(0),
                                   clip->high.value_or(config::unbounded));
}

std::unique_ptr<Law> build_at(const config::Choice<LawSpec>& choice, std::uint64_t seed, std::uint64_t place,
                              const std::string& pointer, std::vector<std::string>& complaints) {
  if (!choice) return nullptr;
  try {
    return choice->build(seed, place);
  } catch (const InputError& error) {
    for (const auto& complaint : error.complaints()) complaints.push_back(pointer + ": " + complaint);
    return nullptr;
  }
}

}  // namespace taubar::law
