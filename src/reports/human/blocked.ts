import type { CheckResult } from '../../checks/result/report.js'
import type { Ink, Section } from './ink.js'

/** What was never looked at, each under the one cause to mend. */
export const blockedSection: Section = ({ checks }, ink) => {
  const blocked = checks.filter((check) => check.blockedBy !== null)
  if (blocked.length === 0) return []
  const roots = [...new Set(blocked.map((check) => check.blockedBy))]
  const groups = roots.flatMap((root) => [
    '',
    causeLine(root ?? '', checks, ink),
    ...blocked.filter((check) => check.blockedBy === root).flatMap((check) => blockedLines(check, ink)),
  ])
  return [ink.write(`Blocked (${blocked.length})`, 'strong'), ...groups]
}

function causeLine(root: string, checks: readonly CheckResult[], ink: Ink): string {
  const cause = checks.find((check) => check.id === root)
  const mark = cause === undefined ? '' : `${ink.mark(cause.status)} `
  return `  by ${mark}${ink.write(root, 'strong')}${cause === undefined ? '' : `  ${ink.write(cause.status, 'faint')}`}`
}

function blockedLines(check: CheckResult, ink: Ink): readonly string[] {
  return [`    ${ink.mark(check.status)} ${ink.write(check.id)}`, ...ink.prose(check.message, 6, 'faint')]
}
