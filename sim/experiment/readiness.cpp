#include "sim/experiment/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "sim/mpi/blob.hpp"

namespace taubar::experiment {

delay::Placement placement_on(const Scenario& scenario, std::size_t agents, int ranks) {
  if (scenario.asynchrony.bounded())
    throw InputError("/asynchrony/model: a bounded schedule exists in virtual time only; a replay measures what real processes "
                     "do. Accepted is event_driven, with laws of compute and network; or taubar run");
  if (!scenario.faults.empty())
    throw InputError("/faults: exist in virtual time only; a replay does not stop the processes that it runs on. Leave them out, "
                     "or take taubar run");
  const auto& hosts = scenario.hosts;
  if (hosts && hosts->count != ranks)
    throw InputError(fmt::format("/hosts/count: the scenario has {} hosts, and there are {} ranks; start it with mpirun -n {} "
                                 "or srun -n {}, or leave hosts out",
                                 hosts->count, ranks, hosts->count, hosts->count));
  if (static_cast<std::size_t>(ranks) > agents)
    throw InputError(fmt::format("{} ranks for {} agents: a rank without agents would have nothing to do; any number from 1 to "
                                 "{} fits",
                                 ranks, agents, agents));
  if (hosts) return {agents, hosts};
  return {agents, static_cast<std::uint64_t>(ranks), delay::Assignment::block};
}

Readiness agree(mpi::Transport& transport, const std::string& identity, const Readiness& own, int wrong_input) {
  mpi::BlobWriter out;
  out.text(transport.machine());
  out.text(identity);
  out.value(own.code);
  out.text(own.complaint);
  const auto all = transport.gather(out.bytes());
  Readiness worst;
  for (std::size_t r = 0; r < all.size(); ++r) {
    mpi::BlobReader in(all[r]);
    const std::string machine = in.text(), its_identity = in.text();
    int code = in.value<int>();
    std::string complaint = in.text();
    if (code == 0 && own.code == 0 && its_identity != identity) {
      code = wrong_input;
      complaint = "its scenario, data or program differs from that of rank 0; every rank must read the same files with the same "
                  "version";
    }
    worst.code = std::max(worst.code, code);
    if (complaint.empty() || (r > 0 && complaint == own.complaint)) continue;
    if (!worst.complaint.empty()) worst.complaint += "\n";
    worst.complaint += r == 0 ? complaint : fmt::format("rank {} ({}): {}", r, machine, complaint);
  }
  worst.code = static_cast<int>(transport.sum({transport.rank() == 0 ? worst.code : 0})[0]);
  return worst;
}

}  // namespace taubar::experiment
