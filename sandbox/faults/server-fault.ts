import type { Deployment } from '../deployment.js'
import type { Cure } from './cure.js'
import type { Changes } from './fault-effect.js'
import { effect, sightings, type Fault, type Sighting } from './fault.js'

interface ServerFault {
  readonly name: string
  readonly title: string
  readonly caughtBy: string
  readonly seenAs?: Sighting
  readonly class?: Fault['class']
  readonly cure?: Cure
  readonly alsoRed?: readonly string[]
  /** Variables that are wrong with it, in the environment alone. */
  readonly environment?: (deployment: Deployment) => Changes
  readonly inputs?: Changes
  breakIt?(deployment: Deployment): Promise<unknown>
  mend?(deployment: Deployment): Promise<unknown>
}

/** A fault of a real server. After it was mended the stand-ins have found their servers again. */
export function serverFault(definition: ServerFault): Fault {
  const {
    name,
    title,
    caughtBy,
    cure,
    seenAs = 'wrong',
    alsoRed = [],
    environment,
    inputs = {},
    breakIt,
    mend,
  } = definition
  return {
    name,
    group: 'servers',
    title,
    caughtBy,
    ...(cure === undefined ? {} : { cure }),
    ...sightings[seenAs],
    class: definition.class ?? 'dependency',
    alsoRed,
    async apply(deployment) {
      await breakIt?.(deployment)
      return effect({
        environment: environment?.(deployment) ?? {},
        inputs,
        async undo() {
          if (mend === undefined) return
          await mend(deployment)
          await deployment.settle()
        },
      })
    },
  }
}
