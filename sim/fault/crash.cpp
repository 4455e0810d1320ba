// An agent stops at an instant: the local step under way, what waits in its inbox and its timers are lost, and so is every
// message that comes while it is down; it sends nothing. Messages that it has sent already go on.
//   down = [at, at + recover_after)        both drawn for each agent; for ever without recover_after
// It comes back with the state of the instant at which it stopped (a disk, or a process that hung), or as it was before
// it started (a process started again).
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/config/fields.hpp"
#include "sim/fault/fault.hpp"
#include "sim/law/law.hpp"

namespace taubar::fault {
namespace {

/// Streams of laws with a state of their own: apart from those of compute times and of links.
constexpr std::uint64_t first_place = std::uint64_t{1} << 44;
/// Random selections differ from those of compute.
constexpr std::uint64_t first_struck = std::uint64_t{1} << 33;

struct CrashSpec final : FaultSpec {
  config::Selection agents;
  config::Choice<law::LawSpec> at, recover_after;  ///< seconds
  bool keep_state = true;

  void fields(config::Fields& f) override {
    f.selection("agents", agents, "which agents stop; a server does not", config::required);
    f.choice("at", at, law::laws(), "when, drawn once for each of them", config::required, config::Unit::duration);
    f.choice("recover_after", recover_after, law::laws(), "for how long each is down; absent: for ever", config::optional,
             config::Unit::duration);
    f.flag("keep_state", keep_state, "it comes back with the state it had; false: it starts anew from the initial point");
    f.demand(keep_state || recover_after, "keep_state", "false says nothing of an agent that never comes back; give recover_after");
  }
  bool loses_state() const override { return !keep_state; }
  bool stops_agents() const override { return true; }

  void add_to(Plan& plan, const Population& population, std::uint64_t number, std::vector<std::string>& complaints) const override {
    const std::string pointer = "/faults/" + std::to_string(number);
    const std::uint64_t seed = population.seed;
    const auto start = law::build_at(at, seed, first_place + 2 * number, pointer + "/at", complaints);
    const auto length = law::build_at(recover_after, seed, first_place + 2 * number + 1, pointer + "/recover_after", complaints);
    try {
      for (const AgentId agent :
           agents.resolve(population.agents, seed, first_struck + number, pointer + "/agents", population.host_of)) {
        const auto level = [&](std::uint64_t which) {
          return to_unit(random_word(seed, Purpose::fault, agent, number, which));
        };
        if (!start) break;
        const Time from = from_seconds(start->quantile_at(level(0), 0, agent));
        const Time to = length ? after(from, from_seconds(length->quantile_at(level(1), from, agent))) : never;
        plan.crashes.push_back({agent, from, to, keep_state});
      }
    } catch (const InputError& error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    }
  }
};

}  // namespace

extern const config::Entry<FaultSpec> crash_entry;
const config::Entry<FaultSpec> crash_entry{
    "crash", "agents stop, lose their step, their inbox and what is sent to them, and may come back", "",
    R"({"kind": "crash", "agents": [3], "at": "2s", "recover_after": "1s"})",
    []() -> std::shared_ptr<FaultSpec> { return std::make_shared<CrashSpec>(); }};

}  // namespace taubar::fault
