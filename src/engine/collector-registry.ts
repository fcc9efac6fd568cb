import type { Collector } from './collector.js'
import { folderRegistry } from './folder-registry.js'

/** Every kind of evidence, by its file in `src/incidents/collectors`. */
export const collectorRegistry = folderRegistry<Collector>(
  new URL('../incidents/collectors/', import.meta.url),
  'collector kind',
  (module, name) => {
    const collector = module['collector'] as Collector | undefined
    if (collector?.kind !== name) throw new Error(`src/incidents/collectors/${name} exports no collector of that kind`)
    return collector
  },
)
