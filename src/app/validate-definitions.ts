import { DefinitionsError } from '../model/definitions-error.js'
import type { Diagnostic } from '../model/position.js'
import { loadAll } from './load.js'
import type { RunbookSource } from './runbook/options.js'
import { allRunbooks } from './runbook/source.js'

export interface Validated {
  readonly checks: number
  readonly packs: readonly string[]
  readonly runbooks: number
}

/** Compiles every check and every runbook and says how much there is. @throws DefinitionsError with every problem of both */
export async function validateDefinitions(source: RunbookSource): Promise<Validated> {
  const problems: Diagnostic[] = []
  const definitions = await collecting(problems, async () => (hasChecks(source) ? (await loadAll(source.definitions)).definitions : undefined))
  const runbooks = await collecting(problems, async () => (hasRunbooks(source) ? allRunbooks(source) : undefined))
  if (problems.length > 0) throw new DefinitionsError(problems)
  return { checks: definitions?.checks.size ?? 0, packs: definitions?.packs.map((pack) => pack.system) ?? [], runbooks: runbooks?.size ?? 0 }
}

/** Without the built-in ones only what was named is there to be compiled. A call that names nothing is left to complain. */
function hasRunbooks({ definitions, runbooks }: RunbookSource): boolean {
  return !definitions.noBuiltin || runbooks.length > 0
}

function hasChecks({ definitions, runbooks }: RunbookSource): boolean {
  return !definitions.noBuiltin || definitions.checks.length > 0 || runbooks.length === 0
}

async function collecting<Value>(problems: Diagnostic[], load: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof DefinitionsError)) throw error
    problems.push(...error.diagnostics)
    return undefined
  }
}
