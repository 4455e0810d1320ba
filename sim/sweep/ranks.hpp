// Runs shared out over MPI ranks: rank 0 hands out one at a time and keeps the results, so that quick ranks do more. Each
// rank has a process for its runs, forked before MPI was there; a crash in a run is then a result, and the rank lives.
// (A rank itself that dies takes the job with it, as MPI has it: its run is done again when the sweep goes on.)
#pragma once
#include <atomic>
#include <map>
#include <string>

#include "sim/mpi/job_channel.hpp"
#include "sim/sweep/crew.hpp"

namespace taubar::sweep {

/// On rank 0; `own` carries out what this rank takes for itself.
class Ranks final : public Crew {
 public:
  /// `identity`: of program and plan; EnvironmentError where another rank has another one.
  Ranks(mpi::Transport& transport, Crew& own, std::string identity);
  ~Ranks() override { abandon(); }
  Ranks(const Ranks&) = delete;

  std::size_t idle() const override { return own_.idle() + ready_.size(); }
  std::string give(std::size_t run) override;
  std::vector<Finished> wait(double seconds) override;
  /// Sends all ranks home.
  void abandon() override;

 private:
  void read(int from, const std::string& letter, std::vector<Finished>& finished);

  mpi::JobChannel channel_;
  Crew& own_;
  std::string identity_;
  int size_;
  std::vector<int> ready_;            ///< ranks without a run
  std::map<int, std::size_t> given_;  ///< rank → its run
  bool ended_ = false;
};

/// On the other ranks: carries out what rank 0 says until it says that all is done.
void serve_rank_0(mpi::Transport& transport, Crew& own, const std::string& identity);

/// The crew of a rank that was forked before MPI: work for a Pool of one, whose worker supervises `inner` of its own.
Outcome supervise(Crew& inner, std::size_t run);

}  // namespace taubar::sweep
