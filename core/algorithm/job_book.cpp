#include "core/algorithm/job_book.hpp"

#include <algorithm>

namespace taubar::algorithm {

std::int64_t JobBook::begin(AgentId worker) {
  Job& job = jobs_[worker];
  ++job.number;
  job.version = version_;
  job.under_way = true;
  ++under_way_;
  version_sum_ += version_;
  return job.number;
}

std::optional<std::int64_t> JobBook::end(AgentId worker, std::int64_t number) {
  Job& job = jobs_[worker];
  if (!job.under_way || number != job.number) return std::nullopt;
  job.under_way = false;
  under_way_before_ = under_way_;
  --under_way_;
  version_sum_ -= job.version;
  return version_ - job.version;
}

void JobBook::use(std::int64_t delay) {
  delays_.add(delay);
  ++counts_.applied;
  counts_.delay_sum += delay;
  counts_.delay_max = std::max(counts_.delay_max, delay);
  counts_.concurrency_sum += under_way_before_;
  counts_.concurrency_max = std::max(counts_.concurrency_max, under_way_before_);
}

void JobBook::drop(std::int64_t delay) {
  ++counts_.dropped;
  counts_.dropped_delay_sum += delay;
}

agent::ServerFigures JobBook::figures() const {
  agent::ServerFigures figures = counts_;
  figures.updates = version_;
  figures.in_flight = under_way_;
  figures.age_sum = under_way_ * version_ - version_sum_;
  for (const Job& job : jobs_)
    if (job.under_way) figures.age_max = std::max(figures.age_max, version_ - job.version);
  return figures;
}

void JobBook::state(agent::StateVisitor& visitor) {
  visitor.integer(version_);
  under_way_ = version_sum_ = 0;
  for (Job& job : jobs_) {
    std::int64_t under_way = job.under_way;
    visitor.integer(job.number);
    visitor.integer(job.version);
    visitor.integer(under_way);
    job.under_way = under_way != 0;
    if (!job.under_way) continue;
    ++under_way_;
    version_sum_ += job.version;
  }
}

}  // namespace taubar::algorithm
