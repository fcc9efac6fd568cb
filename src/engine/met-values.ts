import type { Expression, Scope } from '../definitions/expression/expression.js'
import type { Surroundings } from './surroundings.js'

type Visibility = Pick<Surroundings, 'variables' | 'secretInputs'>

/**
 * What an expression met, by the path it was written with; `null` stands for what was absent. Left out are variables
 * that the pack
 * does not call public, inputs that may carry a credential, whatever is compared with one of them, and whole
 * collections (`vars`, `env`), which would show both.
 */
export function metValues(
  expression: Expression,
  scope: Scope,
  visibility: Visibility,
): Readonly<Record<string, unknown>> {
  const visible = visibleIn(expression, expression.references, visibility)
  return Object.fromEntries(visible.map((reference) => [reference, valueAt(scope, segmentsOf(reference)) ?? null]))
}

/**
 * Whether everything that a text about an expression refers to may be shown. Whole collections of facts may: facts are
 * shown anyway.
 */
export function areAllVisible(expression: Expression, references: readonly string[], visibility: Visibility): boolean {
  const others = references.filter((reference) => reference !== 'facts')
  return visibleIn(expression, others, visibility).length === others.length
}

/** What is the same as a hidden value, or is not, tells of it. */
function visibleIn({ equated }: Expression, references: readonly string[], visibility: Visibility): readonly string[] {
  return references.filter((reference) =>
    [reference, ...(equated?.get(reference) ?? [])].every((each) => isVisible(each, visibility)),
  )
}

/** `a.b["c"][0]` as its segments. */
export function segmentsOf(reference: string): readonly string[] {
  return [...reference.matchAll(/[A-Za-z_$][\w$]*|(?<=\[)\d+(?=\])|"[^"]*"|'[^']*'/g)].map(([segment]) =>
    segment.replace(/^["']|["']$/g, ''),
  )
}

function isVisible(reference: string, { variables, secretInputs }: Visibility): boolean {
  const [root, name] = segmentsOf(reference)
  if (root === 'profile') return true
  if (name === undefined) return false
  if (root === 'facts') return true
  if (root === 'inputs') return !secretInputs.has(name)
  return Object.hasOwn(variables, name) && variables[name]?.exposure === 'public'
}

function valueAt(from: unknown, [segment, ...rest]: readonly string[]): unknown {
  if (segment === undefined) return from
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, segment)) return undefined
  return valueAt((from as Readonly<Record<string, unknown>>)[segment], rest)
}
