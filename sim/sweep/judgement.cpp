#include "sim/sweep/judgement.hpp"

#include <algorithm>

#include "sim/sweep/report.hpp"

namespace taubar::sweep {

int exit_code_of(const Analysis& analysis) {
  if (analysis.with(Status::refused) > 0) return 4;
  if (!analysis.failed.empty()) return 3;
  const auto& verdicts = analysis.verdicts;
  const bool all_hold = std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.outcome == Decision::holds; });
  return all_hold ? 0 : 1;
}

Judgement judge(const SweepSpec& spec, const std::vector<RunRow>& rows, const JudgeOptions& options) {
  const Analysis analysis = analyse(spec, rows, options);
  Judgement judgement;
  judgement.exit_code = exit_code_of(analysis);
  judgement.table = report_table(spec, analysis);
  judgement.markdown = report_markdown(spec, analysis);
  judgement.junit = report_junit(spec, analysis);
  judgement.json = report_json(spec, analysis);
  judgement.json["exit_code"] = judgement.exit_code;
  return judgement;
}

}  // namespace taubar::sweep
