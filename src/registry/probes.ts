import type { Probe } from '../model/probe.js'
import { folderRegistry } from './registry.js'

/** Every probe kind, by its file in `src/probes`. */
export const probeRegistry = folderRegistry<Probe>(new URL('../probes/', import.meta.url), 'probe kind', (module, name) => {
  const probe = module['probe'] as Probe | undefined
  if (probe?.kind !== name) throw new Error(`src/probes/${name} exports no probe of that kind`)
  return probe
})
