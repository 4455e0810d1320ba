// Letters of any length between ranks, over the batches of a transport: what a sweep needs, whose ranks share out runs.
// Nothing blocks. Rank 0 talks with all, the others with rank 0.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/mpi/transport.hpp"

namespace taubar::mpi {

class JobChannel {
 public:
  explicit JobChannel(Transport& transport) : transport_(transport) {}
  /// Letters from one rank to another arrive whole and in order.
  void send(int to, std::string_view letter);
  /// Those that have arrived: from, letter.
  std::vector<std::pair<int, std::string>> arrived();
  /// Whether all that was sent has left.
  bool all_sent();

 private:
  struct Half {
    std::uint64_t size = 0;  ///< of the letter, once its head is there
    std::string bytes;
    bool begun = false;
  };
  Transport& transport_;
  Ticket next_ = 1;
  std::map<Ticket, Bytes> under_way_;
  std::map<int, Half> halves_;  ///< by sender
};

}  // namespace taubar::mpi
