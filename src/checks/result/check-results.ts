import { probeOf } from '../../engine/sampled-probe.js'
import { factTypeOf } from '../../base/facts.js'
import type { Probe } from '../../engine/probe.js'
import type { Outcome } from '../check-event.js'
import type { CheckDefinition } from '../definition.js'
import type { VariableOrigin } from '../../environment/environment.js'
import type { Plan, PlannedCheck } from '../plan/plan.js'
import { decisiveVariable } from '../run/verdict.js'
import { boundedValues, redactFacts, redactValues, type Redact } from './redacted-facts.js'
import type { CheckResult } from './report.js'

/** The checks of a run that have ended, and what is said of them besides their outcomes. */
export interface EndedChecks {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly probes: ReadonlyMap<string, Probe>
  readonly redact: Redact
  /** Where a variable of the environment under test was read; line 0 where its source has no lines. */
  originOf(variable: string): VariableOrigin | undefined
  /**
   * Where a report points to for a check whose definition a user cannot open; `null` for nowhere. Left out, or
   * `undefined` for a check, it is the definition.
   */
  readonly pointOf?: ((check: CheckDefinition) => Place | null | undefined) | undefined
  /** The base of pages that checks name by a path. */
  readonly docsUrl?: string | undefined
}

interface Place {
  readonly file: string
  readonly line: number
}

/** What the document says of each check that has ended, in the order of the plan. */
export function checkResults({
  plan,
  outcomes,
  probes,
  redact,
  originOf,
  pointOf,
  docsUrl,
}: EndedChecks): CheckResult[] {
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
  return plan.checks.flatMap((check) => {
    const outcome = byId.get(check.definition.id)
    return outcome === undefined
      ? []
      : [
          checkResult(check, outcome, probeOf(probes, check.definition), {
            redact,
            originOf,
            pointOf,
            docsUrl,
          }),
        ]
  })
}

function checkResult(
  { definition, needs }: PlannedCheck,
  outcome: Outcome,
  probe: Probe | undefined,
  { redact, originOf, pointOf, docsUrl }: Pick<EndedChecks, 'redact' | 'originOf' | 'pointOf' | 'docsUrl'>,
): CheckResult {
  const type = probe === undefined ? undefined : factTypeOf(probe.facts)
  const pointsTo = pointOf?.(definition)
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
    ...linksOf(definition, docsUrl),
    source: definition.source,
    attempts: outcome.attempts,
    startedAt: outcome.startedAt === '' ? null : outcome.startedAt,
    durationMs: Math.round(outcome.durationMs),
    definition: { file: definition.position.file, line: definition.position.line },
    ...(pointsTo === undefined ? {} : { pointsTo }),
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
  { redact, originOf }: Pick<EndedChecks, 'redact' | 'originOf'>,
): Pick<CheckResult, 'subject'> {
  if (outcome.status === 'pass' || outcome.status === 'not-applicable') return {}
  const variable = decisiveVariable(definition.variables, outcome, (name) => (originOf(name)?.line ?? 0) > 0)
  const origin = variable === undefined ? undefined : originOf(variable)
  return variable === undefined || origin === undefined
    ? {}
    : { subject: { file: redact.text(origin.source), line: origin.line, variable } }
}

/**
 * What helps with a failure, as far as it is known.
 *
 * @param docsUrl the base of pages that checks name by a path, with a final slash
 */
function linksOf(
  { remedy, runbook, docs }: CheckDefinition,
  docsUrl: string | undefined,
): Pick<CheckResult, 'remedy' | 'runbook' | 'docs'> {
  const page = docs === undefined ? undefined : /^https?:/.test(docs) ? docs : docsUrl && `${docsUrl}${docs}`
  return {
    ...(remedy === undefined ? {} : { remedy: 'run' in remedy ? { ...remedy, run: [...remedy.run] } : remedy }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(page === undefined ? {} : { docs: page }),
  }
}
