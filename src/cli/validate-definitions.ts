import { DefinitionsError } from '../base/definitions-error.js'
import type { Pack } from '../checks/definition.js'
import type { Diagnostic } from '../base/position.js'
import type { RunbookDefinition } from '../runbooks/definition/runbook-definition.js'
import type { Waiver } from '../checks/waivers/waiver.js'
import { loadAll, type Loaded } from '../checks/load.js'
import type { RunbookSource } from '../runbooks/prepare/runbook-options.js'
import { allRunbooks } from '../runbooks/prepare/runbook-source.js'
import { compiled } from '../checks/waivers/read-waivers.js'
import { readWaiverBytes, waiverFileOf } from '../checks/waivers/waiver-file.js'

export interface Validated {
  readonly packs: readonly Pack[]
  readonly runbooks: readonly RunbookDefinition[]
  /** `undefined` when the deployment file names no waivers. */
  readonly waivers: number | undefined
}

/**
 * Compiles every check, every runbook and the waivers that the deployment file names. Whether waivers are signed as
 * they must be is not asked here.
 *
 * @throws DefinitionsError with every problem of all of them
 */
export async function validateDefinitions(source: RunbookSource): Promise<Validated> {
  const problems: Diagnostic[] = []
  const loaded = await collecting(problems, async () => (hasChecks(source) ? loadAll(source.definitions) : undefined))
  const waivers = await collecting(problems, async () =>
    loaded === undefined ? undefined : compiledWaivers(loaded, source),
  )
  const runbooks = await collecting(problems, async () => (hasRunbooks(source) ? allRunbooks(source) : undefined))
  if (problems.length > 0) throw new DefinitionsError(problems)
  return { packs: loaded?.definitions.packs ?? [], runbooks: [...(runbooks?.values() ?? [])], waivers: waivers?.length }
}

async function compiledWaivers(
  { configuration, definitions }: Loaded,
  source: RunbookSource,
): Promise<readonly Waiver[] | undefined> {
  const file = waiverFileOf(source.definitions, configuration)
  return file === undefined
    ? undefined
    : compiled(await readWaiverBytes(file), file.label, { ...definitions, now: Date.now() })
}

/**
 * Without the built-in ones only what was named is there to be compiled. A call that names nothing is left to complain.
 */
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
