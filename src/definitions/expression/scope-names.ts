import type { FactType } from '../../base/facts.js'

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
 * Roots that are no value of their own: an expression names one of their members, so that what it reads is known
 * beforehand.
 */
const namespaces: ReadonlySet<string> = new Set(['facts', 'vars', 'env', 'inputs', 'params', 'outputs'])

export function isNamespace(name: string): boolean {
  return namespaces.has(name)
}

export function rootType(names: ReadableNames, root: string): FactType | undefined {
  return Object.hasOwn(names, root) ? names[root] : undefined
}
