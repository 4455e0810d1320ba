// What a replay leaves besides the files of every run: steps.csv, messages.csv, ranks.csv, and its part of the summary.
#pragma once
#include <string>

#include "core/config/document.hpp"
#include "core/trace/replay.hpp"

namespace taubar::report {

/// agent,step,begin,duration,work,excess: a row a completed local step, by begin. Virtual seconds but for `work`, real
/// seconds inside compute(). `excess` is empty under native pace.
std::string steps_csv(const trace::Replay& replay);
/// from,to,bytes,sent,transit,waited,intra: a row a message, by instant of sending; `waited` is empty for one that was
/// unread at the end; `intra` 1: both agents live on one host.
std::string messages_csv(const trace::Replay& replay);
/// A row a rank, real seconds: where it ran, its clock, what it sent, how long it computed and was held back.
std::string ranks_csv(const trace::Replay& replay);

/// For the summary: ranks, pace, by how much real time overran the laws, transit times and the clocks' uncertainty.
config::Json replay_summary(const trace::Replay& replay);
/// For the manifest: MPI, ranks, pace, time scale, the host of every program.
config::Json replay_manifest(const trace::Replay& replay);

}  // namespace taubar::report
