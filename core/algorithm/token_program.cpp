#include "core/algorithm/token_program.hpp"

#include <algorithm>

#include "core/algorithm/token_optimizer.hpp"
#include "core/base/math.hpp"

namespace taubar::algorithm {

TokenProgram::TokenProgram(std::shared_ptr<TokenDesk> desk, const Inputs& inputs, const Vector& start, AgentId i)
    : desk_(std::move(desk)),
      gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
      vectors_(2, start.size()),
      others_(desk_->tokens() - 1, -1) {
  theta() = start;
  const auto& patience = desk_->options().regenerate_after;
  if (!desk_->keeps_visits() && !patience) return;
  extras_ = std::make_unique<Extras>();
  if (desk_->keeps_visits()) extras_->visits.emplace(desk_->law(), i, desk_->histories());
  if (patience) extras_->watch.emplace(*desk_, *patience);
  extras_->figures.keeps_visits = desk_->keeps_visits();
  extras_->figures.recovers = patience.has_value();
}

void TokenProgram::on_start(agent::Runtime& runtime) {
  for (std::size_t t = 0; t < desk_->tokens(); ++t) {
    if (desk_->start_of(t) != runtime.self()) continue;
    take_up(t, 0);
    move_on(runtime);
  }
}

void TokenProgram::on_compute_done(agent::Runtime& runtime) {
  auto& own = version(static_cast<std::size_t>(here_));
  const std::int64_t n = token_version::steps(own);
  improve(theta(), g(), bag_->moments, n, desk_->step_size(n), desk_->options());
  ++own;
  move_on(runtime);
}

void TokenProgram::on_message(agent::Runtime& runtime, const agent::Message& message) {
  const std::size_t token = token_of(message.kind);
  switch (mail_of(message.kind)) {
    case TokenMail::token:
      if (message.stamp > version(token)) return arrive(runtime, message, token);
      return turn_away(runtime, message, token);
    case TokenMail::news: return read_news(message, token);
    case TokenMail::acknowledgement: return watch()->acknowledged(token, message.stamp);
  }
}

void TokenProgram::on_timer(agent::Runtime& runtime, std::uint32_t tag) {
  const std::size_t token = tag;
  if (const auto overdue = watch()->look(runtime, token)) regenerate(runtime, token, *overdue);
}

/// The token was lost with the step that it was held for. What it had sent off before, it goes on watching.
void TokenProgram::on_recovery(agent::Runtime& runtime, const agent::Recovery&) {
  if (bag_) std::exchange(bag_, nullptr)->held = false;
  if (auto* watch = this->watch()) watch->resume(runtime);
}

void TokenProgram::arrive(agent::Runtime& runtime, const agent::Message& message, std::size_t token) {
  if (auto* watch = this->watch()) watch->forget(token);
  take_up(token, message.stamp);
  bag_->received = message.stamp;
  bag_->predecessor = message.from;
  desk_->unpack(message.values, theta(), *bag_, message.stamp);
  hold(runtime);
}

/// A token that is not newer than what was here: a duplicate by the network, or an older copy.
void TokenProgram::turn_away(agent::Runtime& runtime, const agent::Message& message, std::size_t token) {
  if (!watch() || token_version::generation(message.stamp) == token_version::generation(version(token))) return;
  ++extras_->figures.dropped_copies;
  acknowledge(runtime, message.from, token, message.stamp);
}

void TokenProgram::read_news(const agent::Message& message, std::size_t token) {
  extras_->visits->hear(desk_->history_of(token), message.from, message.values[0]);
  extras_->figures.late_news += message.stamp <= version(token);
}

void TokenProgram::regenerate(agent::Runtime& runtime, std::size_t token, const TokenWatch::Overdue& overdue) {
  const auto agents = static_cast<std::int64_t>(desk_->law().agents());
  const std::int64_t generation = (token_version::generation(overdue.version) / agents + 1) * agents + runtime.self();
  if (generation < token_version::most_generations) {
    take_up(token, token_version::of(generation, token_version::steps(overdue.version)));
    desk_->unpack(desk_->copy(overdue.copy), theta(), *bag_, version(token));
    auto& figures = extras_->figures;
    ++figures.regenerated;
    figures.longest_absence = std::max(figures.longest_absence, overdue.absent);
  }
  desk_->give_back(overdue.copy);
  if (bag_) move_on(runtime);
}

/// From here on this agent holds it.
void TokenProgram::take_up(std::size_t token, std::int64_t newest) {
  version(token) = newest;
  here_ = static_cast<std::int64_t>(token);
  bag_ = &desk_->take_bag(token, newest);
  bag_->received = -1;
  bag_->walk.set_generation(token_version::generation(newest));
}

/// From X_n = this agent to X_{n+1}.
void TokenProgram::move_on(agent::Runtime& runtime) {
  const AgentId to = next(runtime.self());
  if (to == runtime.self()) return hold(runtime);
  send_off(runtime, to);
}

AgentId TokenProgram::next(AgentId self) {
  const auto token = static_cast<std::size_t>(here_);
  const std::int64_t n = token_version::steps(version(token));
  if (!desk_->keeps_visits()) return bag_->walk.next(self, n);
  return extras_->visits->next(desk_->history_of(token), bag_->walk.draw(n), desk_->row());
}

/// X_{n+1} = this agent: it counts, and computes.
void TokenProgram::hold(agent::Runtime& runtime) {
  if (desk_->keeps_visits())
    count_visit(runtime);
  else
    bag_->walk.visit(runtime.self(), token_version::steps(version(static_cast<std::size_t>(here_))) + 1);
  runtime.begin_compute(gradient_.samples());
}

/// The neighbours are told before the token leaves.
void TokenProgram::count_visit(agent::Runtime& runtime) {
  const auto token = static_cast<std::size_t>(here_);
  const std::int64_t n = token_version::steps(version(token)) + 1;
  const double weight = advance_scale(bag_->log_scale, n, desk_->options().walk.history_power);
  const double own = extras_->visits->count(desk_->history_of(token), weight);
  if (!desk_->law().self_repellent()) return;
  agent::Payload news = runtime.payload(mail_kind(TokenMail::news, token), version(token) + 1, 1);
  news.values()[0] = own;
  extras_->figures.news += static_cast<std::int64_t>(runtime.out_neighbours().size());
  runtime.send_to_out_neighbours(std::move(news));
}

void TokenProgram::send_off(agent::Runtime& runtime, AgentId to) {
  const auto token = static_cast<std::size_t>(here_);
  agent::Payload payload = runtime.payload(mail_kind(TokenMail::token, token), version(token), desk_->message_size());
  desk_->pack(theta(), *bag_, payload.values());
  if (auto* watch = this->watch()) watch->keep(runtime, token, version(token), payload.values());
  runtime.send(to, std::move(payload));
  if (watch() && bag_->received >= 0) acknowledge(runtime, bag_->predecessor, token, bag_->received);
  if (desk_->tokens() > 1) bag_->theta[0] = theta();
  bag_->version = bag_->left = version(token);
  bag_->held = false;
  bag_ = nullptr;
}

void TokenProgram::acknowledge(agent::Runtime& runtime, AgentId to, std::size_t token, std::int64_t version) {
  ++extras_->figures.acknowledgements;
  runtime.send(to, runtime.payload(mail_kind(TokenMail::acknowledgement, token), version, 0));
}

std::optional<agent::TokenView> TokenProgram::token(std::size_t index) const {
  if (index >= desk_->tokens()) return std::nullopt;
  const std::int64_t own = version(index);
  agent::TokenView view{index, token_version::steps(own), iterate(), {}, token_version::generation(own)};
  if (!desk_->keeps_visits()) view.history = desk_->newest_bag(index).walk.history();
  if (static_cast<std::int64_t>(index) == here_ || own < 0) return view;
  // Another token is here since; this one lies where it was put when it left.
  const TokenBag* bag = desk_->bag(index, own);
  view.iterate = bag ? std::as_const(bag->theta).span(0) : std::span<const double>{};
  return view;
}

std::optional<double> TokenProgram::visit_log_weight(std::size_t token) const {
  if (!desk_->keeps_visits()) return std::nullopt;
  return extras_->visits->own(desk_->history_of(token));
}

std::optional<trace::TokenFigures> TokenProgram::token_figures() const {
  if (!extras_) return std::nullopt;
  return extras_->figures;
}

void TokenProgram::state(agent::StateVisitor& visitor) {
  visitor.reals(vectors_.span(0));
  visitor.integer(first_);
  std::int64_t holds = bag_ != nullptr;
  if (!others_.empty()) {
    for (auto& other : others_) visitor.integer(other);
    visitor.integer(here_);
  }
  visitor.integer(holds);
  if (extras_ && extras_->visits) visitor.reals(extras_->visits->all());
  if (extras_ && extras_->watch) extras_->watch->state(visitor);
  if (holds == 0) {
    if (bag_) std::exchange(bag_, nullptr)->held = false;
    return;
  }
  if (!bag_) take_up(static_cast<std::size_t>(here_), version(static_cast<std::size_t>(here_)));
  for (int v = 0; v < desk_->moments(); ++v) visitor.reals(bag_->moments.span(v));
  visitor.reals(desk_->weights_to_change(*bag_));
  if (!watch()) return;
  std::int64_t predecessor = bag_->predecessor;
  visitor.integer(bag_->received);
  visitor.integer(predecessor);
  bag_->predecessor = static_cast<AgentId>(predecessor);
}

double TokenProgram::expected_bytes(const Scale& scale, const TokenSgdOptions& options) {
  const int moments = moments_of(options.optimizer);
  const bool kept = options.visit_counts == TokenSgdOptions::VisitCounts::kept;
  const auto tokens = static_cast<double>(options.tokens);
  const double histories = options.history == TokenSgdOptions::History::shared ? 1 : tokens;
  double bytes = sizeof(TokenProgram) + sizeof(void*) + 8 * 2 * scale.dimension + 2 * allocation_overhead +
                 WalkLaw::expected_bytes_per_agent(scale.degree) +
                 TokenDesk::expected_bytes(scale, moments, tokens) / scale.agents;
  if (tokens > 1) bytes += 8 * (tokens - 1) + allocation_overhead;
  if (kept || options.regenerate_after) bytes += sizeof(Extras) + allocation_overhead;
  if (kept) bytes += KeptVisits::expected_bytes(scale.degree, histories) + allocation_overhead;
  if (!options.regenerate_after) return bytes;
  // Two copies a token, one of them of a message that was acknowledged or lost.
  const double message = (1 + moments) * scale.dimension + (kept ? 1 : scale.agents);
  return bytes + TokenWatch::expected_bytes(tokens) + 2 * allocation_overhead + 2 * tokens * 8 * message / scale.agents;
}

}  // namespace taubar::algorithm
