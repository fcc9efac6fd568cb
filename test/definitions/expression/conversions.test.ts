import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expressionCompiler } from '../../../src/definitions/expression/compile-expression.js'
import { Problems } from '../../../src/definitions/yaml-node.js'

const compiler = expressionCompiler({
  facts: { type: 'object', fields: { text: { type: 'string' }, body: { type: 'any' } } },
})

function problemsOf(text: string) {
  const problems = new Problems()
  const expression = compiler.compile({ text, at: (offset) => ({ file: 'f', line: 1, column: offset + 1 }) }, problems)
  return { expression, problems: problems.sorted() }
}

function evaluated(text: string, facts: unknown = { text: '', body: {} }): unknown {
  const { expression, problems } = problemsOf(text)
  expect(problems).toEqual([])
  return expression!.evaluate({ facts })
}

describe('a text converts only when it is the number and nothing else', () => {
  it.each([
    '',
    ' ',
    '\n7',
    '7\n',
    ' 7',
    '0b11',
    '0x10',
    '0o7',
    '1_000',
    '7.0',
    '1e3',
    '٣',
    '--7',
    '+',
    '9223372036854775808',
    '-9223372036854775809',
    '9'.repeat(1000),
  ])('int(%j) is an error', (value) => {
    expect(() => evaluated('int(facts.text) > -1 || int(facts.text) <= -1', { text: value, body: {} })).toThrow(
      /is not an integer|exceeds the range/,
    )
  })

  it.each(['', ' 7', '-1', '+1', '0x10', '0b1', '18446744073709551616'])('uint(%j) is an error', (value) => {
    expect(() => evaluated('uint(facts.text) >= 0u', { text: value, body: {} })).toThrow(
      /is not an integer|exceeds the range/,
    )
  })

  it.each(['', ' 1', '0x10', '0b1', '1_0', '1e400', '-1e400', '1e', '.', 'e5', '1,5', '٣'])(
    'double(%j) is an error',
    (value) => {
      expect(() =>
        evaluated('double(facts.text) > 0.0 || double(facts.text) <= 0.0', { text: value, body: {} }),
      ).toThrow(/is not a number|exceeds the range/)
    },
  )

  it('gives back every whole number that it was written as', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
        expect(evaluated('string(int(facts.text)) == facts.text', { text: String(number), body: {} })).toBe(true)
      }),
    )
  })

  it('takes no text that JavaScript alone would take for a number', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('0', '1', '9', 'b', 'x', '_', ' ', '\n', '+', '-', '.', 'e') }),
        (text) => {
          let isTaken = true
          try {
            evaluated('int(facts.text) == 0', { text, body: {} })
          } catch {
            isTaken = false
          }
          expect(isTaken).toBe(
            /^[+-]?[0-9]+$/.test(text) &&
              BigInt(text.replace('+', '')) < 2n ** 63n &&
              BigInt(text.replace('+', '')) >= -(2n ** 63n),
          )
        },
      ),
    )
  })
})

describe('what a text of an expression may not be', () => {
  it.each([
    [
      '9223372036854775808 > 0',
      1,
      'expression',
      'an integer has 64 bits: it is between -9223372036854775808 and 9223372036854775807',
    ],
    [
      '-(9223372036854775808) < 0',
      3,
      'expression',
      'an integer has 64 bits: it is between -9223372036854775808 and 9223372036854775807',
    ],
    ['1e400 > 0.0', 1, 'expression', 'Invalid number: Infinity'],
    ['{"a": 1, "a": 2}.size() == 1', 10, 'duplicate-key', 'duplicate key "a"'],
    ['b"abc" == b"abc"', 1, 'expression', 'bytes are not supported'],
    ['size(google) > 0', 6, 'expression', 'google has no value'],
    ['timestamp(facts.text) > timestamp("2020-01-01T00:00:00Z")', 1, 'unknown-function', 'unknown function timestamp'],
    ['facts.text.lowerAsci() == ""', 1, 'unknown-function', 'unknown function lowerAsci'],
  ])('%s: column %i, %s', (text, column, code, message) => {
    const { expression, problems } = problemsOf(text)
    expect(expression).toBeUndefined()
    expect(problems[0]).toMatchObject({ position: { column }, code, message })
  })

  it('has the least integer, and no opposite of it', () => {
    expect(evaluated('-9223372036854775808 < 0')).toBe(true)
    expect(() => evaluated('-(-9223372036854775808) > 0')).toThrow('exceeds the range of numbers')
  })
})

describe('what only shows when it is evaluated', () => {
  it.each([
    ['{facts.text: 1, "a": 2}.size() == 1', 'names a key twice'],
    ['has(facts.body.text.inner)', 'asks for a member of a value that has none'],
    ['facts.body.text || true', undefined],
    ['facts.body.text && true', 'got a value that is neither true nor false'],
    ['!facts.body.text', 'got a value that is neither true nor false'],
  ])('%s', (text, message) => {
    const run = () => evaluated(text, { text: 'a', body: { text: 'b' } })
    if (message === undefined) expect(run()).toBe(true)
    else expect(run).toThrow(message)
  })
})
