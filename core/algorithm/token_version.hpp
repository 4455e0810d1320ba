// How the messages of tokens are named. A stamp is the version of a token, (generation, steps) in one number, so that the
// newer of two is the larger: a token that was regenerated is newer than every copy of the one that it stands for.
#pragma once
#include <cstdint>

#include "core/agent/payload.hpp"

namespace taubar::algorithm::token_version {

inline constexpr int bits_of_steps = 36;                                ///< 6.8e10 steps
inline constexpr std::int64_t most_generations = std::int64_t{1} << 27;

constexpr std::int64_t of(std::int64_t generation, std::int64_t steps) { return (generation << bits_of_steps) | steps; }
/// n; −1 of a token that has never been seen.
constexpr std::int64_t steps(std::int64_t version) {
  return version < 0 ? -1 : version & ((std::int64_t{1} << bits_of_steps) - 1);
}
/// 0: never regenerated.
constexpr std::int64_t generation(std::int64_t version) { return version < 0 ? 0 : version >> bits_of_steps; }

}  // namespace taubar::algorithm::token_version

namespace taubar::algorithm {

/// The low byte of a message's kind; the high one says which token is meant.
enum class TokenMail : std::uint8_t {
  token = 2,
  news = 3,             ///< an agent tells its neighbours of a visit: its log-weight; stamp: the number of the visit
  acknowledgement = 4,  ///< the token of this stamp has been sent on, or was turned away: no values
};

constexpr agent::MessageKind mail_kind(TokenMail mail, std::size_t token) {
  return static_cast<agent::MessageKind>(static_cast<std::size_t>(mail) | token << 8);
}
constexpr TokenMail mail_of(agent::MessageKind kind) { return static_cast<TokenMail>(kind & 0xff); }
constexpr std::size_t token_of(agent::MessageKind kind) { return kind >> 8; }

}  // namespace taubar::algorithm
