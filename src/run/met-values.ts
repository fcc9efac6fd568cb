import type { Scope } from '../model/definition.js'
import type { Surroundings } from './surroundings.js'

type Visibility = Pick<Surroundings, 'variables' | 'secretInputs'>

/**
 * What an expression met, by the path it was written with; `null` stands for what was absent. Left out are variables that the pack
 * does not call public, inputs that may carry a credential, and whole collections (`vars`, `env`), which would show both.
 */
export function metValues(references: readonly string[], scope: Scope, visibility: Visibility): Readonly<Record<string, unknown>> {
  const visible = references.filter((reference) => isVisible(reference, visibility))
  return Object.fromEntries(visible.map((reference) => [reference, valueAt(scope, segmentsOf(reference)) ?? null]))
}

/** Whether everything that a text refers to may be shown. Whole collections of facts may: facts are shown anyway. */
export function areAllVisible(references: readonly string[], visibility: Visibility): boolean {
  return references.every((reference) => reference === 'facts' || isVisible(reference, visibility))
}

/** `a.b["c"][0]` as its segments. */
export function segmentsOf(reference: string): readonly string[] {
  return [...reference.matchAll(/[A-Za-z_$][\w$]*|(?<=\[)\d+(?=\])|"[^"]*"|'[^']*'/g)].map(([segment]) => segment.replace(/^["']|["']$/g, ''))
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
