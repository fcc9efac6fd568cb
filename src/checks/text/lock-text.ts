import type { CheckedLock } from '../lock/check-lock.js'
import type { WrittenLock } from '../lock/lock-selection.js'
import type { SelectionLock } from '../lock/selection-lock.js'
import { lineText } from '../../base/text/line-text.js'

/** What was locked, and what is otherwise than in the lock that was kept to. */
export function writtenLockText({ file, lock, before }: WrittenLock): string {
  return [
    `${lineText(file)} locks ${checksText(lock.checks.size)} for the profile ${lineText(lock.profile)}.`,
    ...(before === undefined ? [] : differences(before, lock)),
    '',
  ].join('\n')
}

function differences(before: SelectionLock, after: SelectionLock): readonly string[] {
  const inputs = changes(
    before.demands?.inputs ?? new Map<string, unknown>(),
    after.demands?.inputs ?? new Map<string, unknown>(),
  )
  const told = [
    ...changes(before.checks, after.checks).map((change) => `check ${change}`),
    ...inputs.map((change) => `input ${change}`),
    ...(isSame(before.demands?.waivers, after.demands?.waivers) ? [] : ['which waivers count: changed']),
    ...(before.demands === undefined || before.demands.deployment === after.demands?.deployment
      ? []
      : ['the deployment: changed']),
  ]
  return told.length === 0 ? ['Nothing is otherwise than it was.'] : told.map((each) => `  ${each}`)
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
  const others = isAsItWas ? 'nothing that the packs define is' : 'they are unchanged; other definitions are'
  const more = added.length === 0 ? [] : [`${checksText(added.length)} selected and not locked: ${added.join(', ')}`]
  return [
    `${lineText(file)} is kept: ${checksText(lock.checks.size)} locked for the profile ${lineText(lock.profile)}; ${others} otherwise than it was.`,
    ...more,
    ...notices,
    `sha256 ${digest}`,
    '',
  ].join('\n')
}

function checksText(count: number): string {
  return `${count} ${count === 1 ? 'check' : 'checks'}`
}
