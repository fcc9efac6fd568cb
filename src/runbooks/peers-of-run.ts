import { messageOf } from '../base/errors.js'
import { readWritten, scopesOf, withEnvironment } from '../checks/ground.js'
import { noPeers, sparedPeers, type SparedPeers } from '../checks/peers.js'
import { readConfiguration } from '../checks/settings.js'
import { defaultProfile } from '../base/vocabulary.js'
import type { PreparedRunbook } from './prepare/prepare-runbook.js'

/**
 * What the packs of a run say of how often addresses may be asked: its steps ask them, too. Packs with a mistake do not
 * keep a run from its steps.
 */
export async function peersOfRun({
  options,
  environment,
}: Pick<PreparedRunbook, 'options' | 'environment'>): Promise<SparedPeers> {
  try {
    const configuration = await readConfiguration(options.definitions)
    const given = { ...options.definitions, environment: options.environment, inputs: options.inputs }
    const written = await readWritten(given, configuration)
    const packs = written.definitions.packs.filter(({ peers }) => peers.length > 0)
    if (packs.length === 0) return noPeers
    const ground = await withEnvironment(written, options.environment, environment)
    return sparedPeers(packs, scopesOf(ground, configuration.profile ?? defaultProfile))
  } catch (error) {
    return { budgets: [], unknown: [`requests are not spaced: ${messageOf(error)}`] }
  }
}
