import { createHash } from 'node:crypto'
import { commandLine } from '../base/text/shell-words.js'
import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import { classify, rootCauseIds } from './classification.js'
import type { EvidenceRecord, Failure, Incident } from './incident.js'
import { greenStatuses } from '../base/vocabulary.js'
import { changedFacts, isShortChange } from '../checks/result/result-difference/fact-differences.js'

export interface IncidentParts {
  readonly id: string
  readonly toolVersion: string
  /** ISO-8601. */
  readonly capturedAt: string
  readonly source: Incident['source']
  /** Redacted. */
  readonly document: ResultDocument
  /** Redacted; the last result of the same deployment that was a go. */
  readonly lastGood: ResultDocument | undefined
  readonly evidence: readonly EvidenceRecord[]
  readonly notes: readonly string[]
  /** Options that a check needs to be judged again, besides its id: `--env-file prod.env`. */
  readonly options: readonly string[]
}

const longestName = 70

/** Where the evidence of a check is in a bundle. */
export function checkEvidenceFile(id: string): string {
  // No segment of an id holds two hyphens, so no two ids have the same name; a long one is distinguished by its digest.
  const name = id.replaceAll('/', '--')
  return `evidence/check-${name.length <= longestName ? name : `${name.slice(0, longestName)}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`}.json`
}

/** The head of a bundle, from a result in which something is red or warns. Pure. */
export function buildIncident(parts: IncidentParts): Incident {
  const { document, lastGood } = parts
  const classification = classify(document)
  if (classification === undefined) throw new Error('a result without a finding is not an incident')
  const { run } = document
  const finished = lastGood?.run.finishedAt
  return {
    schemaVersion: 1,
    tool: { name: 'preflight', version: parts.toolVersion },
    id: parts.id,
    capturedAt: parts.capturedAt,
    source: parts.source,
    run: {
      id: run.id,
      startedAt: run.startedAt,
      finishedAt: run.finishedAt,
      profile: run.profile,
      deployment: run.deployment,
      host: run.host,
      verdict: document.verdict,
      exitCode: document.exitCode,
      commit: run.git?.commit ?? null,
      dirty: run.git?.dirty ?? false,
    },
    classification: { ...classification, reasons: [...classification.reasons] },
    lastGood:
      lastGood === undefined || finished == null
        ? null
        : { run: lastGood.run.id, finishedAt: finished, commit: lastGood.run.git?.commit ?? null },
    failures: rootCauseIds(document).map((check) => failureOf(check, parts)),
    blocked: document.checks.filter(({ blockedBy }) => blockedBy !== null).length,
    diagnostics: document.diagnostics ?? [],
    evidence: [...parts.evidence],
    notes: [
      ...(document.state === 'incomplete' ? ['The run did not end by itself: checks are missing.'] : []),
      ...parts.notes,
    ],
  }
}

function failureOf(check: CheckResult, { document, lastGood, options }: IncidentParts): Failure {
  const { id, title, stage, severity, class: failureClass, status, message, why, fix, facts } = check
  return {
    id,
    title,
    stage,
    severity,
    class: failureClass,
    status,
    message,
    why,
    fix,
    reproduce: commandLine(['preflight', 'run', id, '--profile', document.run.profile, ...options]),
    commandLine: typeof facts['commandLine'] === 'string' ? facts['commandLine'] : '',
    blocks: document.checks.filter(({ blockedBy }) => blockedBy === id).map((blocked) => blocked.id),
    ...sinceLastGood(check, lastGood),
    evidence: checkEvidenceFile(id),
  }
}

/** What is known of a red check from an earlier result. */
type Since = Pick<Failure, 'since' | 'changes'>

const manyChanges = 20

/**
 * Compares a red check with the last good result. Facts that differ in every run (times, ports, ids) differ here too
 * and are reported.
 */
export function sinceLastGood(check: CheckResult, lastGood: ResultDocument | undefined): Since {
  const before = lastGood?.checks.find(({ id }) => id === check.id)
  if (lastGood === undefined || before === undefined || !greenStatuses.has(before.status))
    return { since: null, changes: [] }
  return {
    since: lastGood.run.finishedAt,
    changes: changedFacts(before.facts, check.facts).filter(isShortChange).slice(0, manyChanges),
  }
}
