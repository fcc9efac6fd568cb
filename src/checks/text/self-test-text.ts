import { neutralise } from '../../base/text/terminal-text.js'
import type { CaseReport, KindReport, SelfTestReport } from '../self-test/self-test-report.js'
import type { TextStyle } from '../../base/text/text-style.js'

const wordsFor = { pass: 'pass', fail: 'fail', unknown: 'be unable to tell' } as const
const doneFor = { pass: 'passes', fail: 'fails', unknown: 'cannot tell' } as const

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
      ? `all ${kinds.length} probe kinds can pass, fail and be unable to tell`
      : `do not trust this installation with: ${bad.join(', ')}`
  return `${lines.join('\n')}\n\n${closing}\n`
}

/** The same for programs. */
export function selfTestJson({ kinds, isTrusted, isInterrupted }: SelfTestReport): string {
  return `${JSON.stringify({ schemaVersion: 1, trusted: isTrusted, interrupted: isInterrupted, kinds: kinds.map(({ kind, isTrusted: trusted, problems, cases }) => ({ kind, trusted, problems, cases: cases.map(({ isAsExpected, ...rest }) => ({ ...rest, asExpected: isAsExpected })) })) }, null, 2)}\n`
}
