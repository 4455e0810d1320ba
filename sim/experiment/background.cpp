#include "sim/experiment/background.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace taubar::experiment {

void step_back() {
#ifdef __linux__
  const sched_param none{};
  sched_setscheduler(0, SCHED_OTHER, &none);  // a launcher may have given the process a real-time priority
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5);
#endif
}

}  // namespace taubar::experiment
