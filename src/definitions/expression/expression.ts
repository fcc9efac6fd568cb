import type { Position } from '../../base/errors.js'
import type { FactType } from '../../base/facts.js'

/**
 * Names and what they stand for, in any kind of file. `absences` says why a path has no value, for messages; never a
 * value.
 */
export type ExpressionScope = Readonly<Record<string, unknown>> & {
  readonly absences?: Readonly<Record<string, string>> | undefined
}

/** What expressions of a check can see. `facts` only in `expect`; `env` holds raw text, absent names absent. */
export type Scope = {
  readonly facts?: unknown
  readonly vars: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, unknown>>
  readonly profile: string
  /**
   * Why a path has no value (`vars.NAME`, `inputs.name`), for the message of an expression that reads it; never a
   * value.
   */
  readonly absences?: Readonly<Record<string, string>>
}

/** A compiled, type-checked expression. */
export interface Expression {
  readonly source: string
  /** Every path it reads, as written: `facts.value`, `vars.NAME`, `inputs.bus_url`, `profile`. */
  readonly references: readonly string[]
  /** By variable or input, those that it is asked to be the same as: the value of one reveals the other's. */
  readonly equated?: ReadonlyMap<string, readonly string[]>
  /** @throws Error when the evaluation fails; the message never holds a value */
  evaluate(scope: ExpressionScope): unknown
}

/** A value of a definition that may contain `${{ … }}`: resolved only when it is used. */
export interface Template {
  readonly references: readonly string[]
  /**
   * @param instead what takes the place of a text whose expression failed; left out, the failure is thrown
   * @throws Error when one of its expressions fails
   */
  resolve(scope: ExpressionScope, instead?: (thrown: unknown) => unknown): unknown
}

export const inputTypes = [
  'string',
  'integer',
  'number',
  'boolean',
  'duration',
  'url',
  'path',
  'program',
  'list',
] as const

export type InputType = (typeof inputTypes)[number]

/** What a deployment may or must give a pack: an address, a path, a threshold. */
export interface InputDefinition {
  readonly name: string
  readonly system: string
  readonly type: InputType
  readonly description: string
  /** Allowed values, for a string. */
  readonly values: readonly string[] | undefined
  /** May hold a credential: its value is redacted everywhere. */
  readonly secret: boolean
  /** `undefined` means required. */
  readonly default: Template | undefined
  /** The variables and inputs whose values its default may reveal: `env.NAME`, `vars.NAME`, `inputs.NAME`. */
  readonly tellsOf: readonly string[]
  /** Of those, the ones that its default makes a piece of a longer text, with no `@` behind them. */
  readonly opens: readonly string[]
  readonly position: Position
}

/**
 * What an expression may read, by the name it starts with, each with its type. `facts` is missing where none exist yet.
 */
export type ReadableNames = Readonly<Record<string, FactType>>

/** Those of a check. */
export type CheckNames = {
  readonly facts?: FactType
  readonly vars: FactType
  readonly env: FactType
  readonly inputs: FactType
  readonly profile: FactType
}

/**
 * Roots that are not a value of their own: an expression names one of their members, so that what it reads is known
 * beforehand.
 */
const namespaces: ReadonlySet<string> = new Set(['facts', 'vars', 'env', 'inputs', 'params', 'outputs'])

export function isNamespace(name: string): boolean {
  return namespaces.has(name)
}

export function rootType(names: ReadableNames, root: string): FactType | undefined {
  return Object.hasOwn(names, root) ? names[root] : undefined
}
