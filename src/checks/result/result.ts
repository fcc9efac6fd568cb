import { exitCodes } from '../../base/exit-codes.js'
import type { CheckDefinition } from '../definition.js'
import { factTypeOf } from '../../base/facts.js'
import type { VariableOrigin } from '../../environment/environment.js'
import type { Outcome } from '../check-event.js'
import type { Plan, PlannedCheck } from '../plan/plan.js'
import type { Diagnostic } from '../../base/position.js'
import type { Probe } from '../../engine/probe.js'
import type { CheckResult, Counts, ResultDocument, RunLock } from './report.js'
import { stages } from '../../base/vocabulary.js'
import { boundedValues, redactFacts, redactValues, type Redact } from './redacted-facts.js'
import { decisiveVariable, countOutcomes, type Verdict } from '../run/verdict.js'

/** What a document says of its run besides the plan. */
export interface RunMeta {
  readonly toolVersion: string
  readonly runId: string
  /** ISO-8601. */
  readonly startedAt: string
  readonly deployment: string | null
  readonly host: string
  readonly definitionsDigest: string
  readonly git: { readonly commit: string; readonly dirty: boolean } | null
  /** `undefined` while it is not known whether there is one. */
  readonly lock?: RunLock | null | undefined
}

/** What a run left behind, finished or interrupted. */
export interface FinishedRun {
  readonly meta: RunMeta
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly probes: ReadonlyMap<string, Probe>
  /** ISO-8601. */
  readonly finishedAt: string
  readonly durationMs: number
  readonly redact: Redact
  /** What is to be known of the run as a whole, redacted. */
  readonly notices?: readonly string[]
  /** Where a variable of the environment under test was read; line 0 where its source has no lines. */
  originOf(variable: string): VariableOrigin | undefined
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

function checkResults({ plan, outcomes, probes, redact, originOf }: FinishedRun): CheckResult[] {
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
  return plan.checks.flatMap((check) => {
    const outcome = byId.get(check.definition.id)
    return outcome === undefined
      ? []
      : [checkResult(check, outcome, probes.get(check.definition.probe.kind), { redact, originOf })]
  })
}

function checkResult(
  { definition, needs }: PlannedCheck,
  outcome: Outcome,
  probe: Probe | undefined,
  { redact, originOf }: Pick<FinishedRun, 'redact' | 'originOf'>,
): CheckResult {
  const type = probe === undefined ? undefined : factTypeOf(probe.facts)
  return {
    id: definition.id,
    title: definition.title,
    stage: definition.stage,
    severity: definition.severity,
    class: outcome.class,
    status: outcome.status,
    message: redact.text(outcome.message),
    facts: boundedValues(redactFacts(outcome.facts, type, redact) as Record<string, unknown>),
    failedExpectations: outcome.failedExpectations.map(({ that, message, values }) => ({
      that,
      message: redact.text(message),
      values: boundedValues(redactValues(values, type, redact)),
    })),
    needs: [...needs],
    blockedBy: outcome.blockedBy ?? null,
    waiver: waiverOf(outcome, redact),
    why: definition.why,
    fix: definition.fix,
    source: definition.source,
    attempts: outcome.attempts,
    startedAt: outcome.startedAt === '' ? null : outcome.startedAt,
    durationMs: Math.round(outcome.durationMs),
    definition: { file: definition.position.file, line: definition.position.line },
    ...subjectOf(definition, outcome, { redact, originOf }),
  }
}

/** Written by people, who may quote what they should not. */
function waiverOf({ waived }: Outcome, redact: Redact): CheckResult['waiver'] {
  if (waived === undefined) return null
  const { reason, owner, ticket, expires, signer } = waived.waiver
  const signed = signer === undefined ? {} : { signer: { principal: redact.text(signer.principal), key: signer.key } }
  return {
    reason: redact.text(reason),
    owner: redact.text(owner),
    ticket: redact.text(ticket),
    expires,
    daysLeft: waived.daysLeft,
    ...signed,
  }
}

/** Names and positions only. A green check accuses no line. */
function subjectOf(
  definition: CheckDefinition,
  outcome: Outcome,
  { redact, originOf }: Pick<FinishedRun, 'redact' | 'originOf'>,
): Pick<CheckResult, 'subject'> {
  if (outcome.status === 'pass' || outcome.status === 'not-applicable') return {}
  const variable = decisiveVariable(definition.variables, outcome, (name) => (originOf(name)?.line ?? 0) > 0)
  const origin = variable === undefined ? undefined : originOf(variable)
  return variable === undefined || origin === undefined
    ? {}
    : { subject: { file: redact.text(origin.source), line: origin.line, variable } }
}
