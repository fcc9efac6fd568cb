import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/base/errors.js'
import {
  parameterComplaint,
  missingParameters,
  readParameters,
  type GivenParameter,
} from '../../../src/runbooks/load/parameter-value.js'
import { compilePattern } from '../../../src/definitions/pattern.js'
import type { ParameterDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import { parameterTypes, type ParameterType } from '../../../src/runbooks/definition/runbook-vocabulary.js'
import { propertyRuns } from '../../property-runs.js'

function parameter(name: string, type: ParameterType, more: Partial<ParameterDefinition> = {}): ParameterDefinition {
  const values = type === 'enum' ? ['red', 'green'] : undefined
  return {
    name,
    type,
    description: `the ${name}`,
    values,
    pattern: undefined,
    minimum: undefined,
    maximum: undefined,
    variable: undefined,
    default: undefined,
    position: { file: 'x', line: 1, column: 1 },
    ...more,
  }
}

const given = (values: Readonly<Record<string, string>>): ReadonlyMap<string, GivenParameter> =>
  new Map(Object.entries(values).map(([name, text]) => [name, { text }]))
const read = (type: ParameterType, text: string, more: Partial<ParameterDefinition> = {}): unknown =>
  readParameters([parameter('p', type, more)], given({ p: text }))['p']

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '; touch pwned',
    '$(touch pwned)',
    '`touch pwned`',
    'a\nb',
    '-rf',
    '--help',
    'a\0b',
    '',
    ' ',
    '../..',
    '١٢',
    '1e400',
    'NaN',
    '__proto__',
    'true ',
    '0x10',
    '[::1]',
    'http://h/ x',
  ),
)

describe.each(parameterTypes)('any text for a parameter of type %s', (type) => {
  it('is a value of that type, or a named complaint that does not quote it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          const value = read(type, text)
          expect(parameterComplaint(parameter('p', type), value)).toBeUndefined()
          const texts = [value].flat().filter((item) => typeof item === 'string')
          for (const item of texts) {
            expect(item).not.toContain('\0')
            if (type !== 'secret') expect(item.startsWith('-')).toBe(false)
          }
          if (type === 'path' || type === 'host' || type === 'url') expect(String(value)).not.toMatch(/\n/)
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
          const { message } = error as UsageError
          expect(message).toMatch(/^parameter p must /)
          if (text.trim().length > 12) expect(message).not.toContain(text)
        }
      }),
      { numRuns: propertyRuns(300) },
    )
  })
})

describe('a value', () => {
  it.each<[ParameterType, string, unknown]>([
    ['integer', '42', 42],
    ['integer', '-7', -7],
    ['number', '1.5', 1.5],
    ['boolean', 'true', true],
    ['list', 'a, b,c', ['a', 'b', 'c']],
    ['list', '', []],
    ['host', '[::1]', '[::1]'],
    ['host', 'bus-1.example', 'bus-1.example'],
    ['url', 'http://127.0.0.1:8080/x?y=1', 'http://127.0.0.1:8080/x?y=1'],
    ['duration', '5m', '5m'],
    ['string', '; touch pwned', '; touch pwned'],
    ['string', 'two\nlines', 'two\nlines'],
    ['secret', '-begins-with-a-dash', '-begins-with-a-dash'],
  ])('of type %s is read from %j', (type, text, value) => {
    expect(read(type, text)).toEqual(value)
  })

  it.each<[ParameterType, string]>([
    ['integer', '1.0'],
    ['integer', '9007199254740993'],
    ['number', ''],
    ['boolean', 'yes'],
    ['host', 'a b'],
    ['host', 'http://h'],
    ['url', 'localhost:8080'],
    ['duration', '5'],
    ['enum', 'blue'],
    ['path', ''],
    ['secret', ''],
  ])('of type %s is not %j', (type, text) => {
    expect(() => read(type, text)).toThrow(UsageError)
  })

  it('must match its pattern whole, and may begin with a dash only where the pattern says so', () => {
    const pattern = (source: string) => ({
      pattern: { source, matches: (text: string) => compilePattern(`^(?:${source})$`).matches(text) },
    })
    expect(read('string', 'abc', pattern('[a-z]+'))).toBe('abc')
    expect(() => read('string', 'abc1', pattern('[a-z]+'))).toThrow('must match [a-z]+')
    expect(() => read('string', 'a|b', pattern('a|b'))).toThrow(UsageError)
    expect(read('string', '-v', pattern('-[a-z]'))).toBe('-v')
  })

  it('must be within its bounds', () => {
    expect(() => read('integer', '0', { minimum: 1 })).toThrow('must be at least 1')
    expect(() => read('integer', '9', { maximum: 8 })).toThrow('must be at most 8')
  })
})

describe('parameters', () => {
  const definitions = [
    parameter('a', 'string'),
    parameter('b', 'integer'),
    parameter('s', 'secret', { variable: 'S' }),
    parameter('d', 'string', {
      default: { references: [], resolve: ({ params }) => `${(params as { a: string }).a}-d` },
    }),
  ]

  it('are all named when they are missing, with how to give each', () => {
    expect(missingParameters(definitions, given({})).map(({ name }) => name)).toEqual(['a', 'b', 's'])
    try {
      readParameters(definitions, given({}))
      expect.unreachable()
    } catch (error) {
      expect((error as UsageError).message).toMatch(/parameter a .* parameter b .* parameter s /)
      expect((error as UsageError).hint).toBe('give --param a=… --param b=… --param-env s=VARIABLE (or set S)')
    }
  })

  it('have defaults that read those above them', () => {
    expect(readParameters(definitions, given({ a: 'x', b: '1', s: 'q' }))['d']).toBe('x-d')
  })

  it('that are not declared are refused, with a suggestion', () => {
    expect(() => readParameters([parameter('mode', 'string')], given({ mdoe: 'x' }))).toThrow('unknown parameter mdoe')
  })

  it('from a file keep their types, and are judged as strictly', () => {
    const values = new Map<string, GivenParameter>([['p', { value: '5' }]])
    expect(() => readParameters([parameter('p', 'integer')], values)).toThrow('must be a whole number')
    expect(readParameters([parameter('p', 'integer')], new Map([['p', { value: 5 }]]))['p']).toBe(5)
  })
})
