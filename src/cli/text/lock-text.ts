import type { CheckedLock } from '../../app/locked-selection/check-lock.js'
import type { WrittenLock } from '../../app/locked-selection/lock-selection.js'
import { lineText } from './runbook-words.js'

/** What was locked. */
export function writtenLockText({ file, lock: { checks, profile } }: WrittenLock): string {
  return `${lineText(file)} locks ${checksText(checks.size)} for the profile ${lineText(profile)}.\n`
}

/** What `lock --check` found in order. */
export function checkedLockText({ file, lock, digest, added, isAsItWas }: CheckedLock): string {
  const others = isAsItWas ? 'nothing that the packs define is' : 'they are unchanged; other definitions are'
  const more = added.length === 0 ? [] : [`${checksText(added.length)} selected and not locked: ${added.join(', ')}`]
  return [`${lineText(file)} is kept: ${checksText(lock.checks.size)} locked for the profile ${lineText(lock.profile)}; ${others} otherwise than it was.`, ...more, `sha256 ${digest}`, ''].join('\n')
}

function checksText(count: number): string {
  return `${count} ${count === 1 ? 'check' : 'checks'}`
}
