import type { Collector } from '../model/incident/collector.js'
import { folderRegistry } from './registry.js'

/** Every kind of evidence, by its file in `src/collectors`. */
export const collectorRegistry = folderRegistry<Collector>(new URL('../collectors/', import.meta.url), 'collector kind', (module, name) => {
  const collector = module['collector'] as Collector | undefined
  if (collector?.kind !== name) throw new Error(`src/collectors/${name} exports no collector of that kind`)
  return collector
})
