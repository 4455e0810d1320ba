// The part of Fields that only files of sweeps need: objects whose keys are the user's own, and values of any type. Every
// Fields of this room is one too.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "core/config/json.hpp"

namespace taubar::config {

class FreeKeys {
 public:
  virtual ~FreeKeys() = default;
  static FreeKeys& of(Fields& f) {
    auto* free = dynamic_cast<FreeKeys*>(&f);
    check(free, "fields are read, echoed, listed or described");
    return *free;
  }

  /// Any value but null, kept as it is; `accepted` says in words what the caller will accept.
  virtual void json(std::string_view name, Json& value, std::string_view accepted, std::string_view doc,
                    Need need = optional) = 0;
  /// An array of them.
  virtual void jsons(std::string_view name, std::vector<Json>& values, std::string_view doc, Need need = optional) = 0;
  /// An object from keys to values, in the order of the file. `visit` shows, to the fields of that object, the one that is
  /// called like the key.
  template <class T, class Show>
  void entries(std::string_view name, std::vector<std::pair<std::string, T>>& values, std::string_view doc, const Show& visit,
               Need need = optional) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : values) keys.push_back(key);
    keyed(
        name, doc, need, keys,
        [&](const std::vector<std::string>& found) {
          values.clear();
          for (const auto& key : found) values.emplace_back(key, T());
        },
        [&](const std::string& key, Fields& f) {
          T described{};
          for (auto& [own, value] : values)
            if (own == key) return visit(f, key, value);
          visit(f, key, described);
        });
  }

 protected:
  using Found = std::function<void(const std::vector<std::string>&)>;
  using VisitKey = std::function<void(const std::string& key, Fields&)>;
  virtual void keyed(std::string_view name, std::string_view doc, Need need, const std::vector<std::string>& keys,
                     const Found& found, const VisitKey& visit) = 0;
};

/// The key under which a description shows what stands at any of them.
inline constexpr const char* any_key = "*";

}  // namespace taubar::config
