#include "core/bound/push_witness.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace taubar::bound {
namespace {

constexpr std::size_t most_checkpoints = 256;
/// Steps whose gradient is formed again: all of the first ones, then one in so many.
constexpr std::int64_t steps_checked = 1000, steps_between_checks = 128;
/// Products below are rounded to fewer digits.
constexpr double least_size = 1e-290;
/// Operations that one exact certificate may cost; beyond, the run is cut into windows.
constexpr double exact_operations = 8e6;
constexpr std::size_t most_live = 1024;
constexpr std::size_t least_window = 1024;

ConstVectorView view(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// ‖v‖₂, also where squares overflow: a run may reach 1e200 before it is said to diverge.
template <class Values>
double norm_2(const Values& v) {
  const double norm = v.norm();
  return std::isfinite(norm) ? norm : v.stableNorm();
}

double diameter(const Matrix& rows) {
  double largest = 0;
  for (Eigen::Index i = 0; i < rows.rows(); ++i)
    for (Eigen::Index j = i + 1; j < rows.rows(); ++j)
      largest = std::max(largest, (rows.row(i) - rows.row(j)).norm());
  return largest;
}

/// At most twice diam: 2 max ‖z_i − z_0‖, for many agents.
double diameter_bound(const Matrix& rows) {
  if (rows.rows() <= 512) return diameter(rows);
  double largest = 0;
  for (Eigen::Index i = 1; i < rows.rows(); ++i) largest = std::max(largest, (rows.row(i) - rows.row(0)).norm());
  return 2 * largest;
}

}  // namespace

void Worst::see(double v, std::int64_t at_k, std::int64_t who) {
  ++checked;
  if (v <= value) return;
  value = v == v ? v : HUGE_VAL;
  k = at_k;
  agent = who;
}

PushWitness::PushWitness(const Setting& setting, std::vector<const agent::AgentProgram*> programs)
    : setting_(setting),
      programs_(std::move(programs)),
      d_(setting.dimension()),
      contraction_(setting.agents(), diameter_bound(*setting.initial)),
      agents_(setting.agents()),
      begun_(*setting.initial) {
  check(programs_.size() == setting.agents(), "a program for each agent");
  start_ = setting.initial->colwise().sum().transpose();
  mean_ = start_ / static_cast<double>(setting.agents());
  perturbation_ = Vector::Zero(d_);
  passed_ = eta_ = low_ = high_ = scratch_ = Vector::Zero(d_);
  hull_ = setting.method.averages && !setting.method.by_round;
  testimony_.initial_diameter = trivial_ = diameter_bound(*setting.initial);
  for (Eigen::Index i = 0; i < setting.initial->rows(); ++i)
    testimony_.initial_norm_1 = std::max(testimony_.initial_norm_1, setting.initial->row(i).lpNorm<1>());
  testimony_.exact = true;
  testimony_.period = setting.method.period;
  testimony_.largest_gradient.assign(setting.agents(), 0.0);
  if (setting.method.gradient_steps && setting.gradient.kind == problem::GradientRule::Kind::full && Descent::possible(setting))
    descent_ = std::make_unique<Descent>(setting, mean_);
  checkpoint();
}

ConstVectorView PushWitness::iterate(AgentId agent) const { return view(programs_[agent]->iterate()); }

void PushWitness::handler_begins(AgentId agent, std::int64_t k, Time time, bool ends_step) {
  if (k != k_) new_instant(k);
  time_ = time;
  ends_step_ = ends_step;
  silent_ = true;
  const auto mass = programs_[agent]->push_mass();
  before_ = view(mass->x);
  weight_before_ = mass->weight;
  moved_before_ = mass->perturbation.empty() ? Vector::Zero(d_) : Vector(view(mass->perturbation));
  passed_.setZero();
  passed_weight_ = passed_size_ = 0;
  mixed_weight_ = agents_[agent].weight;
  if (ends_step) {
    begun_z_ = begun_.row(agent).transpose();  // before a step that begins now takes its place
    ++agents_[agent].steps;
  }
  // x moves before anything is sent; by how much shows at the handler's end.
  if (ends_step && !setting_.method.averages) place_ = contraction_.perturb(agent, 0);
  if (hull_) low_ = high_ = iterate(agent);
}

void PushWitness::step_begins(AgentId agent) {
  if (setting_.method.by_round) mix_round(agent);
  begun_.row(agent) = iterate(agent).transpose();
}

void PushWitness::sent(AgentId from, AgentId, const agent::PayloadBlock& block, int arriving) {
  if (block.kind != agent::push_share) return;
  const double weight = block.values()[d_];
  agents_[from].weight -= weight;
  silent_ = false;
  passed_weight_ -= weight;
  if (arriving > 0) {
    if (sending_ != &block) settle_sent();
    sending_ = &block;
    ++sending_copies_;
  } else {  // the block may be gone when the handler ends
    passed_ -= ConstVectorView(block.values(), d_);
    passed_size_ += norm_2(ConstVectorView(block.values(), d_));
  }
  if (arriving == 0) testimony_.lost_weight += weight;
  if (arriving > 1) testimony_.duplicated_weight += weight;
  if (arriving == 0) return;
  auto& message = messages_[&block];
  if (message.copies == 0) message = {contraction_.send(from), weight, 0};
  message.copies += arriving;
  unmixed_[message.entry] += arriving;
}

/// Takes the copies of one multicast off at once: those that will arrive live longer than the handler.
void PushWitness::settle_sent() {
  if (!sending_) return;
  const ConstVectorView x(sending_->values(), d_);
  passed_ -= sending_copies_ * x;
  passed_size_ += sending_copies_ * norm_2(x);
  sending_ = nullptr;
  sending_copies_ = 0;
}

void PushWitness::taken(AgentId by, const agent::PayloadBlock& block) {
  if (block.kind != agent::push_share) return;
  const auto at = messages_.find(&block);
  check(at != messages_.end(), "a message is sent before it is read");
  const Kept copy{at->second.entry, at->second.weight, block.stamp};
  if (--at->second.copies == 0) messages_.erase(at);
  const ConstVectorView x(block.values(), d_);
  passed_ += x;
  passed_weight_ += copy.weight;
  passed_size_ += norm_2(x);
  if (hull_) {
    scratch_ = x / copy.weight;
    low_ = low_.cwiseMin(scratch_);
    high_ = high_.cwiseMax(scratch_);
  }
  if (setting_.method.by_round)
    agents_[by].kept.push_back(copy);
  else
    mix(by, copy);
}

void PushWitness::mix(AgentId agent, const Kept& copy) {
  Agent& a = agents_[agent];
  a.weight += copy.weight;
  const auto left = unmixed_.find(copy.entry);
  const bool last = --left->second == 0;
  if (last) unmixed_.erase(left);
  contraction_.take(agent, copy.entry, copy.weight / a.weight, last);
}

/// What was kept for the round that ends now.
void PushWitness::mix_round(AgentId agent) {
  Agent& a = agents_[agent];
  const std::int64_t round = a.steps - 1;
  auto later = a.kept.begin();
  for (const Kept& copy : a.kept) {
    if (copy.stamp <= round)
      mix(agent, copy);
    else
      *later++ = copy;
  }
  a.kept.erase(later, a.kept.end());
}

void PushWitness::lost(AgentId by, const agent::PayloadBlock& block) {
  if (block.kind != agent::push_share) return;
  const auto at = messages_.find(&block);
  check(at != messages_.end(), "a message is sent before it is lost");
  const auto left = unmixed_.find(at->second.entry);
  const bool last = --left->second == 0;
  testimony_.lost_weight += at->second.weight;
  contraction_.take(by, at->second.entry, 0, last);  // it is no more
  if (last) unmixed_.erase(left);
  if (--at->second.copies == 0) messages_.erase(at);
}

/// What it held is gone, and it begins with a weight of 1 again.
void PushWitness::state_lost(AgentId agent) {
  testimony_.lost_weight += agents_[agent].weight;
  testimony_.duplicated_weight += 1;
  agents_[agent].weight = 1;
  agents_[agent].steps = 0;
  agents_[agent].kept.clear();
}

void PushWitness::handler_ended(AgentId agent) {
  settle_sent();
  const auto after = *programs_[agent]->push_mass();
  if (!after.perturbation.empty()) eta_ = view(after.perturbation) - moved_before_;
  check_locally(agent, after);
  if (hull_) check_hull(agent);
  if (!setting_.method.by_round) check_ratio(agent, after);
  if (!ends_step_) return;
  if (silent_ && !setting_.graph->out_neighbours(agent).empty()) ++testimony_.silent_steps;
  if (!setting_.method.averages) update(agent);
  ++testimony_.events;
  checkpoint_if_due();
}

/// All that agent held before, plus η, plus what it read, minus what it sent, is what it holds.
void PushWitness::check_locally(AgentId agent, const agent::PushMass& after) {
  scratch_ = view(after.x) - before_ - passed_;
  double scale = norm_2(before_) + passed_size_ + norm_2(view(after.x));
  if (!after.perturbation.empty()) {
    scratch_ -= eta_;
    scale += norm_2(view(after.perturbation));
  }
  if (scale > 0) testimony_.local_x.see(norm_2(scratch_) / scale, k_, agent);
  greatest_sum_ = std::max(greatest_sum_, scale);
  const double weights = after.weight + weight_before_ + std::abs(passed_weight_);
  testimony_.local_weight.see(std::abs(after.weight - weight_before_ - passed_weight_) / weights, k_, agent);
}

/// INV-3: an agent's new ratio is a convex combination of its own and those it read.
void PushWitness::check_hull(AgentId agent) {
  const auto z = iterate(agent);
  const double scale = std::max(low_.cwiseAbs().maxCoeff(), high_.cwiseAbs().maxCoeff());
  const double outside = std::max((low_ - z).maxCoeff(), (z - high_).maxCoeff());
  testimony_.hull.see(scale > 0 ? std::max(0.0, outside) / scale : 0.0, k_, agent);
}

/// z = x/y of what it holds. Multiplied out: y may be small.
void PushWitness::check_ratio(AgentId agent, const agent::PushMass& after) {
  const double scale = norm_2(view(after.x));
  if (!(scale > least_size)) return;
  scratch_ = after.weight * iterate(agent) - view(after.x);
  testimony_.ratio.see(norm_2(scratch_) / scale, k_, agent);
}

/// The mean of all mass moves by η/n.
void PushWitness::update(AgentId agent) {
  const double size = norm_2(eta_);
  contraction_.set_perturbation(place_, size / mixed_weight_);
  trivial_ += size / mixed_weight_;
  largest_ = std::max(largest_, size);
  instant_largest_ = std::max(instant_largest_, size);
  instant_largest_1_ = std::max(instant_largest_1_, eta_.lpNorm<1>());
  double step = 0;
  if (setting_.method.gradient_steps) {
    step = setting_.method.step(agents_[agent].steps - 1) * setting_.method.step_scale[agent];
    if (step > 0) testimony_.largest_gradient[agent] = std::max(testimony_.largest_gradient[agent], size / step);
    check_step(agent, step);
  }
  if (descent_) descent_->update(agent, step, eta_, 2e-16 * moved_before_.norm(), begun_z_, mean_);
  mean_ += eta_ / static_cast<double>(setting_.agents());
  perturbation_ += eta_;
  if (descent_) descent_->moved(mean_, k_);
}

/// η = −α(c) w ∇f_i(z), z as the step began.
void PushWitness::check_step(AgentId agent, double step) {
  if (setting_.gradient.kind != problem::GradientRule::Kind::full) return;
  if (testimony_.events >= steps_checked && testimony_.events % steps_between_checks != 0) return;
  setting_.problem->local_gradient(agent, begun_z_, scratch_);
  scratch_ *= step;
  const double size = scratch_.norm();
  const double scale = size + eta_.norm() + moved_before_.norm();
  if (scale > 0) testimony_.step.see((eta_ + scratch_).norm() / scale, k_, agent);
}

void PushWitness::new_instant(std::int64_t k) {
  k_ = k;
  sum_ += instant_largest_;
  sum_1_ += instant_largest_1_;
  instant_largest_ = instant_largest_1_ = 0;
  if (!setting_.minimiser) return;
  const double distance = (mean_ - *setting_.minimiser).norm();
  squares_ += distance * distance;
  testimony_.largest_distance = std::max(testimony_.largest_distance, distance);
}

/// On a long run, once the certificate goes by windows, only at their ends: a window must be long enough to forget.
void PushWitness::checkpoint_if_due() {
  const bool window_ends = contraction_.stopped() || contraction_.perturbations() >= std::max(least_window, 32 * contraction_.live());
  if (!testimony_.exact && !window_ends) return;
  if (testimony_.events >= next_checkpoint_)
    checkpoint();
  else if (!testimony_.exact)
    certify();
}

void PushWitness::checkpoint() {
  if (testimony_.checkpoints.size() >= most_checkpoints) thin_checkpoints();
  Checkpoint now;
  now.k = k_;
  now.events = testimony_.events;
  now.time = time_;
  for (AgentId i = 0; i < agents_.size(); ++i) {
    scratch_ = iterate(i) - mean_;
    now.consensus_2 = std::max(now.consensus_2, norm_2(scratch_));
    now.consensus_1 = std::max(now.consensus_1, scratch_.lpNorm<1>());
    if (setting_.method.known_rates) now.steps.push_back(agents_[i].steps);
  }
  now.certificate = certify();
  now.trivial = trivial_;
  now.perturbation = sum_ + instant_largest_;
  now.perturbation_1 = sum_1_ + instant_largest_1_;
  now.largest_perturbation = largest_;
  if (setting_.minimiser) now.distance = (mean_ - *setting_.minimiser).norm();
  check_mass();
  testimony_.checkpoints.push_back(std::move(now));
  next_checkpoint_ = testimony_.events + checkpoint_every_;
}

/// Every other one goes, and from now on there are half as many.
void PushWitness::thin_checkpoints() {
  auto& all = testimony_.checkpoints;
  for (std::size_t i = 0; 2 * i < all.size(); ++i) std::swap(all[i], all[2 * i]);
  all.resize((all.size() + 1) / 2);
  checkpoint_every_ *= 2;
}

/// CERT-1 as of now.
double PushWitness::certify() {
  if (contraction_.stopped()) return HUGE_VAL;
  const double live = static_cast<double>(contraction_.live());
  const double operations = static_cast<double>(contraction_.perturbations() + 1) * live * live * live / 2;
  if (operations > exact_operations) testimony_.exact = false;
  if (contraction_.live() > most_live) {
    contraction_.stop();
    return HUGE_VAL;
  }
  const double bound = std::min(trivial_, contraction_.bound(testimony_.exact));
  if (!testimony_.exact) {
    testimony_.window = std::max(testimony_.window, static_cast<std::int64_t>(contraction_.perturbations()));
    contraction_.restart(bound);
  }
  return bound;
}

/// INV-1 and INV-2 over all live entries; returns Σ x.
Vector PushWitness::check_mass() {
  Vector x = Vector::Zero(d_), moved = Vector::Zero(d_);
  double weight = 0;
  for (const auto* program : programs_) {
    const auto mass = program->push_mass();
    x += view(mass->x);
    weight += mass->weight;
    if (!mass->perturbation.empty()) moved += view(mass->perturbation);
  }
  std::map<std::size_t, std::pair<const agent::PayloadBlock*, std::int64_t>> in_flight;  // in order of sending
  for (const auto& [block, message] : messages_) in_flight[message.entry] = {block, message.copies};
  for (const auto& [entry, message] : in_flight) {
    const auto& [block, copies] = message;
    x += static_cast<double>(copies) * ConstVectorView(block->values(), d_);
    weight += static_cast<double>(copies) * block->values()[d_];
  }
  const double n = static_cast<double>(programs_.size());
  const double scale = std::max(1 + start_.norm() + norm_2(moved), greatest_sum_);
  testimony_.mass_x.see(norm_2(x - start_ - moved) / scale, k_, -1);
  testimony_.mass_weight.see(std::abs(weight - n) / n, k_, -1);
  return x;
}

PushTestimony PushWitness::finish() {
  new_instant(k_);
  checkpoint();
  const Vector mean = check_mass() / static_cast<double>(programs_.size());
  if (descent_) descent_->finish(mean, testimony_);
  testimony_.mean_square_distance = squares_ / static_cast<double>(std::max<std::int64_t>(1, k_ + 1));
  return std::move(testimony_);
}

}  // namespace taubar::bound
