import type { BusMisbehaviour } from '../arqonbus/misbehaviour.js'
import type { Deployment } from '../deployment.js'
import type { ShieldMisbehaviour } from '../shield/misbehaviour.js'
import { effect, type Fault } from './fault.js'

export interface ProcessFault {
  readonly name: string
  readonly title: string
  readonly caughtBy: string
  readonly seenAs?: 'wrong' | 'silent' | 'advisory'
  readonly class?: Fault['class']
  readonly alsoRed?: readonly string[]
  readonly bus?: Partial<BusMisbehaviour>
  readonly shield?: Partial<ShieldMisbehaviour>
  breakIt?(deployment: Deployment): Promise<unknown>
  mend?(deployment: Deployment): Promise<unknown>
}

const outcomes = {
  wrong: { status: 'fail', exitCode: 1 },
  silent: { status: 'timeout', exitCode: 4 },
  advisory: { status: 'warn', exitCode: 0 },
} as const

/** A fault of the running bus or Shield, switched on and off while it runs. */
export function processFault(definition: ProcessFault): Fault {
  const { name, title, caughtBy, seenAs = 'wrong', alsoRed = [], bus = {}, shield = {}, breakIt, mend } = definition
  return {
    name,
    group: 'processes',
    title,
    caughtBy,
    ...outcomes[seenAs],
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
