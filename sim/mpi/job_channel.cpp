#include "sim/mpi/job_channel.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"

namespace taubar::mpi {
namespace {

constexpr std::size_t head_bytes = sizeof(std::uint64_t);  // a letter's length, before its first piece

}  // namespace

void JobChannel::send(int to, std::string_view letter) {
  bool first = true;
  while (first || !letter.empty()) {
    const std::size_t head = first ? head_bytes : 0;
    const std::size_t piece = std::min(letter.size(), batch_bytes - head);
    Bytes& batch = under_way_[next_];
    batch.resize(head + piece);
    const std::uint64_t size = letter.size();
    std::memcpy(batch.data(), &size, head);
    if (piece > 0) std::memcpy(batch.data() + head, letter.data(), piece);
    transport_.send_batch(to, batch, next_++);
    letter.remove_prefix(piece);
    first = false;
  }
}

std::vector<std::pair<int, std::string>> JobChannel::arrived() {
  all_sent();
  std::vector<std::pair<int, std::string>> letters;
  while (const auto batch = transport_.next_batch()) {
    Half& half = halves_[batch->from];
    auto bytes = batch->bytes;
    if (!half.begun) {
      check(bytes.size() >= head_bytes, "a letter begins with its length");
      std::memcpy(&half.size, bytes.data(), head_bytes);
      bytes = bytes.subspan(head_bytes);
      half.begun = true;
    }
    half.bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    check(half.bytes.size() <= half.size, "a letter is as long as it says");
    if (half.bytes.size() < half.size) continue;
    letters.emplace_back(batch->from, std::move(half.bytes));
    half = {};
  }
  return letters;
}

bool JobChannel::all_sent() {
  std::vector<Ticket> done;
  transport_.completed(done);
  for (const Ticket ticket : done) under_way_.erase(ticket);
  return under_way_.empty();
}

}  // namespace taubar::mpi
