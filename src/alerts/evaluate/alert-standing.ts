import type { AlertDefinition } from '../alert-definition.js'
import type { ConditionAnswer, ConditionReading, GrowthSample } from './condition-reading.js'
import { judgeGrowth, withSample } from './alert-growth.js'
import type { ObservedCondition } from './observe-condition.js'

export const alertStates = ['firing', 'not-evaluable', 'not-firing'] as const

export type AlertState = (typeof alertStates)[number]

/** What is remembered of an alert from one round to the next. */
export interface AlertMemory {
  readonly digest: string
  readonly state: AlertState
  /** ISO-8601: since when it is in this state. */
  readonly since: string
  /** Rounds in a row in which the condition held. */
  readonly held: number
  /** For each condition those of the rounds that it looks back at; empty for one that is not of growth. */
  readonly samples: readonly (readonly GrowthSample[])[]
}

/** An alert after a round. Not redacted. */
export interface AlertStanding {
  readonly alert: AlertDefinition
  readonly state: AlertState
  /** ISO-8601; `undefined` where nothing is known of earlier rounds. */
  readonly since: string | undefined
  readonly held: number
  /** Why it does not fire although its condition holds, or the reading that decides. */
  readonly message: string
  /** The reading that decides: the first of those that say what the state says. */
  readonly deciding: ConditionReading
  readonly conditions: readonly ConditionReading[]
}

interface Round {
  /** ISO-8601. */
  readonly at: string
  /** Whether more rounds follow this one. */
  readonly isWatching: boolean
}

/**
 * What a round makes of an alert: whether it fires, and what is remembered for the next round. Pure. A round that
 * could not be observed breaks every row of rounds.
 *
 * @param before what the round before left; `undefined` where none is known
 */
export function advanceAlert(
  alert: AlertDefinition,
  observed: readonly ObservedCondition[],
  before: AlertMemory | undefined,
  { at, isWatching }: Round,
): { readonly standing: AlertStanding; readonly memory: AlertMemory } {
  const samples = observed.map(({ sample }, index) => {
    const { [index]: condition } = alert.conditions
    return sample === undefined || condition?.kind !== 'growth'
      ? []
      : withSample(before?.samples[index] ?? [], sample, condition)
  })
  const conditions = observed.map(({ reading }, index) => grown(reading, alert, samples[index]!, index))
  const deciding = decidingOf(conditions)
  const held = deciding.answer === 'holds' ? (before?.held ?? 0) + 1 : 0
  const isCounting = isWatching || before !== undefined
  const state = stateOf(deciding.answer, held, alert, isCounting)
  // A clock that was set back must not leave a time of the future.
  const since = before?.state === state && before.since < at ? before.since : at
  return {
    standing: {
      alert,
      state,
      since: isCounting ? since : undefined,
      held,
      message: messageOf(deciding, held, alert, isCounting),
      deciding,
      conditions,
    },
    memory: { digest: alert.digest, state, since, held, samples },
  }
}

/** A reading of growth, with what its samples say. */
function grown(
  reading: ConditionReading,
  { conditions }: AlertDefinition,
  samples: readonly GrowthSample[],
  index: number,
): ConditionReading {
  const condition = conditions[index]
  if (condition?.kind !== 'growth' || samples.length === 0) return reading
  return { ...reading, ...judgeGrowth(samples, condition) }
}

/** One that holds decides; else one that is unknown: what is partly unknown is not all right. */
const weights: readonly ConditionAnswer[] = ['holds', 'unknown', 'does-not-hold', 'does-not-apply']

function decidingOf(conditions: readonly ConditionReading[]): ConditionReading {
  const answer = weights.find((each) => conditions.some((condition) => condition.answer === each))
  return conditions.find((condition) => condition.answer === answer)!
}

function stateOf(answer: ConditionAnswer, held: number, { rounds }: AlertDefinition, isCounting: boolean): AlertState {
  if (answer === 'holds') return held >= rounds ? 'firing' : isCounting ? 'not-firing' : 'not-evaluable'
  return answer === 'does-not-hold' ? 'not-firing' : 'not-evaluable'
}

function messageOf(
  { answer, message }: ConditionReading,
  held: number,
  { rounds }: AlertDefinition,
  isCounting: boolean,
): string {
  if (answer !== 'holds' || held >= rounds) return message
  const found = message === '' ? '' : `: ${message}`
  return isCounting
    ? `the condition holds for ${held} of ${rounds} rounds${found}`
    : `the condition holds now, and the alert fires after ${rounds} rounds in a row, which \`preflight alerts --watch\` counts${found}`
}
