import { loadAll } from './load.js'
import type { DefinitionOptions } from './settings.js'

/** Compiles everything and says how much there is. @throws DefinitionsError with every problem */
export async function validateDefinitions(options: DefinitionOptions): Promise<{ checks: number; packs: readonly string[] }> {
  const { definitions } = await loadAll(options)
  return { checks: definitions.checks.size, packs: definitions.packs.map((pack) => pack.system) }
}
