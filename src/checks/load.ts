import { loadDefinitions } from './load/load-definitions.js'
import type { Configuration } from './load/configuration.js'
import type { Definitions } from './definition.js'
import { DefinitionsError } from '../base/definitions-error.js'
import { collectorRegistry } from '../engine/collector-registry.js'
import { probeRegistry } from '../engine/probe-registry.js'
import { packRoots, readConfiguration, type DefinitionOptions } from './settings.js'

export interface Loaded {
  readonly configuration: Configuration
  readonly definitions: Definitions
}

/**
 * Reads the deployment file and compiles every pack.
 *
 * @throws DefinitionsError with every problem that was found
 */
export async function loadAll(options: DefinitionOptions): Promise<Loaded> {
  const configuration = await readConfiguration(options)
  const { definitions, diagnostics } = await loadDefinitions(
    packRoots(options, configuration),
    probeRegistry,
    collectorRegistry,
  )
  if (definitions === undefined || diagnostics.length > 0) throw new DefinitionsError(diagnostics)
  return { configuration, definitions }
}
