import { describe, expect, it } from 'vitest'
import type { AlertCondition, AlertDefinition } from '../../../src/alerts/alert-definition.js'
import { advanceAlert, type AlertMemory, type AlertStanding } from '../../../src/alerts/evaluate/alert-standing.js'
import type { ConditionAnswer, GrowthSample } from '../../../src/alerts/evaluate/condition-reading.js'
import type { ObservedCondition } from '../../../src/alerts/evaluate/observe-condition.js'

const expression = { source: '', references: [], evaluate: () => 0 }

const status: AlertCondition = { kind: 'status', check: 'bus/page', on: new Set(['fail']), figure: undefined }

const growth: AlertCondition = {
  kind: 'growth',
  check: 'bus/memory',
  figure: expression,
  process: expression,
  rounds: 3,
  above: 10,
  unit: 'MiB',
}

const alert = (conditions: readonly AlertCondition[], rounds = 1): AlertDefinition => ({
  id: 'bus/alert',
  system: 'bus',
  title: 'it is wrong',
  why: '',
  priority: { name: 'P0', rank: 0, call: 'somebody', within: '' },
  conditions,
  rounds,
  response: { runbook: 'bus/restart', parameters: {} },
  escalate: [],
  source: '',
  position: { file: 'alerts/bus.yaml', line: 1, column: 1 },
  digest: 'd'.repeat(64),
})

const reading = (answer: ConditionAnswer, sample?: GrowthSample): ObservedCondition => ({
  reading: {
    check: 'bus/page',
    status: 'pass',
    answer,
    message: answer,
    value: sample?.figure,
    limit: undefined,
    unit: '',
  },
  sample,
})

const minute = (count: number): string => new Date(Date.UTC(2026, 0, 1, 0, count)).toISOString()

/** The standing after each round, a minute apart. */
function rounds(
  definition: AlertDefinition,
  observations: readonly (readonly ObservedCondition[])[],
  first?: AlertMemory,
): { readonly standings: readonly AlertStanding[]; readonly memory: AlertMemory } {
  let memory = first
  const standings = observations.map((observed, index) => {
    const round = { at: minute(index), isWatching: true }
    const { standing, memory: next } = advanceAlert(definition, observed, memory, round)
    memory = next
    return standing
  })
  return { standings, memory: memory! }
}

const states = (standings: readonly AlertStanding[]): readonly string[] => standings.map(({ state }) => state)

const answers = (...each: readonly ConditionAnswer[]) => each.map((answer) => [reading(answer)])

describe('for: 3', () => {
  const three = alert([status], 3)

  it('fires at the third round in a row, not at the second, and resolves', () => {
    const { standings } = rounds(three, answers('holds', 'holds', 'holds', 'holds', 'does-not-hold'))
    expect(states(standings)).toEqual(['not-firing', 'not-firing', 'firing', 'firing', 'not-firing'])
    expect(standings.map(({ since }) => since)).toEqual([minute(0), minute(0), minute(2), minute(2), minute(4)])
    expect(standings[1]).toMatchObject({ held: 2, message: 'the condition holds for 2 of 3 rounds: holds' })
  })

  it.each(['does-not-hold', 'unknown', 'does-not-apply'] as const)('counts anew after %s', (between) => {
    const { standings } = rounds(three, answers('holds', 'holds', between, 'holds', 'holds', 'holds'))
    expect(states(standings).slice(3)).toEqual(['not-firing', 'not-firing', 'firing'])
  })

  it('goes on counting with what was remembered', () => {
    const { memory } = rounds(three, answers('holds', 'holds'))
    expect(states(rounds(three, answers('holds'), memory).standings)).toEqual(['firing'])
  })

  it('cannot be evaluated by one look, which names --watch, unless the condition does not hold', () => {
    const once = { at: minute(0), isWatching: false }
    const { standing } = advanceAlert(three, [reading('holds')], undefined, once)
    expect(standing).toMatchObject({ state: 'not-evaluable', since: undefined })
    expect(standing.message).toContain('preflight alerts --watch')
    expect(advanceAlert(three, [reading('does-not-hold')], undefined, once).standing.state).toBe('not-firing')
    const { memory } = rounds(three, answers('holds', 'holds'))
    expect(advanceAlert(three, [reading('holds')], memory, once).standing.state).toBe('firing')
  })

  it('is not of the future where the clock was set back', () => {
    const { memory } = rounds(three, answers('does-not-hold'))
    const { standing } = advanceAlert(
      three,
      [reading('does-not-hold')],
      { ...memory, since: minute(9) },
      {
        at: minute(1),
        isWatching: true,
      },
    )
    expect(standing.since).toBe(minute(1))
  })
})

