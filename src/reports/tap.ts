import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import { noteOf } from './wording/finding.js'
import { isRed, runFacts, tally, verdictSentence, verdictWords } from './wording/verdict-words.js'
import { stringify } from 'yaml'
import { escapeUnsafe } from '../base/text/bounded-json.js'
import { neutralise, withoutLogCommands } from '../base/text/terminal-text.js'

/**
 * The verdict is a test point of its own: a harness that looks at nothing but points must be red whenever the exit code
 * is.
 */
export const reporter: Reporter = {
  format: 'tap',
  title: 'TAP 14, for test harnesses',
  render(document) {
    const { checks, diagnostics = [], notices = [], run, tool } = document
    const points = [...checks.map(checkPoint), verdictPoint(document)]
    const problems = diagnostics.map(({ file, line, column, message, hint }) =>
      comment(`${file}:${line}:${column}: ${message}${hint === undefined ? '' : ` (${hint})`}`),
    )
    const lines = [
      'TAP version 14',
      comment(`${tool.name} ${tool.version}: ${runFacts(document).join(' · ')}`),
      `1..${document.state === 'incomplete' ? Math.max(points.length, document.counts.selected + 1) : points.length}`,
      ...notices.map((notice) => comment(`notice: ${notice}`)),
      ...points.map((point, index) => testPoint(index + 1, point)),
      ...run.selection.deselectedIds.map((id) => comment(`not selected: ${id}`)),
      ...problems,
      ...(document.state === 'incomplete' || document.diagnostics !== undefined
        ? [bailOut(verdictSentence(document))]
        : []),
    ]
    return `${lines.join('\n')}\n`
  },
}

function checkPoint(check: CheckResult): TestPoint {
  const {
    blockedBy,
    class: failureClass,
    definition,
    failedExpectations,
    facts,
    fix,
    id,
    message,
    severity,
    source,
    stage,
    status,
    subject,
    title,
    why,
  } = check
  const isOk = !isRed(check)
  const skip =
    status === 'waived'
      ? `waived: ${noteOf(check)}`
      : status === 'not-applicable'
        ? `not applicable: ${message}`
        : undefined
  if (status === 'pass' || status === 'not-applicable')
    return { isOk, description: `${id}: ${title}`, skip, diagnostics: undefined }
  const diagnostics = {
    status,
    message,
    severity,
    class: failureClass,
    stage,
    blockedBy,
    expectations: failedExpectations,
    facts,
    why,
    fix,
    source,
    subject,
    definition,
    durationMs: check.durationMs,
  }
  return { isOk, description: `${id}: ${title}`, skip, diagnostics }
}

function verdictPoint(document: ResultDocument): TestPoint {
  const { kind } = verdictWords(document)
  const sentence = verdictSentence(document)
  const { exitCode, verdict, counts } = document
  const isOk = kind === 'go' || kind === 'part'
  return {
    isOk,
    description: `verdict: ${sentence}`,
    skip: kind === 'part' ? sentence : undefined,
    diagnostics: { verdict, exitCode, tally: tally(document), diagnostics: document.diagnostics, counts },
  }
}

interface TestPoint {
  readonly isOk: boolean
  readonly description: string
  /** Why it was not judged. */
  readonly skip: string | undefined
  readonly diagnostics: Readonly<Record<string, unknown>> | undefined
}

/** A test point of TAP 14 with its YAML block (https://testanything.org/tap-version-14-specification.html). */
function testPoint(number: number, { isOk, description, skip, diagnostics }: TestPoint): string {
  const line = `${isOk ? 'ok' : 'not ok'} ${number} - ${escape(description)}${skip === undefined ? '' : ` # SKIP ${escape(skip)}`}`
  return diagnostics === undefined ? line : `${line}\n${yamlBlock(diagnostics)}`
}

function comment(text: string): string {
  return `# ${oneLine(text)}`
}

function bailOut(reason: string): string {
  return `Bail out! ${oneLine(reason)}`
}

/** `#` would begin a directive, a line break the next line. */
function escape(text: string): string {
  return oneLine(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#')
}

function oneLine(text: string): string {
  return withoutLogCommands(neutralise(text.replace(/\s+/g, ' ').trim()))
}

/** Every string is quoted as in JSON: no text can end the block, be taken for a tag, or turn into another type. */
function yamlBlock(value: Readonly<Record<string, unknown>>): string {
  const plain: unknown = JSON.parse(JSON.stringify(value))
  const text = stringify(plain, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'QUOTE_DOUBLE',
    doubleQuotedAsJSON: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })
  const lines = escapeUnsafe(text).trimEnd().split('\n')
  return ['  ---', ...lines.map((line) => `  ${line}`), '  ...'].join('\n')
}
