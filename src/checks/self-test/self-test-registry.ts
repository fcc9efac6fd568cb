import type { SelfTest } from '../../engine/self-test.js'
import { folderRegistry } from '../../engine/folder-registry.js'

/** How each probe kind is tried out, by its file in `src/checks/probes`. */
export const selfTestRegistry = folderRegistry<SelfTest>(
  new URL('../probes/', import.meta.url),
  'self-test',
  (module, name) => {
    const selfTest = module['selfTest'] as SelfTest | undefined
    if (selfTest?.kind !== name) throw new Error(`src/checks/probes/${name} exports no self-test of that kind`)
    return selfTest
  },
  '.self-test',
)
