#include "sim/sweep/ranks.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "core/base/error.hpp"

namespace taubar::sweep {
namespace {

// First letters: a rank says who it is, what came of a run, that it is there, and that it goes; rank 0 gives a run, and sends
// home, all of them or those that are left.
constexpr char identity_letter = 'I', result_letter = 'R', alive_letter = 'A', gone_letter = 'B';
constexpr char run_letter = 'G', end_letter = 'E', end_of_some_letter = 'S';

constexpr double alive_s = 1;

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

Ranks::Ranks(mpi::Transport& transport, Crew& own, std::string identity, double patience)
    : channel_(transport), own_(own), identity_(std::move(identity)), size_(transport.size()), patience_(patience), looked_(now()) {
  for (int rank = 1; rank < size_; ++rank) heard_[rank] = looked_;
}

std::string Ranks::give(std::size_t run) {
  if (own_.idle() > 0) {
    own_.give(run);
    return "rank 0";
  }
  check(!ready_.empty(), "a run is given to an idle rank");
  const int rank = ready_.back();
  ready_.pop_back();
  given_[rank] = {run, utc_now(), now()};
  channel_.send(rank, with_run(run_letter, run));
  return fmt::format("rank {}", rank);
}

std::vector<Finished> Ranks::wait(double seconds) {
  const double end = now() + seconds;
  std::vector<Finished> finished;
  const auto before = ready_.size();
  do {
    for (const auto& [from, letter] : channel_.arrived()) read(from, letter, finished);
    for (const int rank : newly_lost())
      if (const auto at = given_.find(rank); at != given_.end()) {
        finished.emplace_back(at->second.run, obituary(rank));
        given_.erase(at);
      }
    for (auto& own : own_.wait(0)) finished.push_back(std::move(own));
    if (!finished.empty() || ready_.size() > before) break;
    pause();
  } while (now() < end);
  return finished;
}

void Ranks::hear(int from) {
  heard_[from] = now();
  lost_.erase(from);  // it had only stood still
}

std::vector<int> Ranks::newly_lost() {
  const double time = now();
  if (time - looked_ > alive_s)  // this rank itself stood still, and letters may wait
    for (auto& [rank, heard] : heard_) heard = time;
  looked_ = time;
  std::vector<int> lost;
  for (const auto& [rank, heard] : heard_)
    if (time - heard > patience_ && lost_.insert(rank).second) {
      lost.push_back(rank);
      std::erase(ready_, rank);
    }
  return lost;
}

Outcome Ranks::obituary(int rank) const {
  const Given& given = given_.at(rank);
  Outcome outcome;
  outcome.status = Status::crashed;
  outcome.exit_code = crash_code;
  outcome.begun = given.since;
  outcome.ended = utc_now();
  outcome.wall_seconds = now() - given.at;
  outcome.error = fmt::format("rank {}, which carried it out, has not been heard of for {:g} s: it has died, or cannot be reached", rank, patience_);
  return outcome;
}

void Ranks::read(int from, const std::string& letter, std::vector<Finished>& finished) {
  hear(from);
  if (letter.at(0) == alive_letter || letter.at(0) == gone_letter) return;
  if (letter.at(0) == identity_letter) {
    if (letter.substr(1) != identity_)
      throw EnvironmentError(fmt::format("rank {} has another program or another plan than rank 0; all need the same files", from));
    ready_.push_back(from);
    return;
  }
  check(letter[0] == result_letter, "a rank answers with a result");
  if (given_.erase(from) > 0)  // else the run has been given up with the rank
    finished.emplace_back(run_in(letter), decode(std::string_view(letter).substr(1 + sizeof(std::uint64_t))));
  ready_.push_back(from);
}

void Ranks::abandon() {
  if (ended_) return;
  ended_ = true;
  own_.abandon();
  const std::string end(1, complete() ? end_letter : end_of_some_letter);
  std::set<int> left;
  for (int rank = 1; rank < size_; ++rank) {
    channel_.send(rank, end);
    if (!lost_.contains(rank)) left.insert(rank);
  }
  for (; !left.empty(); pause()) {  // else MPI would end with letters under way
    for (const auto& [from, letter] : channel_.arrived()) {
      hear(from);
      if (letter.at(0) == gone_letter) left.erase(from);
    }
    for (const int rank : newly_lost()) left.erase(rank);
  }
}

bool serve_rank_0(mpi::Transport& transport, Crew& own, const std::string& identity) {
  mpi::JobChannel channel(transport);
  channel.send(0, identity_letter + identity);
  for (double said = now();;) {
    for (const auto& [from, letter] : channel.arrived()) {
      if (letter.at(0) == end_letter || letter.at(0) == end_of_some_letter) {
        own.abandon();
        channel.send(0, std::string(1, gone_letter));
        while (!channel.all_sent()) pause();
        return letter[0] == end_letter;
      }
      own.give(run_in(letter));
    }
    for (const auto& [run, outcome] : own.wait(0)) channel.send(0, with_run(result_letter, run) + encode(outcome));
    if (now() - said >= alive_s) {
      said = now();
      channel.send(0, std::string(1, alive_letter));
    }
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
