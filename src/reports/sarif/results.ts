import { neutralise } from '../../base/text/terminal-text.js'
import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import { findingText, foundText, noteOf, fingerprintOf } from '../wording/finding.js'
import { definitionPlace, deploymentFileOf, isRed, verdictSentence, verdictWords } from '../wording/verdict-words.js'

type Level = 'error' | 'warning' | 'note'

interface Result {
  readonly ruleId: string
  readonly level: Level
  readonly message: { readonly text: string }
  readonly locations: readonly Location[]
  readonly relatedLocations?: readonly Location[]
  readonly partialFingerprints: Fingerprints
  readonly suppressions?: readonly Suppression[]
  readonly properties?: Readonly<Record<string, unknown>>
}

/** What a finding is recognised by from run to run. */
interface Fingerprints {
  readonly 'preflight/v1': string
  readonly primaryLocationLineHash?: string
}

interface Suppression {
  readonly kind: 'external'
  readonly status: 'accepted'
  readonly justification: string
}

/** The rule of everything that is said of the run and not of one check. */
export const verdictRule = 'preflight/verdict'

function levelOf(check: CheckResult): Level {
  if (isRed(check)) return 'error'
  return check.status === 'warn' ? 'warning' : 'note'
}

/** What a check found, at its definition; the line of the environment it was read from is linked to. */
export function checkResult(document: ResultDocument, check: CheckResult): Result {
  const { id, severity, stage, status, subject } = check
  return {
    ruleId: id,
    level: levelOf(check),
    message: {
      text: `${plain(headline(check))}${subject === undefined ? '' : `\n[where ${subject.variable} is set](1)`}\n${plain(findingText(check))}`,
    },
    locations: [locationOf(definitionPlace(check) ?? subject ?? deploymentFileOf(document))],
    ...(subject === undefined
      ? {}
      : {
          relatedLocations: [{ id: 1, message: { text: `${subject.variable} is set here` }, ...locationOf(subject) }],
        }),
    partialFingerprints: fingerprints(id),
    ...(status === 'waived' ? { suppressions: [suppression(check)] } : {}),
    properties: { status, stage, severity, class: check.class },
  }
}

function headline(check: CheckResult): string {
  return check.status === 'error' || check.status === 'timeout'
    ? `could not be evaluated: ${foundText(check)}`
    : foundText(check)
}

function suppression(check: CheckResult): Suppression {
  return { kind: 'external', status: 'accepted', justification: noteOf(check) }
}

/** A problem of definitions or configuration, for which nothing ran. */
export function problemResult(
  document: ResultDocument,
  { file, line, column, code, message, hint }: NonNullable<ResultDocument['diagnostics']>[number],
): Result {
  return {
    ruleId: verdictRule,
    level: 'error',
    message: { text: plain(`${message}${hint === undefined ? '' : `\n${hint}`}`) },
    locations: [line < 1 ? locationOf(deploymentFileOf(document)) : locationOf({ file, line, column })],
    partialFingerprints: fingerprints('problem', file, code, message),
    properties: { code },
  }
}

/**
 * What no single check says. Without it a run that did not end, or in which nothing was observed, would have no
 * results: to a code scanner that is a clean one, in which every earlier finding is mended.
 */
export function verdictResult(document: ResultDocument): readonly Result[] {
  const { kind } = verdictWords(document)
  if (kind === 'go' || document.diagnostics !== undefined) return []
  const level = kind === 'part' ? 'note' : 'error'
  return [
    {
      ruleId: verdictRule,
      level,
      message: { text: plain(verdictSentence(document)) },
      locations: [locationOf(deploymentFileOf(document))],
      partialFingerprints: fingerprints(verdictRule),
    },
  ]
}

function fingerprints(...parts: readonly string[]): Fingerprints {
  return { 'preflight/v1': fingerprintOf(...parts) }
}

/**
 * Adds the fingerprint that GitHub compares, in the form its own uploader gives it: a hash, and which of several equal
 * ones it is.
 */
export function numbered(results: readonly Result[]): readonly Result[] {
  const seen = new Map<string, number>()
  return results.map((result) => {
    const hash = result.partialFingerprints['preflight/v1']
    const occurrence = (seen.get(hash) ?? 0) + 1
    seen.set(hash, occurrence)
    return {
      ...result,
      partialFingerprints: {
        ...result.partialFingerprints,
        primaryLocationLineHash: `${hash.slice(0, 16)}:${occurrence}`,
      },
    }
  })
}

/** Text in which nothing is a link or a placeholder of a message (SARIF 2.1.0, 3.11.5 and 3.11.6). */
function plain(text: string): string {
  return neutralise(text.replaceAll('\r\n', '\n'), { keepNewlines: true })
    .replaceAll('](', '] (')
    .replace(/\{(?=\d+\})/g, '{ ')
}

interface Place {
  readonly file: string
  readonly line: number
  readonly column?: number
}

/** A place in a file as SARIF writes it. A line or column of 0 stands for none. */
interface Location {
  readonly id?: number
  readonly message?: { readonly text: string }
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region?: { readonly startLine: number; readonly startColumn?: number }
  }
}

export function locationOf({ file, line, column = 0 }: Place): Location {
  const region = line < 1 ? {} : { region: { startLine: line, ...(column < 1 ? {} : { startColumn: column }) } }
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }
}

/** A path as a URI reference (RFC 3986): relative paths stay relative, whatever is in their names is not syntax. */
function uriOf(file: string): string {
  const path = file
    .replace(/^(\.\/)+/, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
  return path.startsWith('/') ? `file://${path}` : path
}
