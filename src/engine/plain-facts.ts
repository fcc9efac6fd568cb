import type { ExpressionScope, Expression } from '../definitions/expression/expression.js'
import type { Concealed, Surroundings } from './probe.js'

export type Facts = Readonly<Record<string, unknown>>

/** How deep facts may nest: a body from outside must not exhaust the stack of whatever walks it later. */
const deepest = 64

/**
 * A frozen copy of a probe's facts, so that neither a late probe nor an expression can change what was judged.
 *
 * @param name what they are called in messages
 * @throws TypeError naming the path of whatever JSON cannot hold (a function, a bigint, a cycle, NaN, a class instance)
 */
export function plainFacts(facts: Facts, name = 'facts'): Facts {
  return copyObject(facts, name, 0)
}

/** One for all facts that are empty lists, of which most checks have several. */
const noItems: readonly unknown[] = Object.freeze([])

function copy(value: unknown, path: string, depth: number): unknown {
  if (depth > deepest) throw new TypeError(`${path} is nested too deeply or contains itself`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value) && value.length === 0) return noItems
  if (Array.isArray(value)) return Object.freeze(value.map((item, index) => copy(item, `${path}[${index}]`, depth + 1)))
  if (isPlainObject(value)) return copyObject(value, path, depth)
  throw new TypeError(
    `${path} contains a value that JSON cannot hold (${typeof value === 'number' ? String(value) : describe(value)})`,
  )
}

function copyObject(object: Facts, path: string, depth: number): Facts {
  // What is spread keeps its shape; made of entries, many facts become a table of V8, which is slow and large.
  const copied: Record<string, unknown> = { ...object }
  for (const key of Object.keys(copied)) {
    const value = copied[key]
    if (typeof value !== 'string' && typeof value !== 'boolean') copied[key] = copy(value, `${path}.${key}`, depth + 1)
  }
  return Object.freeze(copied)
}

/** Whether a value is an object as JSON has them. */
export function isPlainObject(value: unknown): value is Facts {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function describe(value: unknown): string {
  return typeof value === 'object' ? 'an object of a class' : typeof value
}

/**
 * The facts that expectations may read: one that says nothing is absent, so that reading it is an error and never a
 * favourable value. Below a fact that is shown, a part of it is named by its path (`ratios.errors.value`).
 */
export function withoutConcealed(facts: Facts, concealed: Concealed): Facts {
  const shown: Record<string, unknown> = {}
  for (const name of Object.keys(facts)) if (!Object.hasOwn(concealed, name)) shown[name] = facts[name]
  for (const name of Object.keys(concealed)) if (name.includes('.')) removePart(shown, name.split('.'))
  return shown
}

/** Changes only the outermost object: those below belong to the facts that are reported. */
function removePart(object: Record<string, unknown>, [name = '', ...below]: readonly string[]): void {
  const value = object[name]
  if (below.length === 0) Reflect.deleteProperty(object, name)
  else if (Object.hasOwn(object, name) && isPlainObject(value)) {
    const copied = { ...value }
    removePart(copied, below)
    object[name] = copied
  }
}

/** A scope that can say why those facts are absent. */
export function withReasons<Scope extends ExpressionScope>(scope: Scope, concealed: Concealed): Scope {
  let absences = knownAbsences.get(concealed)
  if (absences?.others !== scope.absences || absences === undefined) {
    const reasons = Object.entries(concealed).map(([name, reason]) => [`facts.${name}`, reason] as const)
    absences = { others: scope.absences, all: { ...scope.absences, ...Object.fromEntries(reasons) } }
    knownAbsences.set(concealed, absences)
  }
  return Object.keys(absences.all).length === 0 ? scope : { ...scope, absences: absences.all }
}

type Absences = ExpressionScope['absences']

/** What was made of the same reasons before: they are the same for every check that reads a variable alike. */
const knownAbsences = new WeakMap<Concealed, { readonly others: Absences; readonly all: NonNullable<Absences> }>()

/** What the values that an expression reads are looked up in before they are shown. */
export type Visibility = Pick<Surroundings, 'variables' | 'secretInputs'>

/**
 * What an expression found, by the path it was written with; `null` stands for what was absent. Left out are variables
 * that the pack does not call public, inputs that may carry a credential, whatever is compared with one of them, and
 * whole collections (`vars`, `env`), which would show both.
 */
export function shownValues(
  expression: Expression,
  scope: ExpressionScope,
  visibility: Visibility,
): Readonly<Record<string, unknown>> {
  const visible = visibleIn(expression, expression.references, visibility)
  return Object.fromEntries(
    visible.map((reference) => [reference, valueAt(scope, factPathSegments(reference)) ?? null]),
  )
}

/**
 * Whether everything that a text about an expression refers to may be shown. Whole collections of facts may: facts are
 * shown anyway.
 */
export function areAllVisible(expression: Expression, references: readonly string[], visibility: Visibility): boolean {
  const others = references.filter((reference) => reference !== 'facts')
  return visibleIn(expression, others, visibility).length === others.length
}

/** What is the same as a hidden value, or is not, reveals it. */
function visibleIn({ equated }: Expression, references: readonly string[], visibility: Visibility): readonly string[] {
  return references.filter((reference) =>
    [reference, ...(equated?.get(reference) ?? [])].every((each) => isVisible(each, visibility)),
  )
}

/** `a.b["c"][0]` as its segments. */
export function factPathSegments(reference: string): readonly string[] {
  return [...reference.matchAll(/[A-Za-z_$][\w$]*|(?<=\[)\d+(?=\])|"[^"]*"|'[^']*'/g)].map(([segment]) =>
    segment.replace(/^["']|["']$/g, ''),
  )
}

export function isVisible(reference: string, { variables, secretInputs }: Visibility): boolean {
  const [root, name] = factPathSegments(reference)
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