describe('several conditions', () => {
  it.each<[readonly ConditionAnswer[], string]>([
    [['does-not-hold', 'holds'], 'firing'],
    [['unknown', 'holds'], 'firing'],
    [['does-not-hold', 'unknown'], 'not-evaluable'],
    [['does-not-apply', 'does-not-hold'], 'not-firing'],
    [['does-not-apply', 'does-not-apply'], 'not-evaluable'],
  ])('%s: %s', (given, state) => {
    const definition = alert(given.map(() => status))
    expect(states(rounds(definition, [given.map((answer) => reading(answer))]).standings)).toEqual([state])
  })
})

/** Recorded samples of resident memory in MiB; a letter before a figure is the process it is of. */
describe('growth in 3 rounds, above 10%', () => {
  const definition = alert([growth])
  const samples = (text: string): readonly (readonly ObservedCondition[])[] =>
    text.split(' ').map((word) => {
      const [, process = '', figure = ''] = /^([a-z]?)(.*)$/.exec(word)!
      return [
        figure === '?' ? reading('unknown') : reading('unknown', { process: process || 'a', figure: Number(figure) }),
      ]
    })
  const last = (text: string): AlertStanding => rounds(definition, samples(text)).standings.at(-1)!

  it.each([
    ['a steady rise', '100 105 110 116', 'firing'],
    ['a steady rise that goes on', '90 100 105 110 116 117 118 131', 'firing'],
    ['a sawtooth', '100 130 90 140', 'not-firing'],
    ['a sawtooth that ends high', '100 90 130 140 120 150', 'not-firing'],
    ['a plateau', '100 120 120 140', 'not-firing'],
    ['a plateau after a rise', '100 110 120 130 130', 'not-firing'],
    ['a rise of less than the share', '100 101 102 103', 'not-firing'],
    ['a rise of just the share', '100 103 106 110', 'not-firing'],
    ['a restart between', 'a100 a110 b120 b140', 'not-evaluable'],
    ['a restart, and a rise of the new process', 'a100 a110 b20 b40 b60 b80', 'firing'],
    ['a round without a figure', '100 110 ? 120 130', 'not-evaluable'],
    ['too short a history', '100 110 120', 'not-evaluable'],
    ['one round', '100', 'not-evaluable'],
    ['a short history that fell', '100 90', 'not-firing'],
    ['from nothing', '0 1 2 3', 'firing'],
  ])('%s: %s is %s', (_, text, state) => {
    expect(last(text).state).toBe(state)
  })

  it('says what it found, and names --watch without history', () => {
    expect(last('100 105 110 116')).toMatchObject({
      message: 'it rose in each of the last 3 rounds, by 16.0% in all',
      deciding: { value: 116, limit: 110 },
    })
    expect(last('100 105').message).toBe(
      'only 1 of 3 rounds of this process are known: `preflight alerts --watch` keeps the history',
    )
  })

  it('keeps no more samples than it looks back at', () => {
    const { memory } = rounds(definition, samples('1 2 3 4 5 6 7 8 9 10'))
    expect(memory.samples).toEqual([[7, 8, 9, 10].map((figure) => ({ process: 'a', figure }))])
  })
})
