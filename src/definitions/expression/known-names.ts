import type { FactType } from '../../base/facts.js'

/** The only names that a value of this type can have within it; `undefined` where there can be any. */
export function namesWithin(type: FactType | undefined): readonly string[] | undefined {
  if (type?.type === 'object') return Object.keys(type.fields)
  return type?.type === 'map' ? type.keys : undefined
}

/** What to write instead of a name that is not among these. */
export function knownHint(known: readonly string[]): string {
  return known.length === 0 ? 'the input declares none' : `known: ${known.join(', ')}`
}

/** Says of a name that it is not at a path. */
export function unknownName(path: string, name: string): string {
  if (path === 'facts') return `unknown fact ${name}`
  if (path === 'vars') return `no file of this system declares the variable ${name}`
  if (path === 'inputs') return `no input ${name} can be read here`
  return `${path} has no member ${name}`
}
