import { describe, expect, it } from 'vitest'
import { pydanticBool, pydanticInt } from '../../../src/base/language/python-number.js'
import { policyBreach, policySchema } from '../../../src/checks/probes/secret/policy.js'
import { isGiven } from '../../../src/engine/probe.js'

describe('a policy', () => {
  const policy = policySchema.parse({ 'minimum-characters': 4, 'must-have': { digit: '[0-9]', letter: '[a-z]' } })

  it.each([
    ['ab12', ''],
    ['abcd', 'has no digit'],
    ['1', 'has fewer than 4 characters, no letter'],
    ['𝟙𝟙𝟙a', 'has no digit'],
  ])('%s %s', (secret, breach) => {
    expect(policyBreach(secret, policy)).toBe(breach)
  })

  it('is refused when a pattern cannot be compiled', () => {
    expect(policySchema.safeParse({ 'must-have': { digit: '[0-9' } }).success).toBe(false)
  })
})

// Recorded from pydantic 2.14.4.
describe('pydantic', () => {
  it.each([
    ['10', 10],
    [' 10\n', 10],
    ['+10', 10],
    ['-0', 0],
    ['10.00', 10],
    ['1_0.0', 10],
    ['010', 10],
    ...['10.', '_10', '1__0', '1e1', '٣', '', '0x10', '+ 10', '10.5', '.0', '--1', '10.0_0'].map(
      (text) => [text, undefined] as const,
    ),
  ] as const)('reads %j as the integer %s', (text, value) => {
    expect(pydanticInt(text)?.int).toBe(value)
  })

  it.each([
    ...['1', 't', 'TRUE', 'y', 'Yes', 'oN'].map((text) => [text, true] as const),
    ...['0', 'f', 'False', 'n', 'NO', 'off'].map((text) => [text, false] as const),
    ...['', ' true', 'true ', '2', 'none'].map((text) => [text, undefined] as const),
  ])('reads %j as the boolean %s', (text, value) => {
    expect(pydanticBool(text)).toBe(value)
  })
})

it('an input that is an expression is given', () => {
  expect([isGiven({ key: undefined }, 'key'), isGiven({}, 'key'), isGiven(undefined, 'key')]).toEqual([
    true,
    false,
    false,
  ])
})
