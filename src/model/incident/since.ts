import { isDeepStrictEqual } from 'node:util'
import type { CheckResult, ResultDocument } from '../report.js'
import { greenStatuses } from '../vocabulary.js'
import type { Failure } from './incident.js'

/** What is known of a red check from an earlier result. */
export type Since = Pick<Failure, 'since' | 'changes'>

const manyChanges = 20
/** Output of programs and bodies of answers differ every time, and stand whole in both results. */
const longText = 200

/** Compares a red check with the last good result. Facts that differ in every run (times, ports, ids) differ here too: they are told as they are. */
export function sinceLastGood(check: CheckResult, lastGood: ResultDocument | undefined): Since {
  const before = lastGood?.checks.find(({ id }) => id === check.id)
  if (lastGood === undefined || before === undefined || !greenStatuses.has(before.status)) return { since: null, changes: [] }
  return { since: lastGood.run.finishedAt, changes: changedFacts(before.facts, check.facts).filter(isShortChange).slice(0, manyChanges) }
}

/** Whether a change can be told in a line. */
export function isShortChange({ was, is }: Failure['changes'][number]): boolean {
  return [was, is].every((value) => typeof value !== 'string' || (value.length <= longText && !value.trimEnd().includes('\n')))
}

/** The facts of two observations that differ, by path (`version`, `problem.code`); a list is compared as a whole. */
export function changedFacts(before: unknown, after: unknown, path = ''): Failure['changes'] {
  if (isPlain(before) && isPlain(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) => changedFacts(own(before, name), own(after, name), path === '' ? name : `${path}.${name}`))
  }
  return isDeepStrictEqual(before, after) ? [] : [{ fact: path, was: before ?? null, is: after ?? null }]
}

function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
