import type { Probe } from './probe.js'
import { folderRegistry } from './folder-registry.js'

/** Every probe kind, by its file in `src/checks/probes`. */
export const probeRegistry = folderRegistry<Probe>(
  new URL('../checks/probes/', import.meta.url),
  'probe kind',
  (module, name) => {
    const probe = module['probe'] as Probe | undefined
    if (probe?.kind !== name) throw new Error(`src/checks/probes/${name} exports no probe of that kind`)
    return probe
  },
)
