import { isDeepStrictEqual } from 'node:util'

export interface FactChange {
  /** `version`, `problem.code`. */
  readonly fact: string
  readonly was: unknown
  readonly is: unknown
}

/** Output of programs and bodies of answers differ every time, and stand whole in both results. */
const longText = 200

/** Whether a change can be told in a line. */
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
