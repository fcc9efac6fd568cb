import { startBroken, type SandboxSystem } from '../sandbox-system.js'
import { startAegis } from './deployment.js'
import { aegisFaults } from './faults/catalogue.js'

/** Aegis Event Bus in production. */
export const aegisSandbox: SandboxSystem = {
  systems: ['aegis'],
  selectors: ['aegis'],
  options: [],
  programs: 'sandbox-aegis',
  faults: aegisFaults,
  start: (_options, name) =>
    startBroken(
      () => startAegis(),
      aegisFaults.find((fault) => fault.name === name),
    ),
}
