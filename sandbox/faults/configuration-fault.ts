import type { Deployment } from '../deployment.js'
import type { Cure } from './cure.js'
import type { Changes } from './fault-effect.js'
import { effect, type Fault } from './fault.js'

interface ConfigurationFault {
  readonly name: string
  readonly title: string
  readonly caughtBy: string
  readonly cure?: Cure
  readonly says?: string
  readonly alsoRed?: readonly string[]
  readonly isAdvisory?: boolean
  readonly environment: Changes | ((deployment: Deployment) => Changes)
}

/** A fault that is in the environment alone: nothing is restarted, nothing has to be mended. */
export function configurationFault({
  isAdvisory = false,
  alsoRed = [],
  environment,
  ...rest
}: ConfigurationFault): Fault {
  return {
    ...rest,
    group: 'configuration',
    status: isAdvisory ? 'warn' : 'fail',
    class: 'config',
    exitCode: isAdvisory ? 0 : 1,
    alsoRed,
    apply: async (deployment) =>
      effect({ environment: typeof environment === 'function' ? environment(deployment) : environment }),
  }
}
