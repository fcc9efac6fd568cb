import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/checks/check-event.js'
import { decisiveVariable } from '../../../src/checks/run/verdict.js'

const outcome = (overrides: Partial<Outcome>): Outcome => ({
  id: 'a/a/a',
  status: 'fail',
  class: 'config',
  message: '',
  facts: {},
  failedExpectations: [],
  blockedBy: undefined,
  attempts: 1,
  startedAt: '',
  durationMs: 0,
  ...overrides,
})
const everywhere = () => true

describe('the variable that decides a failure', () => {
  it.each<[string, readonly string[], Partial<Outcome>, string | undefined]>([
    ['the only one that is read', ['A'], {}, 'A'],
    ['the one that was observed', ['A', 'B'], { facts: { name: 'B' } }, 'B'],
    [
      'the one an expectation found',
      ['A', 'B'],
      { failedExpectations: [{ that: 'x', message: '', values: { 'vars.B': 1 } }] },
      'B',
    ],
    ['the one the message names', ['A', 'A_B'], { message: 'A_B: is not a number' }, 'A_B'],
    ['none of two that are named', ['A', 'B'], { message: 'A is B' }, undefined],
    ['none of several that are not mentioned', ['A', 'B'], { message: 'refused' }, undefined],
    ['none where none is read', [], { message: 'A' }, undefined],
  ])('%s', (_, variables, overrides, expected) => {
    expect(decisiveVariable(variables, outcome(overrides), everywhere)).toBe(expected)
  })

  it('is none that is in no file; what is set elsewhere is not to blame for it', () => {
    expect(decisiveVariable(['A'], outcome({}), () => false)).toBeUndefined()
    expect(
      decisiveVariable(['A', 'B'], outcome({ message: 'refused' }), (variable) => variable === 'B'),
    ).toBeUndefined()
  })
})
