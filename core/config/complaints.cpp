#include "core/config/complaints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/base/error.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {

void Complaints::add(const std::string& pointer, const std::string& message) {
  if (!full())
    lines_.push_back(
        {document_.place(pointer), document_.where(pointer) + ": " + show_pointer(pointer) + ": " + message});
  ++count_;
}

void Complaints::throw_if_any() {
  if (lines_.empty()) return;
  const auto key = [](const Line& line) {
    return std::tuple(line.place.line == 0, line.place.line, line.place.column);
  };
  std::stable_sort(lines_.begin(), lines_.end(),
                   [&](const Line& a, const Line& b) { return key(a) < key(b); });
  std::vector<std::string> texts;
  for (auto& line : lines_) texts.push_back(std::move(line.text));
  if (count_ > texts.size())
    texts.push_back(
        fmt::format("{}: and {} more problems", printable(document_.file()), count_ - texts.size()));
  throw InputError(texts);
}

}  // namespace taubar::config
