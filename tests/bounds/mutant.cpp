#include "tests/bounds/mutant.hpp"

#include <algorithm>

namespace taubar::test {
namespace {

/// Writes `values` over the span of the state that lies at `where`.
class Writer final : public agent::StateVisitor {
 public:
  Writer(const double* where, std::span<const double> values) : where_(where), values_(values) {}
  void reals(std::span<double> state) override {
    if (state.data() == where_) std::copy(values_.begin(), values_.end(), state.begin());
  }
  void integer(std::int64_t&) override {}

 private:
  const double* where_;
  std::span<const double> values_;
};

void write(agent::AgentProgram& program, const double* where, std::span<const double> values) {
  Writer writer(where, values);
  program.state(writer);
}

}  // namespace

/// The runtime as the sound program hears it.
class Mutant::Ears final : public agent::Runtime {
 public:
  Ears(Mutant& mutant, agent::Runtime& world) : mutant_(mutant), world_(world) {}

  AgentId self() const override { return world_.self(); }
  Time now() const override { return world_.now(); }
  std::span<const AgentId> in_neighbours() const override { return world_.in_neighbours(); }
  std::span<const AgentId> out_neighbours() const override { return world_.out_neighbours(); }
  agent::Payload payload(agent::MessageKind kind, std::int64_t stamp, std::size_t size) override {
    return world_.payload(kind, stamp, size);
  }
  void send(AgentId to, agent::Payload payload) override { world_.send(to, std::move(payload)); }
  void send_to_out_neighbours(agent::Payload payload) override { world_.send_to_out_neighbours(std::move(payload)); }
  bool sends_have_left() const override { return world_.sends_have_left(); }
  void begin_compute(std::int64_t samples) override { world_.begin_compute(samples); }
  void set_timer(Duration delay, std::uint32_t tag) override { world_.set_timer(delay, tag); }
  std::span<const agent::Message> take_inbox() override;

 private:
  Mutant& mutant_;
  agent::Runtime& world_;
};

std::span<const agent::Message> Mutant::Ears::take_inbox() {
  const auto& plan = mutant_.plan_;
  if (plan.mutation == Mutation::leaves_unread && mutant_.steps_ >= plan.when && mutant_.steps_ < plan.when + plan.patience) {
    mutant_.done_ = true;
    return {};
  }
  return mutant_.hear(world_.take_inbox());
}

std::span<const agent::Message> Mutant::hear(std::span<const agent::Message> inbox) {
  heard_.clear();
  for (const auto& message : inbox) {
    const bool strikes = plan_.mutation == Mutation::drops_message || plan_.mutation == Mutation::keeps_message;
    if (!strikes || read_++ != plan_.when) {
      heard_.push_back(message);
      continue;
    }
    done_ = true;
    if (plan_.mutation == Mutation::keeps_message)
      kept_ = Kept{message, {message.values.begin(), message.values.end()}, steps_ + plan_.patience};
  }
  if (kept_ && steps_ >= kept_->until) {
    heard_.push_back(kept_->message);
    heard_.back().values = kept_->values;
  }
  return heard_;
}

void Mutant::on_compute_done(agent::Runtime& runtime) {
  const bool repeats = plan_.mutation == Mutation::repeats_gradient || plan_.mutation == Mutation::books_it_twice;
  const auto before = sound_->push_mass()->perturbation;
  const std::vector<double> perturbation_before(before.begin(), before.end());
  Ears ears(*this, runtime);
  sound_->on_compute_done(ears);
  if (kept_ && steps_ >= kept_->until) kept_.reset();
  if (repeats && steps_ == plan_.when) add_again(perturbation_before);
  ++steps_;
}

std::optional<agent::PushMass> Mutant::push_mass() const {
  auto mass = sound_->push_mass();
  if (!kept_) return mass;
  claimed_.assign(mass->x.begin(), mass->x.end());
  for (std::size_t c = 0; c < claimed_.size(); ++c) claimed_[c] += kept_->values[c];
  mass->x = claimed_;
  mass->weight += kept_->values.back();
  return mass;
}

void Mutant::add_again(std::span<const double> perturbation_before) {
  const auto mass = *sound_->push_mass();
  std::vector<double> x(mass.x.begin(), mass.x.end()), z(x), book(mass.perturbation.begin(), mass.perturbation.end());
  for (std::size_t c = 0; c < x.size(); ++c) {
    const double again = mass.perturbation[c] - perturbation_before[c];
    x[c] += again;
    z[c] = x[c] / mass.weight;
    book[c] += again;
  }
  write(*sound_, mass.x.data(), x);
  write(*sound_, sound_->iterate().data(), z);
  if (plan_.mutation == Mutation::books_it_twice) write(*sound_, mass.perturbation.data(), book);
  done_ = true;
}

}  // namespace taubar::test
