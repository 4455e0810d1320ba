#include "sim/sweep/ranks.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "core/base/error.hpp"

namespace taubar::sweep {
namespace {

// First letters: a rank says who it is, what came of a run, and that it goes; rank 0 gives a run, and sends home.
constexpr char identity_letter = 'I', result_letter = 'R', gone_letter = 'B', run_letter = 'G', end_letter = 'E';

/// Between looks: a rank that only waits leaves the processor to those that compute.
constexpr double pause_s = 2e-4;

std::string with_run(char letter, std::size_t run) {
  std::string text(1, letter);
  const auto number = static_cast<std::uint64_t>(run);
  text.append(reinterpret_cast<const char*>(&number), sizeof number);
  return text;
}

std::size_t run_in(const std::string& letter) {
  std::uint64_t number = 0;
  check(letter.size() >= 1 + sizeof number, "a letter names its run");
  std::memcpy(&number, letter.data() + 1, sizeof number);
  return static_cast<std::size_t>(number);
}

void pause() { std::this_thread::sleep_for(std::chrono::duration<double>(pause_s)); }

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

Ranks::Ranks(mpi::Transport& transport, Crew& own, std::string identity)
    : channel_(transport), own_(own), identity_(std::move(identity)), size_(transport.size()) {}

std::string Ranks::give(std::size_t run) {
  if (own_.idle() > 0) {
    own_.give(run);
    return "rank 0";
  }
  check(!ready_.empty(), "a run is given to an idle rank");
  const int rank = ready_.back();
  ready_.pop_back();
  given_[rank] = run;
  channel_.send(rank, with_run(run_letter, run));
  return fmt::format("rank {}", rank);
}

std::vector<Finished> Ranks::wait(double seconds) {
  const double end = now() + seconds;
  std::vector<Finished> finished;
  const auto before = ready_.size();
  do {
    for (const auto& [from, letter] : channel_.arrived()) read(from, letter, finished);
    for (auto& own : own_.wait(0)) finished.push_back(std::move(own));
    if (!finished.empty() || ready_.size() > before) break;
    pause();
  } while (now() < end);
  return finished;
}

void Ranks::read(int from, const std::string& letter, std::vector<Finished>& finished) {
  if (letter.at(0) == identity_letter) {
    if (letter.substr(1) != identity_)
      throw EnvironmentError(fmt::format("rank {} has another program or another plan than rank 0; all need the same files", from));
    ready_.push_back(from);
    return;
  }
  check(letter[0] == result_letter, "a rank answers with a result");
  finished.emplace_back(run_in(letter), decode(std::string_view(letter).substr(1 + sizeof(std::uint64_t))));
  given_.erase(from);
  ready_.push_back(from);
}

void Ranks::abandon() {
  if (ended_) return;
  ended_ = true;
  own_.abandon();
  for (int rank = 1; rank < size_; ++rank) channel_.send(rank, std::string(1, end_letter));
  for (int left = size_ - 1; left > 0; pause())  // else MPI would end with letters under way
    for (const auto& [from, letter] : channel_.arrived()) left -= letter.at(0) == gone_letter;
}

void serve_rank_0(mpi::Transport& transport, Crew& own, const std::string& identity) {
  mpi::JobChannel channel(transport);
  channel.send(0, identity_letter + identity);
  while (true) {
    for (const auto& [from, letter] : channel.arrived()) {
      if (letter.at(0) == end_letter) {
        own.abandon();
        channel.send(0, std::string(1, gone_letter));
        while (!channel.all_sent()) pause();
        return;
      }
      own.give(run_in(letter));
    }
    for (const auto& [run, outcome] : own.wait(0)) channel.send(0, with_run(result_letter, run) + encode(outcome));
    pause();
  }
}

Outcome supervise(Crew& inner, std::size_t run) {
  constexpr double patience_s = 1;
  inner.give(run);
  while (true)
    for (auto& [which, outcome] : inner.wait(patience_s)) return std::move(outcome);
}

}  // namespace taubar::sweep
