import { aegisSandbox } from './aegis/aegis-sandbox.js'
import { startDeployment } from './deployment.js'
import type { DeploymentOptions } from './deployment-options.js'
import { faults, findFault } from './faults/catalogue.js'
import { changed } from './faults/fault-effect.js'
import type { SandboxSystem } from './sandbox-system.js'

const options = ['launcher', 'backend'] as const

/** The bus and Shield, which a bare run judges. */
const busSandbox: SandboxSystem = {
  systems: ['arqonbus', 'shield'],
  selectors: [],
  options,
  programs: 'sandbox',
  faults,
  async start(given, name) {
    const deployment = await startDeployment(given as Pick<DeploymentOptions, (typeof options)[number]>)
    try {
      const effect = await (name === undefined ? undefined : findFault(name))?.apply(deployment)
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

/** Every deployment that the sandbox can be. The first is the one that it is when nothing says which. */
export const sandboxSystems: readonly [SandboxSystem, ...SandboxSystem[]] = [busSandbox, aegisSandbox]
