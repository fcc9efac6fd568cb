import { aegisSandbox } from './aegis/aegis-sandbox.js'
import { startDeployment } from './deployment.js'
import type { DeploymentOptions } from './deployment-options.js'
import { faults, findFault } from './faults/catalogue.js'
import { startBroken, type SandboxSystem } from './sandbox-system.js'

const options = ['launcher', 'backend'] as const

/** The bus and Shield, which a bare run judges. */
const busSandbox: SandboxSystem = {
  systems: ['arqonbus', 'shield'],
  selectors: [],
  options,
  programs: 'sandbox',
  faults,
  start: (given, name) =>
    startBroken(
      () => startDeployment(given as Pick<DeploymentOptions, (typeof options)[number]>),
      name === undefined ? undefined : findFault(name),
    ),
}

/** Every deployment that the sandbox can be. The first is the one that it is when nothing says which. */
export const sandboxSystems: readonly [SandboxSystem, ...SandboxSystem[]] = [busSandbox, aegisSandbox]
