import { changed } from '../faults/fault-effect.js'
import type { SandboxSystem } from '../sandbox-system.js'
import { startAegis } from './deployment.js'
import { aegisFaults } from './faults/catalogue.js'

/** Aegis Event Bus in production. */
export const aegisSandbox: SandboxSystem = {
  systems: ['aegis'],
  selectors: ['aegis'],
  options: [],
  programs: 'sandbox-aegis',
  faults: aegisFaults,
  async start(_options, name) {
    const deployment = await startAegis()
    try {
      const effect = await aegisFaults.find((fault) => fault.name === name)?.apply(deployment)
      return {
        folder: deployment.folder,
        environment: changed(deployment.environment, effect?.environment ?? {}),
        inputs: changed(deployment.inputs, effect?.inputs ?? {}),
        async stop() {
          await effect?.undo()
          await deployment.stop()
        },
      }
    } catch (error) {
      await deployment.stop()
      throw error
    }
  },
}
