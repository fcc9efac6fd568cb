import { counted } from '../../base/text/wording.js'
import type { CheckDefinition, Definitions } from '../definition.js'
import { fullInputName } from '../input-names.js'
import { readsOf } from '../load/reads-of.js'

/** What is given, as far as it may read a variable. */
export interface Given {
  /** By full name. */
  readonly inputs: ReadonlyMap<string, { readonly template: { readonly references: readonly string[] } | undefined }>
}

/** The variables that something reads. */
interface VariablesRead {
  readonly variables: readonly string[]
  /** Ids of checks, or paths of steps. */
  readonly readers: readonly string[]
}

/**
 * The variables that a check reads itself, and those that its inputs read: in what the deployment gives them, else in
 * their defaults.
 */
function variablesOf(check: CheckDefinition, definitions: Definitions, { inputs: written }: Given): readonly string[] {
  const inputs = definitions.packs.find(({ system }) => system === check.system)?.inputs ?? []
  const given = (name: string): readonly string[] | undefined => {
    const input = written.get(fullInputName({ system: check.system, name }))
    return input === undefined ? undefined : (input.template?.references ?? [])
  }
  return readsOf(check.references, inputs, given).variables
}

/** The variables that checks read, and the checks that read any. */
export function variablesRead(
  checks: readonly CheckDefinition[],
  definitions: Definitions,
  given: Given,
): VariablesRead {
  const reading = checks
    .map((check) => ({ id: check.id, variables: variablesOf(check, definitions, given) }))
    .filter(({ variables }) => variables.length > 0)
  return {
    variables: [...new Set(reading.flatMap(({ variables }) => variables))],
    readers: reading.map(({ id }) => id),
  }
}

/** Names that a message lists before it counts the rest. */
const mostListed = 3

/** Why an environment is needed, as a clause; `undefined` when no variable is read. */
export function needOf({ variables, readers }: VariablesRead): string | undefined {
  if (variables.length === 0) return undefined
  const verb = variables.length === 1 ? 'is' : 'are'
  return `${counted(variables.length, 'variable')} (${listed(variables)}) ${verb} read by ${listed(readers)}`
}

function listed(names: readonly string[]): string {
  const rest = names.length - mostListed
  return rest > 0 ? `${names.slice(0, mostListed).join(', ')} and ${rest} more` : names.join(', ')
}
