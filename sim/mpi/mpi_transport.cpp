// The one file that knows MPI. Standard calls only, so that Open MPI and MPICH both do.
#ifdef TAUBAR_MPI
#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/base/error.hpp"
#include "sim/mpi/transport.hpp"

namespace taubar::mpi {
namespace {

enum Tag : int { batch_tag = 1, bulk_tag = 2, direct_tag = 3, gather_tag = 4 };

/// Batches that may arrive before they are looked at; more wait in MPI.
constexpr std::size_t posted_batches = 16;

/// Counts of MPI are int: longer blocks go in pieces.
constexpr std::size_t piece_bytes = std::size_t{1} << 28;

void must(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw EnvironmentError(std::string("MPI: ") + what + ": " + std::string(text, static_cast<std::size_t>(length)));
}

int count_of(std::size_t n) { return static_cast<int>(n); }

/// Waits without taking the processor from the ranks that are waited for, as MPI's own waiting would.
void await(MPI_Request request, const char* what) {
  int done = 0;
  for (int look = 0;; ++look) {
    must(MPI_Test(&request, &done, MPI_STATUS_IGNORE), what);
    if (done) return;
    if (look > 100) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

class MpiTransport final : public Transport {
 public:
  MpiTransport() {
    int provided = 0;
    must(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "start");
    MPI_Comm_dup(MPI_COMM_WORLD, &ranks_);
    MPI_Comm_set_errhandler(ranks_, MPI_ERRORS_RETURN);
    MPI_Comm_rank(ranks_, &rank_);
    MPI_Comm_size(ranks_, &size_);
    for (auto& slot : posted_) {
      slot.bytes.resize(batch_bytes);
      post(slot);
    }
  }
  ~MpiTransport() override {
    for (auto& slot : posted_) {
      if (slot.request == MPI_REQUEST_NULL) continue;  // handed out, not posted again
      MPI_Cancel(&slot.request);
      MPI_Wait(&slot.request, MPI_STATUS_IGNORE);
    }
    MPI_Comm_free(&ranks_);
    MPI_Finalize();
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::string machine() const override {
    char name[MPI_MAX_PROCESSOR_NAME];
    int length = 0;
    MPI_Get_processor_name(name, &length);
    return {name, static_cast<std::size_t>(length)};
  }

  void send_batch(int to, std::span<const std::byte> batch, Ticket ticket) override {
    must(MPI_Isend(batch.data(), count_of(batch.size()), MPI_BYTE, to, batch_tag, ranks_, open(ticket)), "send");
  }
  void send_bulk(int to, std::span<const double> values, Ticket ticket) override {
    check(values.size() < piece_bytes, "a message has fewer than 2^28 values");
    must(MPI_Isend(values.data(), count_of(values.size()), MPI_DOUBLE, to, bulk_tag, ranks_, open(ticket)), "send");
  }
  void receive_bulk(int from, std::span<double> values, Ticket ticket) override {
    must(MPI_Irecv(values.data(), count_of(values.size()), MPI_DOUBLE, from, bulk_tag, ranks_, open(ticket)), "receive");
  }
  void completed(std::vector<Ticket>& tickets) override {
    if (requests_.empty()) return;
    done_.resize(requests_.size());
    int count = 0;
    must(MPI_Testsome(count_of(requests_.size()), requests_.data(), &count, done_.data(), MPI_STATUSES_IGNORE), "test");
    if (count == MPI_UNDEFINED || count == 0) return;
    for (int i = 0; i < count; ++i) tickets.push_back(tickets_[static_cast<std::size_t>(done_[static_cast<std::size_t>(i)])]);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      if (requests_[i] == MPI_REQUEST_NULL) continue;
      requests_[kept] = requests_[i];
      tickets_[kept++] = tickets_[i];
    }
    requests_.resize(kept);
    tickets_.resize(kept);
  }
  std::optional<Batch> next_batch() override {
    if (handed_out_) {  // the reader is done with it
      post(*handed_out_);
      handed_out_ = nullptr;
    }
    auto& slot = posted_[next_];
    int arrived = 0;
    MPI_Status status;
    must(MPI_Test(&slot.request, &arrived, &status), "receive");
    if (!arrived) return std::nullopt;
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    next_ = (next_ + 1) % posted_batches;
    handed_out_ = &slot;
    return Batch{status.MPI_SOURCE, {slot.bytes.data(), static_cast<std::size_t>(bytes)}};
  }

  void send(int to, std::span<const std::byte> bytes) override {
    must(MPI_Send(bytes.data(), count_of(bytes.size()), MPI_BYTE, to, direct_tag, ranks_), "send");
  }
  void receive(int from, std::span<std::byte> bytes) override {
    must(MPI_Recv(bytes.data(), count_of(bytes.size()), MPI_BYTE, from, direct_tag, ranks_, MPI_STATUS_IGNORE), "receive");
  }
  std::vector<Bytes> gather(std::span<const std::byte> own) override {
    MPI_Request request;
    if (rank_ != 0) {
      const std::uint64_t size = own.size();
      must(MPI_Isend(&size, 1, MPI_UINT64_T, 0, gather_tag, ranks_, &request), "gather");
      await(request, "gather");
      for (std::size_t at = 0; at < own.size(); at += piece_bytes) {
        const int bytes = count_of(std::min(piece_bytes, own.size() - at));
        must(MPI_Isend(own.data() + at, bytes, MPI_BYTE, 0, gather_tag, ranks_, &request), "gather");
        await(request, "gather");
      }
      return {};
    }
    std::vector<Bytes> all(static_cast<std::size_t>(size_));
    all[0].assign(own.begin(), own.end());
    for (int r = 1; r < size_; ++r) {
      std::uint64_t size = 0;
      must(MPI_Irecv(&size, 1, MPI_UINT64_T, r, gather_tag, ranks_, &request), "gather");
      await(request, "gather");
      auto& bytes = all[static_cast<std::size_t>(r)];
      bytes.resize(size);
      for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
        const int count = count_of(std::min(piece_bytes, bytes.size() - at));
        must(MPI_Irecv(bytes.data() + at, count, MPI_BYTE, r, gather_tag, ranks_, &request), "gather");
        await(request, "gather");
      }
    }
    return all;
  }
  Bytes broadcast(Bytes bytes) override {
    std::uint64_t size = bytes.size();
    MPI_Request request;
    must(MPI_Ibcast(&size, 1, MPI_UINT64_T, 0, ranks_, &request), "broadcast");
    await(request, "broadcast");
    bytes.resize(size);
    must(MPI_Ibcast(bytes.data(), count_of(bytes.size()), MPI_BYTE, 0, ranks_, &request), "broadcast");
    await(request, "broadcast");
    return bytes;
  }
  std::vector<std::int64_t> sum(std::vector<std::int64_t> values) override {
    MPI_Request request;
    must(MPI_Iallreduce(MPI_IN_PLACE, values.data(), count_of(values.size()), MPI_INT64_T, MPI_SUM, ranks_, &request), "sum");
    await(request, "sum");
    return values;
  }
  void abort(int exit_code) override {
    MPI_Abort(MPI_COMM_WORLD, exit_code);
    std::_Exit(exit_code);
  }

 private:
  struct Slot {
    Bytes bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  void post(Slot& slot) {
    must(MPI_Irecv(slot.bytes.data(), count_of(batch_bytes), MPI_BYTE, MPI_ANY_SOURCE, batch_tag, ranks_, &slot.request),
         "receive");
  }
  MPI_Request* open(Ticket ticket) {
    tickets_.push_back(ticket);
    requests_.push_back(MPI_REQUEST_NULL);
    return &requests_.back();
  }

  MPI_Comm ranks_ = MPI_COMM_NULL;
  int rank_ = 0, size_ = 1;
  std::array<Slot, posted_batches> posted_;  ///< a ring: batches are looked at in the order in which they matched
  std::size_t next_ = 0;
  Slot* handed_out_ = nullptr;
  std::vector<MPI_Request> requests_;  ///< under way, with their tickets
  std::vector<Ticket> tickets_;
  std::vector<int> done_;
};

}  // namespace

bool available() { return true; }

std::string library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  std::string name(text, static_cast<std::size_t>(length));
  name.resize(std::min(name.size(), name.find_first_of(",\n")));
  if (const auto at = name.find(" Version:\t"); at != std::string::npos) name.erase(at + 1, 9);  // MPICH's "MPICH Version:\t4.0.2"
  return name;
}

std::unique_ptr<Transport> join() {
  auto transport = std::make_unique<MpiTransport>();
  check_joined(transport->size());
  return transport;
}

}  // namespace taubar::mpi
#endif
