import { exitCodes, type Diagnostic } from '../../base/errors.js'
import type { Plan } from '../plan/plan.js'
import type { CheckResult, Counts, ResultDocument, RunEnvironment, RunLock } from './report.js'
import { stages } from '../../base/vocabulary.js'
import { checkResults, type EndedChecks } from './check-results.js'
import { countOutcomes, type Verdict } from '../run/verdict.js'

/** What a document says of its run besides the plan. */
export interface RunMeta {
  readonly toolVersion: string
  readonly runId: string
  /** ISO-8601. */
  readonly startedAt: string
  readonly deployment: string | null
  /** The path of the deployment file, be it there or not. */
  readonly deploymentFile?: string | undefined
  readonly host: string
  readonly definitionsDigest: string
  readonly git: { readonly commit: string; readonly dirty: boolean } | null
  /** `undefined` while it is not known whether there is one. */
  readonly lock?: RunLock | null | undefined
  /** Redacted; `undefined` until it was read. */
  readonly environment?: RunEnvironment | undefined
}

/** What a run left behind, finished or interrupted. */
export interface FinishedRun extends EndedChecks {
  readonly meta: RunMeta
  /** ISO-8601. */
  readonly finishedAt: string
  readonly durationMs: number
  /** What is to be known of the run as a whole, redacted. */
  readonly notices?: readonly string[]
}

/**
 * The document that is before the first probe runs, so that a killed run leaves nothing that could be taken for a go.
 */
export function startedDocument(meta: RunMeta, plan: Plan): ResultDocument {
  return assemble(meta, plan, {
    state: 'incomplete',
    finished: null,
    verdict: null,
    exitCode: null,
    counts: countOutcomes(plan, []),
    checks: [],
  })
}

/** The document of a run that ended by itself. */
export function finishedDocument(record: FinishedRun, { verdict, exitCode, counts }: Verdict): ResultDocument {
  return assemble(record.meta, record.plan, {
    state: 'complete',
    finished: record,
    verdict,
    exitCode,
    counts,
    checks: checkResults(record),
    notices: record.notices,
  })
}

/** The document of a run that was interrupted: what had finished by then, and no verdict. */
export function interruptedDocument(record: FinishedRun, exitCode: number): ResultDocument {
  const counts = countOutcomes(record.plan, record.outcomes)
  return assemble(record.meta, record.plan, {
    state: 'incomplete',
    finished: record,
    verdict: null,
    exitCode,
    counts,
    checks: checkResults(record),
    notices: record.notices,
  })
}

/** The document that is before it is even known what is to be run. */
export function unplannedDocument(meta: RunMeta, profile: string): ResultDocument {
  return startedDocument(meta, emptyPlan(profile))
}

/**
 * The document of a run that never began because its definitions or configuration are invalid. Its verdict is no-go:
 * nothing was proven.
 */
export function invalidDocument(meta: RunMeta, profile: string, diagnostics: readonly Diagnostic[]): ResultDocument {
  const plan = emptyPlan(profile)
  const finished = { finishedAt: meta.startedAt, durationMs: 0 }
  const nothing = { counts: countOutcomes(plan, []), checks: [] }
  const document = assemble(meta, plan, {
    state: 'complete',
    finished,
    verdict: 'no-go',
    exitCode: exitCodes.invalid,
    ...nothing,
  })
  return { ...document, diagnostics: diagnostics.map(({ position, ...rest }) => ({ ...position, ...rest })) }
}

function emptyPlan(profile: string): Plan {
  return {
    profile,
    request: { selectors: [], given: [], stages: [], skip: [], phase: 'all', profile },
    checks: [],
    declared: 0,
    deselected: [],
    skipped: [],
  }
}

interface Ending {
  readonly state: ResultDocument['state']
  readonly finished: { readonly finishedAt: string; readonly durationMs: number } | null
  readonly verdict: ResultDocument['verdict']
  readonly exitCode: number | null
  readonly counts: Counts
  readonly checks: CheckResult[]
  readonly notices?: readonly string[] | undefined
}

function assemble(
  meta: RunMeta,
  plan: Plan,
  { state, finished, verdict, exitCode, counts, checks, notices = [] }: Ending,
): ResultDocument {
  return {
    schemaVersion: 1,
    tool: { name: 'preflight', version: meta.toolVersion },
    state,
    run: {
      id: meta.runId,
      startedAt: meta.startedAt,
      finishedAt: finished?.finishedAt ?? null,
      durationMs: finished === null ? null : Math.round(finished.durationMs),
      profile: plan.profile,
      deployment: meta.deployment,
      ...(meta.deploymentFile === undefined ? {} : { deploymentFile: meta.deploymentFile }),
      host: meta.host,
      definitionsDigest: meta.definitionsDigest,
      git: meta.git,
      selection: {
        selectors: [...plan.request.selectors],
        stages: chosenStages(plan),
        skipped: [...plan.skipped],
        deselectedIds: [...plan.deselected],
        ...gatesLeftOut(plan),
      },
      ...(meta.lock === undefined ? {} : { lock: meta.lock }),
      ...(meta.environment === undefined ? {} : { environment: meta.environment }),
    },
    verdict,
    exitCode,
    counts,
    checks,
    ...(notices.length === 0 ? {} : { notices: [...notices] }),
  }
}

function gatesLeftOut({ gatesLeftOut: left }: Plan): Pick<ResultDocument['run']['selection'], 'gatesLeftOut'> {
  return left === undefined ? {} : { gatesLeftOut: { by: left.by, ids: [...left.ids] } }
}

/** The stages the run was restricted to; empty when it was not. A phase is said in stages. */
function chosenStages({ request }: Plan): string[] {
  if (request.phase === 'all') return [...request.stages]
  const chosen = request.stages.length === 0 ? stages : request.stages
  return chosen.filter((stage) => (stage === 'runtime') === (request.phase === 'after-start'))
}
