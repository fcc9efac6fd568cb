import { safeJson } from '../base/text/bounded-json.js'
import { coverageOf } from '../checks/result/coverage.js'
import type { ResultDocument, CheckResult } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import { checkResult, numbered, problemResult, verdictResult, locationOf, verdictRule } from './sarif/results.js'
import { byUrgency, notedStatuses, tally, verdictSentence, verdictWords } from './wording/verdict-words.js'
import { exitCodes } from '../base/errors.js'
import type { Severity } from '../base/vocabulary.js'

export const reporter: Reporter = {
  format: 'sarif',
  title: 'SARIF 2.1.0, for code scanning',
  render(document) {
    const rules = rulesOf(document)
    const results = numbered([
      ...verdictResult(document),
      ...(document.diagnostics ?? []).map((problem) => problemResult(document, problem)),
      ...byUrgency(document, notedStatuses).map((check) => checkResult(document, check)),
    ])
    return safeJson({
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: document.tool.name, version: document.tool.version, rules } },
          automationDetails: { id: automationId(document) },
          columnKind: 'utf16CodeUnits',
          invocations: [invocation(document)],
          results: results.map((result) => ({
            ...result,
            ruleIndex: rules.findIndex(({ id }) => id === result.ruleId),
          })),
          properties: properties(document),
        },
      ],
    })
  },
}

/**
 * Runs of another deployment or profile are another series: a finding that is in one and not in the other is not
 * mended.
 */
function automationId({ run }: ResultDocument): string {
  return ['preflight', run.deployment ?? 'deployment', run.profile, run.id]
    .map((part) => part.replaceAll('/', '-'))
    .join('/')
}

function properties({ counts, run, state, verdict, exitCode }: ResultDocument): Readonly<Record<string, unknown>> {
  const { commit = null, dirty = null } = run.git ?? {}
  return {
    state,
    verdict,
    exitCode,
    isPartial: coverageOf({ lock: run.lock, counts }) === 'part',
    counts,
    profile: run.profile,
    deployment: run.deployment,
    environment: run.environment ?? null,
    definitionsDigest: run.definitionsDigest,
    commit,
    dirty,
  }
}

/** The endings after which everything selected has been judged. */
const judged: readonly (number | null)[] = [exitCodes.go, exitCodes.failed, exitCodes.warned]

/** How the run itself went: when, where, how it ended, and what kept it from going well. */
function invocation(document: ResultDocument): Readonly<Record<string, unknown>> {
  const { exitCode, run, state } = document
  const notifications = notificationsOf(document)
  return {
    executionSuccessful: state === 'complete' && judged.includes(exitCode),
    ...(exitCode === null ? {} : { exitCode }),
    exitCodeDescription: verdictSentence(document),
    ...utc('startTimeUtc', run.startedAt),
    ...utc('endTimeUtc', run.finishedAt),
    machine: run.host,
    toolExecutionNotifications: notifications,
  }
}

function notificationsOf(document: ResultDocument): readonly unknown[] {
  const { kind } = verdictWords(document)
  const level = kind === 'go' ? 'note' : kind === 'part' ? 'warning' : 'error'
  const problems = (document.diagnostics ?? []).map(({ file, line, column, code, message, hint }) => ({
    level: 'error',
    descriptor: { id: code },
    message: { text: `${message}${hint === undefined ? '' : `: ${hint}`}` },
    ...(line < 1 ? {} : { locations: [locationOf({ file, line, column })] }),
  }))
  const notices = (document.notices ?? []).map((text) => ({ level: 'warning', message: { text } }))
  return [{ level, message: { text: `${verdictSentence(document)}; ${tally(document)}` } }, ...notices, ...problems]
}

/** An invalid time would make the whole log invalid. */
function utc(name: string, time: string | null): Readonly<Record<string, string>> {
  return time !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(time) ? { [name]: time } : {}
}

/** The levels that a failure of each severity has in code scanners that rank by a number (0 to 10, as CVSS). */
const securitySeverities: Readonly<Record<Severity, string>> = {
  blocker: '9.5',
  critical: '8.5',
  high: '7.0',
  advisory: '3.0',
}

interface Rule {
  readonly id: string
  readonly [property: string]: unknown
}

/** A rule for every check of the run, whatever its status, and one for the run itself. */
function rulesOf({ checks }: ResultDocument): readonly Rule[] {
  const own = {
    id: verdictRule,
    shortDescription: { text: 'the run reached a go for the whole deployment' },
    fullDescription: { text: 'Every declared check was selected, observed and green.' },
    defaultConfiguration: { level: 'error' },
  }
  return [own, ...checks.map(ruleOf)]
}

function ruleOf(check: CheckResult): Rule {
  const { fix, id, severity, source, stage, title, why } = check
  const help = `${fix}${source === '' ? '' : `\n\nsource: ${source}`}`
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why === '' ? title : why },
    help: { text: help },
    defaultConfiguration: { level: severity === 'advisory' ? 'warning' : 'error' },
    properties: {
      stage,
      severity,
      class: check.class,
      tags: [stage, severity],
      ...(stage === 'secrets' ? { 'security-severity': securitySeverities[severity] } : {}),
    },
  }
}
