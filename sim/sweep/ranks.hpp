// Runs shared out over MPI ranks: rank 0 hands out one at a time and keeps the results, so that quick ranks do more. Each
// rank has a process for its runs, forked before MPI was there; a crash in a run is then a result, and the rank lives.
//
// A rank itself that dies takes the job with it, unless the launcher goes on without it (mpirun --enable-recovery): then rank 0
// hears no more of it, its run counts as crashed, and the others go on. They cannot leave MPI in order after that.
#pragma once
#include <atomic>
#include <map>
#include <set>
#include <string>

#include "sim/mpi/job_channel.hpp"
#include "sim/sweep/crew.hpp"

namespace taubar::sweep {

/// On rank 0; `own` carries out what this rank takes for itself.
class Ranks final : public Crew {
 public:
  /// `identity`: of program and plan; EnvironmentError where another rank has another one. A rank that is not heard of for
  /// `patience` seconds is taken for dead; each says once a second that it is there.
  Ranks(mpi::Transport& transport, Crew& own, std::string identity, double patience = 30);
  ~Ranks() override { abandon(); }
  Ranks(const Ranks&) = delete;

  std::size_t idle() const override { return own_.idle() + ready_.size(); }
  std::string give(std::size_t run) override;
  std::vector<Finished> wait(double seconds) override;
  /// Sends all ranks home.
  void abandon() override;
  /// Whether all ranks are there: else MPI cannot be left in order, and the process has to end without.
  bool complete() const { return lost_.empty(); }

 private:
  void read(int from, const std::string& letter, std::vector<Finished>& finished);
  void hear(int from);
  std::vector<int> newly_lost();
  Outcome obituary(int rank) const;

  mpi::JobChannel channel_;
  Crew& own_;
  std::string identity_;
  int size_;
  std::vector<int> ready_;            ///< ranks without a run
  struct Given {
    std::size_t run;
    std::string since;
    double at;
  };
  std::map<int, Given> given_;        ///< by rank
  double patience_;
  std::map<int, double> heard_;       ///< when last, by rank
  std::set<int> lost_;
  double looked_;                     ///< when this rank itself last looked
  bool ended_ = false;
};

/// On the other ranks: carries out what rank 0 says until it says that all is done. Whether MPI can be left in order: not
/// where a rank has died.
bool serve_rank_0(mpi::Transport& transport, Crew& own, const std::string& identity);

/// The crew of a rank that was forked before MPI: work for a Pool of one, whose worker supervises `inner` of its own.
Outcome supervise(Crew& inner, std::size_t run);

}  // namespace taubar::sweep
