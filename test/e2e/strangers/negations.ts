import type { FactType } from '../../../src/base/facts.js'

/** A single expectation that holds where something was not seen. */
export interface Negation {
  readonly that: string
  /** Codes of problems that its author expects: beside one of them it may pass. */
  readonly named: readonly string[]
}

/** Codes that strangers give cause for. */
const likelyCodes = ['connection-refused', 'tool-missing']

/**
 * Every expectation of one comparison that is true of facts which say nothing or say something else, for every fact of
 * a kind.
 */
export function negationsOf(facts: FactType): readonly Negation[] {
  const codes = codesOf(facts)
  const absent = absences('facts', facts).filter((that) => !that.startsWith('facts.problem.code =='))
  const flags = absent.filter((that) => that.startsWith('!'))
  return [
    ...absent.map((that) => ({ that, named: [] })),
    ...codes.flatMap((code) => [
      { that: `facts.problem.code == "${code}"`, named: [code] },
      { that: `facts.problem.code in ["none", "${code}"]`, named: [code] },
    ]),
    ...flags.map((flag) => ({ that: `facts.problem.code == "none" || ${flag}`, named: [] })),
    ...codes
      .filter((code) => likelyCodes.includes(code))
      .flatMap((code) =>
        flags.flatMap((flag) => [
          { that: `facts.problem.code == "${code}" && ${flag}`, named: [code] },
          { that: `facts.problem.code == "none" || facts.problem.code == "${code}" && ${flag}`, named: [code] },
          // Says nothing of the other problems, beside which the fact may be anything.
          { that: `facts.problem.code == "${code}" || ${flag}`, named: [] },
        ]),
      ),
  ]
}

/** The codes of a kind that can find a problem, `none` aside; an empty list for a kind that cannot. */
export function codesOf(facts: FactType): readonly string[] {
  const problem = facts.type === 'object' ? facts.fields['problem'] : undefined
  const code = problem?.type === 'object' ? problem.fields['code'] : undefined
  return code?.type === 'enumeration' ? code.values.filter((value) => value !== 'none') : []
}

function absences(path: string, type: FactType): readonly string[] {
  switch (type.type) {
    case 'bool':
      return [`!${path}`, `${path} == false`]
    case 'int':
      return [`${path} == 0`, `${path} != 200`, `${path} < 1000`]
    case 'double':
      return [`${path} == 0.0`, `${path} < 1000.0`]
    case 'string':
      return [`${path} == ""`, `${path} != "open"`, `!${path}.contains("denied")`]
    case 'enumeration':
      return type.values.flatMap((value) => [`${path} == "${value}"`, `${path} != "${value}"`])
    case 'any':
      return [`size(${path}) == 0`, `!('error' in ${path})`]
    case 'list':
      return [`size(${path}) == 0`, ...absences('each', type.of).map((that) => `${path}.all(each, ${that})`)]
    case 'map':
      return [`size(${path}) == 0`, ...absences(`${path}[key]`, type.of).map((that) => `${path}.all(key, ${that})`)]
    case 'object':
      return Object.entries(type.fields).flatMap(([name, field]) => absences(`${path}.${name}`, field))
  }
}
