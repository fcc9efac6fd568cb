import type { CheckResult, ResultDocument } from '../report.js'
import { byId } from './check-difference.js'
import { isDeepStrictEqual } from 'node:util'

export interface FactDifference {
  readonly id: string
  readonly changes: readonly FactChange[]
  /** Changes that are not listed: long texts, and numbers that hardly moved. */
  readonly omitted: number
}

/**
 * Whether the secret that a check looked at is another one. Its fingerprint is made anew for each run, so only its
 * reported size and shape can show that.
 */
export interface SecretDifference {
  readonly id: string
  readonly changed: 'yes' | 'unknown'
}

/** The share by which used memory, free space and the like move by themselves. */
const tremor = 0.1

const mostChanges = 20

/** What both runs observed and found different, without what differs in every run. */
export function factDifferences(before: ResultDocument, after: ResultDocument): readonly FactDifference[] {
  return observedTwice(before, after).flatMap(([was, is]) => {
    const all = changedFacts(withoutFingerprint(was), withoutFingerprint(is))
    const changes = all
      .filter((change) => isShortChange(change) && !isTremor(change) && !isDuration(change))
      .slice(0, mostChanges)
    return changes.length === 0 ? [] : [{ id: is.id, changes, omitted: all.length - changes.length }]
  })
}

/** The secrets that both runs looked at. */
export function secretDifferences(before: ResultDocument, after: ResultDocument): readonly SecretDifference[] {
  return observedTwice(before, after).flatMap(([was, is]) => {
    if (!isOfSecret(was) || !isOfSecret(is)) return []
    const isOther = outlineFacts.some((fact) => was.facts[fact] !== is.facts[fact])
    return [{ id: is.id, changed: isOther ? ('yes' as const) : ('unknown' as const) }]
  })
}

/** What is a secret's own: where it is found and what it equals may change while it does not. */
const outlineFacts = ['bytes', 'bits', 'layer', 'humanShaped'] as const

function isOfSecret({ facts }: CheckResult): boolean {
  return typeof facts['fingerprint'] === 'string' && facts['fingerprint'] !== '' && typeof facts['bits'] === 'string'
}

function withoutFingerprint(check: CheckResult): Readonly<Record<string, unknown>> {
  if (!isOfSecret(check)) return check.facts
  return Object.fromEntries(Object.entries(check.facts).filter(([name]) => name !== 'fingerprint'))
}

/** A check that was blocked, or crashed, has no facts: that is not a change of theirs. */
function observedTwice(
  before: ResultDocument,
  after: ResultDocument,
): readonly (readonly [CheckResult, CheckResult])[] {
  const earlier = byId(before)
  return after.checks.flatMap((is) => {
    const was = earlier.get(is.id)
    return was === undefined || [was, is].some(({ facts }) => Object.keys(facts).length === 0)
      ? []
      : [[was, is] as const]
  })
}

function isTremor({ was, is }: FactChange): boolean {
  if (typeof was !== 'number' || typeof is !== 'number') return false
  return Math.abs(is - was) < tremor * Math.max(Math.abs(was), Math.abs(is))
}

/** How long an observation took is different each time. */
function isDuration({ fact }: FactChange): boolean {
  return /(?:^|\.)(?:elapsedMs|firstByteMs)$/.test(fact)
}

interface FactChange {
  /** `version`, `problem.code`. */
  readonly fact: string
  readonly was: unknown
  readonly is: unknown
}

/** Output of programs and bodies of answers differ every time, and are whole in both results. */
const longText = 200

/** Whether a change fits on a line. */
export function isShortChange({ was, is }: FactChange): boolean {
  return [was, is].every(
    (value) => typeof value !== 'string' || (value.length <= longText && !value.trimEnd().includes('\n')),
  )
}

/** The facts of two observations that differ, by path (`version`, `problem.code`); a list is compared as a whole. */
export function changedFacts(before: unknown, after: unknown, path = ''): FactChange[] {
  if (isPlain(before) && isPlain(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) =>
      changedFacts(own(before, name), own(after, name), path === '' ? name : `${path}.${name}`),
    )
  }
  return isDeepStrictEqual(before, after) ? [] : [{ fact: path, was: before ?? null, is: after ?? null }]
}

function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
