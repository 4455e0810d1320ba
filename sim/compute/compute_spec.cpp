#include "sim/compute/compute_model.hpp"

namespace taubar::compute {

void StragglerSpec::fields(config::Fields& f) {
  f.selection("agents", agents, "which agents the rule slows down", config::required);
  f.choice("add", add, law::laws(), "time added to the step", config::optional, config::Unit::duration);
  f.choice("factor", factor, law::laws(), "multiplies the step's time", config::optional,
           config::Unit::number);
  f.real("probability", probability, config::probability, "that the rule strikes a step, each independently");
  f.interval("during", during, "steps that start within [from, to) of virtual time; default always");
  f.demand(!during || during->first < during->second, "during",
           "ends before it begins; accepted is [from, to), from < to");
  f.demand(add || factor, "", "a rule without effect; give add, factor or both");
}

void AgentsSpec::fields(config::Fields& f) {
  f.selection("agents", agents, "whose local steps follow this law", config::required);
  f.choice("time", time, law::laws(), "time of one local step; this or rate", config::optional,
           config::Unit::duration);
  f.choice("rate", rate, law::laws(), "sample gradients per second, time = samples used / rate; this or time",
           config::optional, config::Unit::number);
  f.demand(f.present("time") != f.present("rate"), "", "one of time and rate is needed, not both");
}

void ComputeSpec::fields(config::Fields& f) {
  f.choice("time", time, law::laws(), "time of one local step; this or rate", config::optional,
           config::Unit::duration);
  f.choice("rate", rate, law::laws(), "sample gradients per second, time = samples used / rate; this or time",
           config::optional, config::Unit::number);
  f.demand(f.present("time") != f.present("rate"), "", "one of time and rate is needed, not both");
  f.list("agents", agents, "laws of named agents, instead of the one above; an agent is named once");
  f.choice("per_agent", per_agent, law::laws(),
           "a factor drawn once for each agent that multiplies its times (2 = half as fast); default 1");
  f.list("stragglers", stragglers,
         "rules that slow agents down: duration = time * per_agent * product of factors + sum of adds");
}

}  // namespace taubar::compute
