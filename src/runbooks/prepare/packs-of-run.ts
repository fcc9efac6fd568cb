import type { Configuration } from '../../checks/load/configuration.js'
import { loadDefinitions } from '../../checks/load/load-definitions.js'
import type { Definitions } from '../../checks/definition.js'
import { DefinitionsError } from '../../base/definitions-error.js'
import { collectorRegistry } from '../../engine/collector-registry.js'
import { probeRegistry } from '../../engine/probe-registry.js'
import { packRoots } from '../../checks/settings.js'
import type { RunbookSource } from './runbook-options.js'

/** Where no pack can be read: every variable is taken for a secret then. */
const none: Definitions = Object.freeze({
  packs: [],
  checks: new Map(),
  profiles: new Map(),
  defaultSelection: [],
  digest: '',
})

/**
 * The packs of a run.
 *
 * @param isTakenBack packs with a mistake do not keep a run from being undone: a step of it that judges checks says
 *   then what is wrong
 * @throws DefinitionsError with every problem of the packs
 */
export async function definitionsOf(
  { definitions: options }: RunbookSource,
  configuration: Configuration,
  isTakenBack: boolean,
): Promise<Definitions> {
  const { definitions, diagnostics } = await loadDefinitions(
    packRoots(options, configuration),
    probeRegistry,
    collectorRegistry,
  )
  if (definitions !== undefined && diagnostics.length === 0) return definitions
  if (isTakenBack) return none
  throw new DefinitionsError(diagnostics)
}
