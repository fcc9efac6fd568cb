import { counted } from '../../base/text/wording.js'
import { neutralise, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import type { DoctorFinding, FindingState } from './doctor-finding.js'

const stateWidth = 'warning'.length

/** What was found, in order, each with what to do about it, and a line that sums up. */
export function doctorText(findings: readonly DoctorFinding[], style: TextStyle): string {
  return [...findings.map((finding) => findingText(finding, style)), '', summary(findings, style), ''].join('\n')
}

function findingText({ name, state, found, fix }: DoctorFinding, { chalk, width }: TextStyle): string {
  const colour = { ok: chalk.green, warning: chalk.yellow, missing: chalk.red }[state]
  const indentation = ' '.repeat(stateWidth + 2)
  const [first = '', ...rest] = wrap(neutralise(`${name}: ${found}`), width, indentation).split('\n')
  return [
    `${colour(state.padEnd(stateWidth))}  ${first.trimStart()}`,
    ...rest,
    ...fix.flatMap((line) => wrap(neutralise(line), width, `${indentation}  `)),
  ].join('\n')
}

function summary(findings: readonly DoctorFinding[], { chalk }: TextStyle): string {
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length
  const warnings = count('warning') === 0 ? 'no warning' : counted(count('warning'), 'warning')
  return count('missing') === 0
    ? `${warnings}, nothing missing: preflight has what it needs`
    : chalk.red(`${warnings}, ${count('missing')} missing: preflight cannot do without`)
}

/** The same for programs. */
export function doctorJson(findings: readonly DoctorFinding[]): string {
  return `${JSON.stringify({ findings }, null, 2)}\n`
}
