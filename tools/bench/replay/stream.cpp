// Messages per second from one rank to another, through the replay's own runtime and through plain MPI, in one run:
//   mpirun -n 2 build-bench/taubar_bench_replay
// Plain MPI: windows of 64 MPI_Isend into 64 posted MPI_Irecv of the same number of doubles. Replay: an agent sends, the
// other counts what it is handed and acknowledges every 64th, with at most 512 on their way. The measurements alternate.
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <vector>

#include "core/base/error.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/mpi/world.hpp"

namespace {

using namespace taubar;

constexpr int window = 64;
constexpr std::int64_t most_on_their_way = 8 * window;
constexpr int rounds = 7;

/// Plain MPI: seconds for `count` messages of `size` doubles, on rank 0.
double plain(int rank, std::int64_t count, std::size_t size) {
  std::vector<std::vector<double>> buffers(window, std::vector<double>(size, 1.0));
  std::vector<MPI_Request> requests(window);
  MPI_Barrier(MPI_COMM_WORLD);
  const double begun = MPI_Wtime();
  for (std::int64_t sent = 0; sent < count; sent += window) {
    for (std::size_t w = 0; w < window; ++w)
      if (rank == 0)
        MPI_Isend(buffers[w].data(), static_cast<int>(size), MPI_DOUBLE, 1, 7, MPI_COMM_WORLD, &requests[w]);
      else
        MPI_Irecv(buffers[w].data(), static_cast<int>(size), MPI_DOUBLE, 0, 7, MPI_COMM_WORLD, &requests[w]);
    MPI_Waitall(window, requests.data(), MPI_STATUSES_IGNORE);
  }
  int done = 0;
  if (rank == 0)
    MPI_Recv(&done, 1, MPI_INT, 1, 8, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  else
    MPI_Send(&done, 1, MPI_INT, 0, 8, MPI_COMM_WORLD);
  return MPI_Wtime() - begun;
}

class Source final : public agent::AgentProgram {
 public:
  Source(std::int64_t count, std::size_t size) : count_(count), size_(size) {}
  void on_start(agent::Runtime& runtime) override { send(runtime, most_on_their_way); }
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}
  void on_message(agent::Runtime& runtime, const agent::Message&) override {
    acknowledged_ += window;
    send(runtime, acknowledged_ + most_on_their_way);
  }
  std::span<const double> iterate() const override { return {&state_, 1}; }
  void state(agent::StateVisitor& visitor) override { visitor.real(state_); }
  bool done() const { return acknowledged_ >= count_; }

 private:
  void send(agent::Runtime& runtime, std::int64_t up_to) {
    for (; sent_ < std::min(count_, up_to); ++sent_) {
      auto payload = runtime.payload(2, sent_, size_);
      std::fill(payload.values().begin(), payload.values().end(), 1.0);
      runtime.send(1, std::move(payload));
    }
  }
  std::int64_t count_, sent_ = 0, acknowledged_ = 0;
  std::size_t size_;
  double state_ = 0;
};

class Sink final : public agent::AgentProgram {
 public:
  explicit Sink(std::int64_t count) : count_(count) {}
  void on_start(agent::Runtime&) override {}
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}
  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    state_ += message.values[0];
    if (++received_ % window == 0) runtime.send(0, runtime.payload(3, received_, 0));
  }
  std::span<const double> iterate() const override { return {&state_, 1}; }
  void state(agent::StateVisitor& visitor) override { visitor.real(state_); }
  bool done() const { return received_ >= count_; }

 private:
  std::int64_t count_, received_ = 0;
  double state_ = 0;
};

topology::Digraph pair() {
  return topology::Digraph::from_links(2, {{0, 1}}, false);
}

/// The same through World and Exchange.
double replayed(mpi::Transport& transport, std::int64_t count, std::size_t size) {
  const topology::Digraph graph = pair();
  compute::ComputeSpec compute;
  compute.time = {"exponential", law::laws().make("exponential")};
  mpi::Programs programs;
  auto source = std::make_unique<Source>(count, size);
  auto sink = std::make_unique<Sink>(count);
  const Source& first = *source;
  const Sink& second = *sink;
  programs.push_back(std::move(source));
  programs.push_back(std::move(sink));
  mpi::WorldOptions options;
  options.spin = 1'000'000'000;
  options.kept_messages = 100'000;
  transport.sum({0});
  const Time begun = mpi::steady_now();
  mpi::World world(graph, {}, std::move(programs), delay::Placement(2, 2, delay::Assignment::block),
                   compute::ComputeModel(compute, 2, 1), {}, transport, mpi::RunClock(begun, 1), options);
  world.start();
  const auto over = [&] { return transport.rank() == 0 ? first.done() : second.done(); };
  while (!over()) world.turn();
  const double seconds = to_seconds(mpi::steady_now() - begun);
  world.halt();
  world.drain();
  return seconds;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  const auto transport = mpi::join();
  if (transport->size() != 2) {
    if (transport->rank() == 0) fmt::print(stderr, "2 ranks are needed: mpirun -n 2 taubar_bench_replay\n");
    return 2;
  }
  const int rank = transport->rank();
  if (rank == 0)
    fmt::print("{}\n{:>10} {:>16} {:>16} {:>8}  (messages/s, medians of {} alternating rounds; ratio: median and range)\n", mpi::library(),
               "doubles", "plain MPI", "replay", "ratio", rounds);
  for (const auto& [size, count] : {std::pair<std::size_t, std::int64_t>{10, 640'000}, {1'000, 128'000}, {100'000, 3'200}}) {
    std::vector<double> plain_rates, replay_rates, ratios;
    for (int round = 0; round < rounds; ++round) {
      const double messages = static_cast<double>(count);
      plain_rates.push_back(messages / plain(rank, count, size));
      replay_rates.push_back(messages / replayed(*transport, count, size));
      ratios.push_back(replay_rates.back() / plain_rates.back());
    }
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    if (rank == 0)
      fmt::print("{:>10} {:>16.4g} {:>16.4g} {:>8.2f}  [{:.2f}, {:.2f}]\n", size, median(plain_rates), median(replay_rates),
                 median(ratios), *low, *high);
  }
}
