// Bytes between ranks: all that a replay asks of MPI. One file knows MPI (mpi_transport.cpp); tests join ranks that are
// threads of one process.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace taubar::mpi {

using Bytes = std::vector<std::byte>;
using Ticket = std::uint64_t;

/// A batch of frames is at most this long.
inline constexpr std::size_t batch_bytes = 64 * 1024;

class Transport {
 public:
  virtual ~Transport() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Name of the machine that this rank runs on.
  virtual std::string machine() const = 0;

  // ---- never blocks ----
  /// Starts sending; `batch` (at most batch_bytes) must stay as it is until its ticket has completed. Batches from one
  /// rank to another arrive in order; so do bulks among themselves.
  virtual void send_batch(int to, std::span<const std::byte> batch, Ticket ticket) = 0;
  virtual void send_bulk(int to, std::span<const double> values, Ticket ticket) = 0;
  /// The next bulk from that rank goes to `values`, which must stay until the ticket has completed.
  virtual void receive_bulk(int from, std::span<double> values, Ticket ticket) = 0;
  /// Appends the tickets of sends and bulk receptions that have completed.
  virtual void completed(std::vector<Ticket>& tickets) = 0;
  struct Batch {
    int from;
    std::span<const std::byte> bytes;
  };
  /// The next batch that has arrived, if any; valid until the next call.
  virtual std::optional<Batch> next_batch() = 0;

  // ---- blocks; outside the run itself ----
  virtual void send(int to, std::span<const std::byte> bytes) = 0;
  virtual void receive(int from, std::span<std::byte> bytes) = 0;
  /// Of all ranks together: on rank 0 one entry a rank, elsewhere nothing.
  virtual std::vector<Bytes> gather(std::span<const std::byte> own) = 0;
  /// Of all ranks together: what rank 0 gave.
  virtual Bytes broadcast(Bytes of_rank_0) = 0;
  /// Of all ranks together: the sums of `values`, component by component.
  virtual std::vector<std::int64_t> sum(std::vector<std::int64_t> values) = 0;
  /// Ends all ranks at once.
  [[noreturn]] virtual void abort(int exit_code) = 0;
};

/// Whether this program was built with MPI.
bool available();
/// Which MPI this is ("Open MPI 4.1.4, …"), or why there is none.
std::string library();
/// Which rank the launcher says this process is, before it joins; 0 where no launcher started it.
int launched_rank();
/// How many processes the launcher says it started; 1 where none did.
int launched_ranks();
/// EnvironmentError, with the remedy, where a process is alone in MPI although its launcher started several: they do not speak
/// the same protocol (srun without PMI, mpirun of another MPI).
void check_joined(int ranks);
/// Joins the ranks with which this process was started; a process that no launcher started is alone. Once a process.
/// EnvironmentError, saying how to get it, where there is no MPI or where it does not join what was launched.
std::unique_ptr<Transport> join();

}  // namespace taubar::mpi
