import { describe, expect, it } from 'vitest'
import { judge } from '../../src/engine/judge.js'
import type { CheckExpectation, Surroundings } from '../../src/engine/probe.js'
import type { Facts } from '../../src/engine/plain-facts.js'
import { expectation, expression, surroundings, template } from '../checks/run/builders.js'

const broken = expectation('facts.missing > 1', () => {
  throw new Error('no such fact')
})
const around = surroundings({
  scope: {
    vars: { PORT: 9100, SECRET: 'hunter2', URL: 'redis://:pw@h' },
    env: { PORT: '9100' },
    inputs: { limit: 5, url: 'redis://:pw@h' },
    profile: 'prod',
  },
  variables: {
    PORT: { reads: [], exposure: 'public' },
    SECRET: { reads: [], exposure: 'secret' },
    URL: { reads: [], exposure: 'dsn' },
  },
  secretInputs: new Set(['url']),
})

/** Judged as a check is. */
function judged(expectations: readonly CheckExpectation[], facts: Facts, within: Surroundings, isIndependent = false) {
  return judge(expectations, facts, { scope: within.scope, visibility: within, isIndependent })
}

describe('judge', () => {
  it('passes when every expectation holds', () => {
    expect(judged([expectation('facts.n > 1', ({ n }) => Number(n) > 1)], { n: 2 }, around)).toEqual({ status: 'pass' })
  })

  it('fails with the message, the expectation and what it found', () => {
    const that = expectation(
      'facts.n > 1',
      ({ n }) => Number(n) > 1,
      ['facts.n'],
      template(({ facts }) => `n is ${(facts as { n: number }).n}`, ['facts.n']),
    )
    expect(judged([that], { n: 0 }, around)).toEqual({
      status: 'fail',
      message: 'n is 0',
      problems: [],
      failedExpectations: [{ that: 'facts.n > 1', message: 'n is 0', values: { 'facts.n': 0 } }],
      isTransient: false,
      class: undefined,
    })
  })

  it('says of which class the first failure is that names one', () => {
    const failed = (failureClass?: 'config' | 'dependency') => ({
      ...expectation('facts.a', () => false),
      class: failureClass,
    })
    expect(judged([failed('config'), failed('dependency')], {}, around)).toMatchObject({ class: 'config' })
    expect(judged([failed(), failed('dependency')], {}, around, true)).toMatchObject({ class: 'dependency' })
    expect(judged([failed(), failed('dependency')], {}, around)).toMatchObject({ class: undefined })
  })

  it.each([
    [[true], true],
    [[true, true], true],
    [[true, false], false],
    [[false, true], false],
    [[false], false],
  ])('of failures that may pass by themselves or not, %j, says %j', (failures, isTransient) => {
    const held = expectation('facts.b', () => true)
    const failed = failures.map((each, index) => ({
      ...expectation(`facts.a${index}`, () => false),
      isTransient: each,
    }))
    expect(judged([held, ...failed], {}, around, true)).toMatchObject({ status: 'fail', isTransient })
  })

  it('ends at the first expectation that fails or cannot be evaluated, and asks no later one', () => {
    const never = expectation('facts.never', () => {
      throw new Error('asked')
    })
    expect(
      judged([expectation('facts.a', () => true), expectation('facts.b', () => false), never], {}, around),
    ).toMatchObject({ status: 'fail', message: 'facts.b is false', failedExpectations: [{ that: 'facts.b' }] })
    expect(judged([broken, expectation('facts.b', () => false)], {}, around)).toMatchObject({
      status: 'error',
      message: 'facts.missing > 1 cannot be evaluated: no such fact',
      failedExpectations: [],
    })
  })

  it('says without a message what was found', () => {
    const that = expectation('facts.n > 1 && facts.on', () => false, ['facts.n', 'facts.on'])
    expect(judged([that], { n: 0, on: true }, around)).toMatchObject({
      message: 'facts.n > 1 && facts.on is false: facts.n is 0, facts.on is true',
    })
    expect(judged([that], { n: 'x'.repeat(300), on: true }, around)).toMatchObject({
      message: 'facts.n > 1 && facts.on is false: facts.n is a string of 302 characters as JSON, facts.on is true',
    })
  })

  it('lists every expectation that failed where they are independent', () => {
    const judgement = judged(
      [expectation('facts.a', () => false), expectation('facts.b', () => true), expectation('facts.c', () => false)],
      {},
      around,
      true,
    )
    expect(judgement).toMatchObject({ status: 'fail', message: 'facts.a is false; facts.c is false' })
  })

  it('ends with the guard also where they are independent: what is beside a problem was not seen', () => {
    const guard = { ...expectation('facts.fine', () => false), isGuard: true }
    expect(judged([guard, expectation('facts.b', () => false), broken], {}, around, true)).toMatchObject({
      status: 'fail',
      message: 'facts.fine is false',
    })
    const held = { ...guard, that: expectation('facts.fine', () => true).that }
    expect(
      judged([held, expectation('facts.b', () => false), expectation('facts.c', () => false)], {}, around, true),
    ).toMatchObject({ message: 'facts.b is false; facts.c is false' })
  })

  it('is an error when an independent expression cannot be evaluated, and still says what failed', () => {
    const judgement = judged([expectation('facts.a', () => false), broken], {}, around, true)
    expect(judgement).toMatchObject({ status: 'error', failedExpectations: [{ that: 'facts.a' }] })
    expect(judgement).toMatchObject({
      message: 'facts.missing > 1 cannot be evaluated: no such fact; facts.a is false',
    })
  })

  it.each([undefined, null, 1, 'true', []])('is an error when an expression gives %j', (value) => {
    expect(judged([expectation('facts.odd', () => value)], {}, around)).toMatchObject({ status: 'error' })
  })

  it('is an error when nothing is expected', () => {
    expect(judged([], {}, around)).toMatchObject({ status: 'error' })
  })

  it('still fails when its message cannot be rendered', () => {
    const that = expectation(
      'facts.a',
      () => false,
      [],
      template(() => {
        throw new Error('no such key')
      }),
    )
    expect(judged([that], {}, around)).toMatchObject({
      status: 'fail',
      message: 'facts.a is false (its message cannot be rendered: no such key)',
    })
  })

  it('shows public variables and plain inputs only, and what is absent as null', () => {
    const paths = [
      'vars.PORT',
      'env.PORT',
      'env.ABSENT',
      'vars.SECRET',
      'vars.URL',
      'env',
      'vars',
      'inputs.limit',
      'inputs.url',
      'profile',
      'facts.list[1].name',
      'facts.map["a.b"]',
      'vars.constructor',
    ]
    const that = { that: expression('facts.x', () => false, paths), message: undefined, isTransient: false }
    const variables = { ...around.variables, ABSENT: { reads: [], exposure: 'public' as const } }
    const facts = { list: [{ name: 'one' }, { name: 'two' }], map: { 'a.b': true } }
    const judgement = judged([that], facts, { ...around, variables })
    expect(judgement.status !== 'pass' && judgement.failedExpectations[0]?.values).toEqual({
      'vars.PORT': 9100,
      'env.PORT': '9100',
      'env.ABSENT': null,
      'inputs.limit': 5,
      profile: 'prod',
      'facts.list[1].name': 'two',
      'facts.map["a.b"]': true,
    })
  })

  it('shows a message as its author wrote it, and no values, where nothing says what may be shown', () => {
    const silent = expectation('facts.n > 1', () => false, ['facts.n'])
    const worded = { ...silent, message: template(({ vars }) => `it is ${String(vars['SECRET'])}`, ['vars.SECRET']) }
    const judging = { scope: around.scope, visibility: undefined, isIndependent: true }
    expect(judge([silent, worded], { n: 0 }, judging)).toMatchObject({
      message: 'facts.n > 1 is false; it is hunter2',
      failedExpectations: [{ values: {} }, { values: {} }],
    })
  })

  it('does not render a message that would show a secret', () => {
    const that = expectation(
      'facts.a',
      () => false,
      [],
      template(({ vars }) => `it is ${String(vars['SECRET'])}`, ['vars.SECRET']),
    )
    expect(JSON.stringify(judged([that], {}, around))).not.toContain('hunter2')
  })
})
