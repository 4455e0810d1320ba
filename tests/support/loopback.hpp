// Ranks that are threads of one process: a replay under test, without a launcher.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/mpi/transport.hpp"

namespace taubar {

class Loopback {
 public:
  explicit Loopback(int size) : size_(size), gathered_(static_cast<std::size_t>(size)) {}

  std::unique_ptr<mpi::Transport> rank(int r) { return std::make_unique<End>(*this, r); }

  /// Calls act(transport) on every rank, each in a thread of its own; rethrows what the first of them threw.
  void on_all(const std::function<void(mpi::Transport&)>& act) {
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(size_));
    {
      std::vector<std::jthread> threads;
      for (int r = 0; r < size_; ++r)
        threads.emplace_back([&, r] {
          try {
            act(*rank(r));
          } catch (...) {
            failures[static_cast<std::size_t>(r)] = std::current_exception();
          }
        });
    }
    for (const auto& failure : failures)
      if (failure) std::rethrow_exception(failure);
  }

 private:
  using Way = std::pair<int, int>;  ///< from, to

  class End final : public mpi::Transport {
   public:
    End(Loopback& hub, int rank) : hub_(hub), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return hub_.size_; }
    std::string machine() const override { return "loopback"; }

    void send_batch(int to, std::span<const std::byte> batch, mpi::Ticket ticket) override {
      const std::lock_guard lock(hub_.mutex_);
      hub_.inbox_[to].push_back({rank_, {batch.begin(), batch.end()}});
      done_.push_back(ticket);
    }
    void send_bulk(int to, std::span<const double> values, mpi::Ticket ticket) override {
      const std::lock_guard lock(hub_.mutex_);
      hub_.bulks_[{rank_, to}].emplace_back(values.begin(), values.end());
      done_.push_back(ticket);
    }
    void receive_bulk(int from, std::span<double> values, mpi::Ticket ticket) override {
      awaited_.push_back({from, values, ticket});
    }
    void completed(std::vector<mpi::Ticket>& tickets) override {
      const std::lock_guard lock(hub_.mutex_);
      for (std::size_t i = 0; i < awaited_.size();) {
        auto& way = hub_.bulks_[{awaited_[i].from, rank_}];
        if (way.empty()) {
          ++i;
          continue;
        }
        std::copy(way.front().begin(), way.front().end(), awaited_[i].values.begin());
        way.pop_front();
        done_.push_back(awaited_[i].ticket);
        awaited_.erase(awaited_.begin() + static_cast<std::ptrdiff_t>(i));
      }
      tickets.insert(tickets.end(), done_.begin(), done_.end());
      done_.clear();
    }
    std::optional<Batch> next_batch() override {
      const std::lock_guard lock(hub_.mutex_);
      auto& inbox = hub_.inbox_[rank_];
      if (inbox.empty()) return std::nullopt;
      current_ = std::move(inbox.front().second);
      const int from = inbox.front().first;
      inbox.pop_front();
      return Batch{from, current_};
    }

    void send(int to, std::span<const std::byte> bytes) override {
      const std::lock_guard lock(hub_.mutex_);
      hub_.direct_[{rank_, to}].emplace_back(bytes.begin(), bytes.end());
      hub_.changed_.notify_all();
    }
    void receive(int from, std::span<std::byte> bytes) override {
      std::unique_lock lock(hub_.mutex_);
      auto& way = hub_.direct_[{from, rank_}];
      hub_.changed_.wait(lock, [&] { return !way.empty(); });
      std::copy(way.front().begin(), way.front().end(), bytes.begin());
      way.pop_front();
    }
    std::vector<mpi::Bytes> gather(std::span<const std::byte> own) override {
      auto all = hub_.meet(rank_, {own.begin(), own.end()});
      if (rank_ != 0) all.clear();
      return all;
    }
    mpi::Bytes broadcast(mpi::Bytes of_rank_0) override { return hub_.meet(rank_, std::move(of_rank_0))[0]; }
    std::vector<std::int64_t> sum(std::vector<std::int64_t> values) override {
      const auto raw = std::as_bytes(std::span(values));
      const auto all = hub_.meet(rank_, {raw.begin(), raw.end()});
      std::fill(values.begin(), values.end(), 0);
      for (const auto& bytes : all)
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += reinterpret_cast<const std::int64_t*>(bytes.data())[i];
      return values;
    }
    void abort(int) override { std::terminate(); }

   private:
    struct Awaited {
      int from;
      std::span<double> values;
      mpi::Ticket ticket;
    };
    Loopback& hub_;
    int rank_;
    mpi::Bytes current_;
    std::vector<mpi::Ticket> done_;
    std::vector<Awaited> awaited_;
  };

  /// Everybody gives, everybody gets all.
  std::vector<mpi::Bytes> meet(int rank, mpi::Bytes own) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return leaving_ == 0; });
    gathered_[static_cast<std::size_t>(rank)] = std::move(own);
    if (++arrived_ == size_) {
      leaving_ = size_;
      arrived_ = 0;
      changed_.notify_all();
    } else {
      changed_.wait(lock, [this] { return leaving_ > 0; });
    }
    auto all = gathered_;
    if (--leaving_ == 0) changed_.notify_all();
    return all;
  }

  int size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int, std::deque<std::pair<int, mpi::Bytes>>> inbox_;
  std::map<Way, std::deque<std::vector<double>>> bulks_;
  std::map<Way, std::deque<mpi::Bytes>> direct_;
  std::vector<mpi::Bytes> gathered_;
  int arrived_ = 0, leaving_ = 0;
};

}  // namespace taubar
