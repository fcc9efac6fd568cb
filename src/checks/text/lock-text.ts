import { counted } from '../../base/text/wording.js'
import type { CheckedLock, WrittenLock } from '../lock/check-lock.js'
import type { SelectionLock } from '../lock/selection-lock.js'
import { lineText, neutralise, type TextStyle } from '../../base/text/terminal-text.js'
import type { SecretsInText, Redactor } from '../../redaction/redact.js'
import type { CaseReport, KindReport, SelfTestReport } from '../self-test/self-test-report.js'

/** What was locked, and what is otherwise than in the lock that was kept to. */
export function writtenLockText({ file, lock, before }: WrittenLock): string {
  return [
    `${lineText(file)} locks ${counted(lock.checks.size, 'check')} for the profile ${lineText(lock.profile)}.`,
    ...(before === undefined ? [] : differences(before, lock)),
    '',
  ].join('\n')
}

function differences(before: SelectionLock, after: SelectionLock): readonly string[] {
  const inputs = changes(
    before.demands?.inputs ?? new Map<string, unknown>(),
    after.demands?.inputs ?? new Map<string, unknown>(),
  )
  const lines = [
    ...changes(before.checks, after.checks).map((change) => `check ${change}`),
    ...inputs.map((change) => `input ${change}`),
    ...(isSame(before.demands?.waivers, after.demands?.waivers) ? [] : ['which waivers count: changed']),
    ...(before.demands === undefined || before.demands.deployment === after.demands?.deployment
      ? []
      : ['the deployment: changed']),
  ]
  return lines.length === 0 ? ['Nothing changed.'] : lines.map((each) => `  ${each}`)
}

function changes(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((name) => {
    if (!before.has(name)) return `${name}: added`
    if (!after.has(name)) return `${name}: removed`
    return isSame(before.get(name), after.get(name)) ? [] : `${name}: changed`
  })
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}

/** What `lock --check` found in order. */
export function checkedLockText({ file, lock, digest, added, isAsItWas, notices }: CheckedLock): string {
  const others = isAsItWas ? 'no definition of the packs changed' : 'they are unchanged; other definitions changed'
  const more =
    added.length === 0 ? [] : [`${counted(added.length, 'check')} selected and not locked: ${added.join(', ')}`]
  return [
    `${lineText(file)} is kept: ${counted(lock.checks.size, 'check')} locked for the profile ${lineText(lock.profile)}; ${others}.`,
    ...more,
    ...notices,
    `sha256 ${digest}`,
    '',
  ].join('\n')
}

const listed = (names: readonly string[]): string => names.map((name) => neutralise(name)).join(', ')

/** What the caller must know about values that cannot be masked; empty when there is nothing to say. */
export function knowledgeText({ masked, unmaskable }: Pick<Redactor, 'masked' | 'unmaskable'>): string {
  return [
    masked.length === 0
      ? 'Warning: no secret value is known, so only what looks like a credential is masked. Name the environment with --env-file or --env-pid.\n'
      : '',
    unmaskable.length > 0
      ? `Warning: too short or too common to be masked everywhere: ${listed(unmaskable)}. Search for their values yourself.\n`
      : '',
  ].join('')
}

/** The answer of `--check`. */
export function redactionFindingText({ names, unmasked, isClean }: SecretsInText, source: string): string {
  if (isClean) return `${neutralise(source)}: nothing to mask\n`
  return [
    ...(names.length > 0 ? [`contains ${listed(names)}`] : []),
    ...(unmasked.length > 0
      ? [`contains the value of ${listed(unmasked)}, which cannot be masked: remove it by hand`]
      : []),
    ...(names.length === 0 && unmasked.length === 0
      ? ['contains text that looks like a credential but belongs to no known variable']
      : []),
  ]
    .map((finding) => `${neutralise(source)}: ${finding}\n`)
    .join('')
}

const wordsFor = { pass: 'pass', fail: 'fail', unknown: 'end without an answer' } as const

const doneFor = { pass: 'passes', fail: 'fails', unknown: 'no answer' } as const

const tally = ({ cases }: KindReport): string =>
  (['pass', 'fail', 'unknown'] as const)
    .map(
      (end) =>
        `${doneFor[end]} ${cases.filter(({ expected, isAsExpected }) => expected === end && isAsExpected).length} of ${cases.filter(({ expected }) => expected === end).length}`,
    )
    .join(', ')

const fault = ({ meets, expected, status, message }: CaseReport): string =>
  neutralise(
    `${meets}: it must ${wordsFor[expected]}, and its outcome is ${status}${message === '' ? '' : `: ${message}`}`,
  )

/** A line for each kind, and under it what is wrong. */
export function selfTestText({ kinds, isTrusted, isInterrupted }: SelfTestReport, { chalk }: TextStyle): string {
  const width = Math.max(...kinds.map(({ kind }) => kind.length))
  const lines = kinds.flatMap((report) => [
    `${report.isTrusted ? chalk.green('ok ') : chalk.red('BAD')}  ${report.kind.padEnd(width)}  ${report.cases.length === 0 ? 'not tried' : tally(report)}`,
    ...[
      ...report.problems.map((each) => neutralise(each)),
      ...report.cases.filter(({ isAsExpected }) => !isAsExpected).map(fault),
    ].map((line) => `     ${' '.repeat(width)}  ${line}`),
  ])
  const bad = kinds.filter((report) => !report.isTrusted).map(({ kind }) => kind)
  const closing = isInterrupted
    ? 'interrupted'
    : isTrusted
      ? `all ${kinds.length} probe kinds can pass, fail and end without an answer`
      : `do not trust this installation with: ${bad.join(', ')}`
  return `${lines.join('\n')}\n\n${closing}\n`
}

/** The same for programs. */
export function selfTestJson({ kinds, isTrusted, isInterrupted }: SelfTestReport): string {
  return `${JSON.stringify({ schemaVersion: 1, trusted: isTrusted, interrupted: isInterrupted, kinds: kinds.map(({ kind, isTrusted: trusted, problems, cases }) => ({ kind, trusted, problems, cases: cases.map(({ isAsExpected, ...rest }) => ({ ...rest, asExpected: isAsExpected })) })) }, null, 2)}\n`
}
