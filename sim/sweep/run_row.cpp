#include "sim/sweep/run_row.hpp"

#include "core/base/error.hpp"

namespace taubar::sweep {
namespace {

constexpr std::pair<Status, std::string_view> words_of_statuses[] = {
    {Status::pending, "pending"},         {Status::done, "done"},       {Status::failed, "failed"},
    {Status::wrong_input, "wrong_input"}, {Status::refused, "refused"}, {Status::timed_out, "timed_out"},
    {Status::crashed, "crashed"}};

}  // namespace

std::string_view name(Status status) {
  for (const auto& [own, word] : words_of_statuses)
    if (own == status) return word;
  return "";
}

Status status_named(std::string_view word) {
  for (const auto& [status, own] : words_of_statuses)
    if (own == word) return status;
  throw InputError("\"" + std::string(word) + "\" is no status of a run");
}

}  // namespace taubar::sweep
