import { coverageOf } from '../checks/result/coverage.js'
import type { ResultDocument } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import { statuses } from '../base/vocabulary.js'
import { environmentWords, verdictWords } from './wording/verdict-words.js'
import { gauge, type PrometheusSample } from '../base/text/prometheus-text.js'

const one = (value: boolean): number => (value ? 1 : 0)

/** Seconds since 1970 of an ISO-8601 time; nothing when there is none. */
function timestamp(time: string | null): readonly PrometheusSample[] {
  const milliseconds = time === null ? Number.NaN : Date.parse(time)
  return Number.isFinite(milliseconds) ? [{ value: milliseconds / 1000 }] : []
}

export const reporter: Reporter = {
  format: 'prometheus',
  title: "metrics for the node exporter's textfile collector",
  render(document) {
    const { kind } = verdictWords(document)
    const { checks, counts, diagnostics, exitCode, notices, run } = document
    const { gatesLeftOut } = run.selection
    const families = [
      gauge('preflight_info', 'Which run this is; always 1.', [{ labels: info(document), value: 1 }]),
      gauge('preflight_go', '1 when the verdict is go, also for a part of the checks; 0 for every other verdict.', [
        { value: one(kind === 'go' || kind === 'part') },
      ]),
      gauge('preflight_complete', '1 when the run ended by itself; a run with 0 proves nothing.', [
        { value: one(document.state === 'complete') },
      ]),
      gauge(
        'preflight_whole',
        '1 when every declared check was selected or, where there is a lock, the locked selection; a go without it is not a go for a release.',
        [{ value: one(coverageOf({ lock: run.lock, counts }) !== 'part' && counts.declared > 0) }],
      ),
      gauge(
        'preflight_exit_code',
        'The exit code of the run; absent until there is one.',
        exitCode === null ? [] : [{ value: exitCode }],
      ),
      gauge('preflight_problems', 'Problems in definitions or configuration that kept the run from starting.', [
        { value: diagnostics?.length ?? 0 },
      ]),
      gauge(
        'preflight_notices',
        'Number of notices of the run: a lock of an earlier version, waivers that end soon or do not count. The result document has their texts.',
        [{ value: notices?.length ?? 0 }],
      ),
      gauge(
        'preflight_gates_left_out',
        'Checks that were left out with the gates, and where that is written; absent when none was.',
        gatesLeftOut === undefined ? [] : [{ labels: { by: gatesLeftOut.by }, value: gatesLeftOut.ids.length }],
      ),
      gauge('preflight_declared_checks', 'Number of declared checks.', [{ value: counts.declared }]),
      gauge('preflight_selected_checks', 'Number of selected checks.', [{ value: counts.selected }]),
      gauge(
        'preflight_checks',
        'Selected checks by status.',
        statuses.map((status) => ({
          labels: { status },
          value: counts[status === 'not-applicable' ? 'notApplicable' : status],
        })),
      ),
      gauge(
        'preflight_check_status',
        'The status of each check; always 1.',
        checks.map(({ id, stage, severity, status }) => ({ labels: { check: id, stage, severity, status }, value: 1 })),
      ),
      gauge(
        'preflight_check_duration_seconds',
        'Duration of each check, all attempts together.',
        checks.map(({ id, durationMs }) => ({ labels: { check: id }, value: durationMs / 1000 })),
      ),
      gauge(
        'preflight_duration_seconds',
        'Duration of the run; absent until it ended.',
        run.durationMs === null ? [] : [{ value: run.durationMs / 1000 }],
      ),
      gauge(
        'preflight_start_timestamp_seconds',
        'When the run started, in seconds since 1970.',
        timestamp(run.startedAt),
      ),
      gauge(
        'preflight_finish_timestamp_seconds',
        'When the run ended, in seconds since 1970; absent until it ended.',
        timestamp(run.finishedAt),
      ),
    ]
    return families.join('')
  },
}

function info({ run, tool }: ResultDocument): Readonly<Record<string, string>> {
  return {
    version: tool.version,
    profile: run.profile,
    deployment: run.deployment ?? '',
    environment: environmentWords(run.environment) ?? '',
    host: run.host,
    commit: run.git?.commit ?? '',
    dirty: String(run.git?.dirty ?? false),
  }
}
