import type { BusMisbehaviour } from '../arqonbus/misbehaviour.js'
import type { Deployment } from '../deployment.js'
import type { ShieldMisbehaviour } from '../shield/misbehaviour.js'
import type { Cure } from './cure.js'
import { effect, sightings, type Fault, type Sighting } from './fault.js'

interface ProcessFault {
  readonly name: string
  readonly title: string
  readonly caughtBy: string
  readonly says?: string
  readonly seenAs?: Sighting
  readonly class?: Fault['class']
  readonly cure?: Cure
  readonly alsoRed?: readonly string[]
  readonly bus?: Partial<BusMisbehaviour>
  readonly shield?: Partial<ShieldMisbehaviour>
  breakIt?(deployment: Deployment): Promise<unknown>
  mend?(deployment: Deployment): Promise<unknown>
}

/** A fault of the running bus or Shield, switched on and off while it runs. */
export function processFault(definition: ProcessFault): Fault {
  const {
    name,
    title,
    caughtBy,
    says,
    cure,
    seenAs = 'wrong',
    alsoRed = [],
    bus = {},
    shield = {},
    breakIt,
    mend,
  } = definition
  return {
    name,
    group: 'processes',
    title,
    caughtBy,
    ...(cure === undefined ? {} : { cure }),
    ...(says === undefined ? {} : { says }),
    ...sightings[seenAs],
    class: definition.class ?? 'code',
    alsoRed,
    async apply(deployment) {
      Object.assign(deployment.bus.misbehaviour, bus)
      Object.assign(deployment.shield.misbehaviour, shield)
      await breakIt?.(deployment)
      return effect({
        async undo() {
          deployment.bus.behave()
          deployment.shield.behave()
          await mend?.(deployment)
        },
      })
    },
  }
}
