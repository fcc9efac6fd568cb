import { randomBytes } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Deployment } from '../deployment.js'
import { changed, type Changes, type FaultEffect } from './fault-effect.js'

/** The value that the deployment has where nothing is broken, which no text can name. */
export const ownValue = Symbol('the value of the deployment')

/**
 * What a variable or an input is set to. A text must occur in the fix as it is; of a value that is this deployment's
 * alone, the words that tell how to come by it.
 */
export type CuredValue =
  string | typeof ownValue | { readonly value: (deployment: Deployment) => string; readonly words: readonly string[] }

/** A secret as the command of the fix prints one. */
export const generatedSecret: CuredValue = {
  value: () => randomBytes(48).toString('base64'),
  words: ['openssl rand -base64 48'],
}

/** Something done to a part of the deployment, and the words that the fix has for it. */
export type CureAction = { readonly words: readonly string[] } & (
  | { /** Given to the hot store by its administrator. */ readonly redis: readonly [string, ...string[]] }
  | { /** Given to Postgres by its administrator. */ readonly sql: string }
  | {
      /** A file of the deployment's folder, into the folder that an input names. */ readonly copy: string
      readonly into: string
    }
  | { /** Started again with the cured environment. */ readonly restart: 'bus' | 'shield' }
  | { /** What is away is brought back, as the fault's own undo does it. */ readonly mend: true }
)

/** What an operator does about a fault. The fix of the check that catches it must have its words. */
export interface Cure {
  readonly set?: Readonly<Record<string, CuredValue>>
  readonly unset?: readonly string[]
  readonly inputs?: Readonly<Record<string, CuredValue>>
  readonly actions?: readonly CureAction[]
}

function wordsOfValue(value: CuredValue): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'symbol' ? [] : value.words
}

/** The variables that a cure changes. */
export function variablesOf({ set = {}, unset = [] }: Cure): readonly string[] {
  return [...Object.keys(set), ...unset]
}

/** The words of a cure besides its variables: values, inputs as they are given, commands. */
export function wordsOf({ set = {}, inputs = {}, actions = [] }: Cure): readonly string[] {
  const given = Object.entries(inputs).flatMap(([name, value]) =>
    typeof value === 'string' ? [`--input ${name}=${value}`] : [`--input ${name}=`, ...wordsOfValue(value)],
  )
  return [...Object.values(set).flatMap(wordsOfValue), ...given, ...actions.flatMap(({ words }) => words)]
}

function resolved(
  values: Readonly<Record<string, CuredValue>>,
  own: Readonly<Record<string, string>>,
  deployment: Deployment,
): Changes {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, valueOf(name, value, own, deployment)]),
  )
}

function valueOf(
  name: string,
  value: CuredValue,
  own: Readonly<Record<string, string>>,
  deployment: Deployment,
): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'symbol' ? (own[name] ?? null) : value.value(deployment)
}

export interface Treatment {
  /** Applies the cure; the environment and the inputs of the deployment after it. */
  take(): Promise<{ readonly environment: Record<string, string>; readonly inputs: Record<string, string> }>
  /** Makes the deployment whole, whether the cure was taken or not. */
  undo(): Promise<void>
}

/** A cure for a deployment in which a fault has had its effect. */
export function treat(
  { set = {}, unset = [], inputs = {}, actions = [] }: Cure,
  deployment: Deployment,
  effect: FaultEffect,
): Treatment {
  const removed = Object.fromEntries(unset.map((name) => [name, null]))
  const environment = changed(changed(deployment.environment, effect.environment), {
    ...resolved(set, deployment.environment, deployment),
    ...removed,
  })
  let given = changed(changed(deployment.inputs, effect.inputs), resolved(inputs, deployment.inputs, deployment))
  let isMended = false
  const act = async (action: CureAction): Promise<void> => {
    if ('redis' in action) await deployment.servers.redis.administer(...action.redis)
    else if ('sql' in action) await deployment.servers.postgres.administer(action.sql)
    else if ('copy' in action)
      copyFileSync(join(deployment.folder, action.copy), join(given[action.into] ?? '', basename(action.copy)))
    else if ('restart' in action)
      given = changed(given, await restarted(action.restart, environment, deployment, effect))
    else {
      isMended = true
      await effect.undo()
    }
  }
  return {
    async take() {
      for (const action of actions) await act(action)
      return { environment, inputs: given }
    },
    undo: async () => (isMended ? undefined : effect.undo()),
  }
}

async function restarted(
  part: 'bus' | 'shield',
  environment: Readonly<Record<string, string>>,
  deployment: Deployment,
  effect: FaultEffect,
): Promise<Changes> {
  if (part === 'bus' && effect.restartBus !== undefined) return effect.restartBus(environment)
  const process = deployment[part]
  process.behave()
  process.adopt(environment)
  return {}
}
