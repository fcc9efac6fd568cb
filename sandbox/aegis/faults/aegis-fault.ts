import type { Changes, FaultEffect } from '../../faults/fault-effect.js'
import type { FaultDescription } from '../../faults/fault-description.js'
import type { AegisDeployment } from '../deployment.js'

type Outcome = 'fail' | 'warn' | 'error' | 'timeout' | 'blocked'

/** One thing that can be wrong with Aegis, and all that a run of its whole pack must say of it. */
export interface AegisFault extends FaultDescription {
  /** Every check that is not green with it, by id. */
  readonly outcomes: Readonly<Record<string, Outcome>>
  /** Words that the message of the check that catches it must hold. */
  readonly says: string
  apply(deployment: AegisDeployment): Promise<FaultEffect>
}

interface Definition {
  readonly name: string
  readonly group: 'settings' | 'secrets' | 'servers' | 'processes' | 'host' | 'scans'
  readonly title: string
  /** What is not green, by id without the name of the pack; the first one catches it, and must not be blocked. */
  readonly outcomes: Readonly<Record<string, Outcome>>
  readonly says: string
  readonly class?: FaultDescription['class']
  readonly environment?: Changes | ((deployment: AegisDeployment) => Changes)
  readonly inputs?: Changes | ((deployment: AegisDeployment) => Changes)
  breakIt?(deployment: AegisDeployment): unknown
  mend?(deployment: AegisDeployment): unknown
}

const chosen = (changes: Definition['environment'], deployment: AegisDeployment): Changes =>
  typeof changes === 'function' ? changes(deployment) : (changes ?? {})

function exitCodeOf(outcomes: readonly Outcome[]): FaultDescription['exitCode'] {
  if (outcomes.includes('fail')) return 1
  return outcomes.every((each) => each === 'warn') ? 0 : 4
}

export function aegisFault(definition: Definition): AegisFault {
  const { name, group, title, says, class: kind = 'config', breakIt, mend } = definition
  const outcomes: Readonly<Record<string, Outcome>> = Object.fromEntries(
    Object.entries(definition.outcomes).map(([id, outcome]) => [`aegis/${id}`, outcome]),
  )
  const [[caughtBy, status] = ['', 'blocked' as const], ...others] = Object.entries(outcomes)
  if (status === 'blocked') throw new Error(`the fault ${name} is caught by nothing`)
  return {
    name,
    group,
    title,
    caughtBy,
    status,
    class: kind,
    exitCode: exitCodeOf(Object.values(outcomes)),
    alsoRed: others.filter(([, outcome]) => outcome !== 'blocked').map(([id]) => id),
    outcomes,
    says,
    async apply(deployment) {
      await breakIt?.(deployment)
      return {
        environment: chosen(definition.environment, deployment),
        inputs: chosen(definition.inputs, deployment),
        undo: async () => void (await mend?.(deployment)),
      }
    },
  }
}

/** The same id for each of several checks that are blocked. */
export function blocked(...ids: readonly string[]): Readonly<Record<string, Outcome>> {
  return Object.fromEntries(ids.map((id) => [id, 'blocked']))
}
