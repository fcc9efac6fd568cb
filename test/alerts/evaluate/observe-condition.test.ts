import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/checks/check-event.js'
import type { CheckDefinition } from '../../../src/checks/definition.js'
import type { AlertCondition } from '../../../src/alerts/alert-definition.js'
import { observeCondition } from '../../../src/alerts/evaluate/observe-condition.js'
import type { Expression } from '../../../src/definitions/expression/expression.js'

const of = (parts: Partial<Outcome>): Outcome => ({
  id: 'bus/page',
  status: 'pass',
  class: 'dependency',
  message: 'as found',
  facts: {},
  failedExpectations: [],
  blockedBy: undefined,
  attempts: 1,
  startedAt: '',
  durationMs: 1,
  ...parts,
})

const on = (...statuses: ('warn' | 'fail' | 'timeout')[]): AlertCondition => ({
  kind: 'status',
  check: 'bus/page',
  on: new Set(statuses),
  figure: undefined,
})

/** An expression that reads one fact. */
const fact = (name: string): Expression => ({
  source: `facts.${name}`,
  references: [`facts.${name}`],
  evaluate({ facts }) {
    const value = (facts as Readonly<Record<string, unknown>>)[name]
    if (value === undefined) throw new Error(`facts.${name} has no value`)
    return value
  },
})

const grows: AlertCondition = {
  kind: 'growth',
  check: 'bus/page',
  figure: fact('rss'),
  process: fact('started'),
  rounds: 2,
  above: 10,
  unit: 'MiB',
}

function observed(condition: AlertCondition, outcome: Outcome | undefined, others: readonly Outcome[] = []) {
  const outcomes = new Map([...(outcome === undefined ? [] : [outcome]), ...others].map((each) => [each.id, each]))
  const definition = { id: 'bus/page', needs: ['bus/port'] } as unknown as CheckDefinition
  return observeCondition(condition, {
    outcomes,
    definitionOf: () => definition,
    scopeOf: () => ({}),
    profile: 'prod',
  })
}

const refused = { reached: 'resolve', problem: { code: 'connection-refused', class: 'dependency', transient: true } }

const nameless = { reached: 'none', problem: { code: 'name-not-found', class: 'config', transient: false } }

const fine = { reached: 'body', problem: { code: 'none', class: 'dependency', transient: false } }

describe('a condition of statuses', () => {
  it.each<[string, AlertCondition, Partial<Outcome>, string]>([
    ['a pass', on('fail'), {}, 'does-not-hold'],
    ['a fail', on('fail'), { status: 'fail', facts: fine }, 'holds'],
    ['a fail of a kind without a ladder', on('fail'), { status: 'fail', facts: { exists: false } }, 'holds'],
    ['a fail, on silence alone', on('timeout'), { status: 'fail', facts: fine }, 'does-not-hold'],
    ['a warning', on('fail'), { status: 'warn' }, 'does-not-hold'],
    ['a warning of a band', on('warn', 'fail'), { status: 'warn' }, 'holds'],
    ['an error', on('warn', 'fail', 'timeout'), { status: 'error' }, 'unknown'],
    ['what is blocked', on('warn', 'fail', 'timeout'), { status: 'blocked' }, 'unknown'],
    ['silence', on('fail'), { status: 'timeout' }, 'unknown'],
    ['silence that is the alarm', on('fail', 'timeout'), { status: 'timeout' }, 'holds'],
    ['silence before anything was asked', on('fail', 'timeout'), { status: 'timeout', isUnreached: true }, 'unknown'],
    ['a refused connection', on('fail'), { status: 'fail', facts: refused }, 'unknown'],
    ['a refused connection, on silence alone', on('timeout'), { status: 'fail', facts: refused }, 'unknown'],
    [
      'a refused connection where silence is the alarm',
      on('fail', 'timeout'),
      { status: 'fail', facts: refused },
      'holds',
    ],
    ['a name that is unknown', on('fail', 'timeout'), { status: 'fail', facts: nameless }, 'unknown'],
    ['what does not apply', on('fail'), { status: 'not-applicable' }, 'does-not-apply'],
  ])('%s', (_, condition, outcome, answer) => {
    expect(observed(condition, of(outcome)).reading.answer).toBe(answer)
  })

  it('says why it is not evaluable, and which need is not green', () => {
    const outcome = of({ status: 'fail', facts: refused, message: 'connection refused' })
    const needs = [of({ id: 'bus/port', status: 'fail' })]
    expect(observed(on('fail'), outcome, needs).reading.message).toBe(
      'could not be observed: connection refused (it needs what is not green: bus/port is fail)',
    )
    expect(observed(on('fail'), undefined).reading).toMatchObject({
      status: 'not-asked',
      answer: 'unknown',
      message: 'the check is not part of the profile prod',
    })
  })

  it('shows value and limit, and none of what says nothing', () => {
    const figure = { value: fact('used'), limit: fact('most'), unit: 'of them' }
    const condition: AlertCondition = { kind: 'status', check: 'bus/page', on: new Set(['fail']), figure }
    const facts = { used: 8, most: 10 }
    expect(observed(condition, of({ status: 'fail', facts })).reading).toMatchObject({ value: 8, limit: 10 })
    const concealed = { used: 'not asked for' }
    expect(observed(condition, of({ status: 'fail', facts, concealed })).reading).toMatchObject({
      answer: 'holds',
      value: undefined,
      limit: 10,
    })
  })
})

describe('a condition of growth', () => {
  it('takes a sample, whatever a limit of the check says', () => {
    for (const status of ['pass', 'warn', 'fail'] as const)
      expect(observed(grows, of({ status, facts: { rss: 7, started: 'a' } })).sample).toMatchObject({ figure: 7 })
  })

  it('tells processes apart', () => {
    const sample = (started: string) => observed(grows, of({ facts: { rss: 7, started } })).sample!.process
    expect(sample('a')).toBe(sample('a'))
    expect(sample('a')).not.toBe(sample('b'))
  })

  it.each<[string, Partial<Outcome>]>([
    ['an error', { status: 'error' }],
    ['a refused connection', { status: 'fail', facts: { ...refused, rss: 1, started: 'a' } }],
    ['a figure that is unknown', { facts: { rss: Number.MAX_SAFE_INTEGER, started: 'a' } }],
    ['a process that is unknown', { facts: { rss: 1, started: '' } }],
    ['a fact that is not there', { facts: { started: 'a' } }],
    ['a fact that says nothing', { facts: { rss: 0, started: 'a' }, concealed: { rss: 'not asked for' } }],
    ['text', { facts: { rss: '7', started: 'a' } }],
  ])('takes none of %s', (_, outcome) => {
    const { reading, sample } = observed(grows, of(outcome))
    expect(sample).toBeUndefined()
    expect(reading.answer).toBe('unknown')
    expect(reading.message).toMatch(/^could not be observed: ./)
  })
})
