import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/set.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { outputTypes, type OutputType } from '../../../src/runbooks/definition/runbook-vocabulary.js'
import { hostileValues, noEnvironment } from './perform.js'
import { performWith } from './support/step-of-run.js'

const one = (type: OutputType, value: unknown) => performWith(action, { it: { type, value } })

describe('each value is of its type', () => {
  it.each([
    ['string', ''],
    ['string', 'ż'],
    ['integer', -3],
    ['integer', Number.MAX_SAFE_INTEGER],
    ['number', 0.5],
    ['number', 7],
    ['boolean', false],
    ['list', []],
    ['list', [1, 'a', null]],
    ['map', {}],
    ['map', { a: { b: [1] } }],
    ['any', null],
    ['any', 'text'],
  ] as const)('%s %j', async (type, value) => {
    expect(await one(type, value)).toEqual({ values: { it: value } })
  })

  it.each([
    ['string', 1],
    ['string', null],
    ['integer', 1.5],
    ['integer', '1'],
    ['integer', Number.MAX_SAFE_INTEGER + 1],
    ['number', '0.5'],
    ['number', Number.NaN],
    ['number', Number.POSITIVE_INFINITY],
    ['boolean', 'true'],
    ['boolean', 0],
    ['list', {}],
    ['list', 'abc'],
    ['map', []],
    ['map', null],
    ['any', undefined],
  ] as const)('%s is not %j: nothing is set', async (type, value) => {
    await expect(one(type, value)).rejects.toThrow(new NotPerformedError(`the value of it is not of type ${type}`))
  })

  it('and one wrong one is enough', async () => {
    await expect(
      performWith(action, {
        a: { type: 'integer', value: 1 },
        b: { type: 'integer', value: 'canary' },
        c: { type: 'any', value: 1 },
      }),
    ).rejects.toThrow(/^the value of b is not of type integer$/)
  })
})

it('text of any kind stays as it is', async () => {
  for (const value of [...hostileValues, 'a\0b', '\u001B[2J'])
    expect(await one('string', value)).toEqual({ values: { it: value } })
})

it('never gives a value of another type than it was declared', async () => {
  const jsTypes = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean' } as const
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...outputTypes), fc.jsonValue(), async (type, value) => {
      const facts = await one(type, value).catch((error: unknown) => {
        expect(error).toBeInstanceOf(NotPerformedError)
      })
      if (facts !== undefined && type in jsTypes)
        expect(typeof facts.values['it']).toBe(jsTypes[type as keyof typeof jsTypes])
    }),
  )
})

it('refuses a type that there is not, and what does not belong to a value', () => {
  expect(action.input.safeParse({ it: { type: 'date', value: 1 } }).success).toBe(false)
  expect(action.input.safeParse({ it: { type: 'any', value: 1, unit: 'ms' } }).success).toBe(false)
})

it('says what would be set', () => {
  expect(
    action.describe({ limit: { type: 'integer', value: 3 }, text: { type: 'string', value: 'a\nb' } }, noEnvironment)
      .lines,
  ).toEqual(['limit = 3', 'text = "a\\nb"'])
})
