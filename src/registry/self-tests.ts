import type { SelfTest } from '../model/self-test.js'
import { folderRegistry } from './registry.js'

/** How each probe kind is tried out, by its file in `src/selftest`. */
export const selfTestRegistry = folderRegistry<SelfTest>(new URL('../selftest/', import.meta.url), 'self-test', (module, name) => {
  const selfTest = module['selfTest'] as SelfTest | undefined
  if (selfTest?.kind !== name) throw new Error(`src/selftest/${name} exports no self-test of that kind`)
  return selfTest
}, '.self-test')
