import { describe, expect, it } from 'vitest'
import { expressionCompiler } from '../../../src/definitions/expression/compile-expression.js'
import { Budget, mostSteps, BudgetError } from '../../../src/definitions/expression/evaluation/step-budget.js'
import { Problems } from '../../../src/definitions/yaml-node.js'

const compiler = expressionCompiler({
  facts: { type: 'object', fields: { text: { type: 'string' }, list: { type: 'list', of: { type: 'int' } } } },
})
const facts = { text: 'a'.repeat(60_000), list: Array.from({ length: 200 }, (_, index) => index) }

function evaluate(text: string, seen: unknown = facts): unknown {
  const problems = new Problems()
  const expression = compiler.compile({ text, at: (offset) => ({ file: 'f', line: 1, column: offset + 1 }) }, problems)
  expect(problems.sorted()).toEqual([])
  return expression!.evaluate({ facts: seen })
}

/** An iteration within an iteration, so many deep. */
function nested(depth: number, innermost: string): string {
  return depth === 0
    ? innermost
    : `facts.list.${depth % 2 === 0 ? 'all' : 'exists'}(x${depth}, ${depth % 2 === 0 ? '' : '!'}(${nested(depth - 1, innermost)}))`
}

/** A text that is doubled so many times. */
function doubled(times: number): string {
  return Array.from({ length: times }, (_, index) => index).reduceRight(
    (inner, index) => `cel.bind(t${index + 1}, t${index} + t${index}, ${inner})`,
    `size(t${times}) > 0`,
  )
}

describe('expressions that would never end', () => {
  it.each([
    [
      'iterations six deep',
      'facts.list.all(a, facts.list.all(b, facts.list.all(c, facts.list.all(d, facts.list.all(e, facts.list.all(f, f >= 0))))))',
    ],
    ['iterations that find nothing', nested(7, 'x1 < 0')],
    ['a text doubled twenty times', `cel.bind(t0, facts.text, ${doubled(20)})`],
    ['a list doubled twenty times', `cel.bind(t0, facts.list, ${doubled(20)})`],
    [
      'a long text searched again and again',
      'facts.list.map(a, facts.list.map(b, facts.text.contains("b"))).size() > 0',
    ],
    [
      'a pattern tried on a long text again and again',
      'facts.list.map(a, facts.list.map(b, facts.text.matches("(a|aa)+$"))).size() > 0',
    ],
    ['a text taken apart again and again', 'facts.list.map(a, facts.text.split("").size()).size() > 0'],
    ['lists compared again and again', 'facts.list.map(a, facts.list.map(b, facts.list == facts.list)).size() > 0'],
    ['a list of lists joined', 'facts.list.map(a, facts.list.map(b, facts.text).join(",")).join(",").size() > 0'],
    ['a result that is larger than anything read', 'facts.list.map(a, facts.list.map(b, facts.text))'],
  ])('%s ends as an error', (_, text) => {
    expect(() => evaluate(text)).toThrow(/takes more steps than an expression may take|makes a string that is too long/)
  })

  // What each of these took, before it was counted, was tens of seconds to hours.
  const entries = (count: number, first: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [index === 0 ? first : `key${index}`, index]))
  const large = {
    text: 'ab'.repeat(2 ** 15 - 1),
    part: `${'a'.repeat(2 ** 15)}b${'a'.repeat(2 ** 15)}`,
    same: 'a'.repeat(2 ** 18),
    list: Array.from({ length: 50_000 }, (_, index) => index),
    map: entries(20_000, 'one'),
    other: entries(20_000, 'two'),
  }

  it.each([
    ['the keys of a large map, again and again', 'facts.list.all(x, facts.map.exists(key, true))'],
    [
      'large maps compared, of which the first key differs',
      'facts.list.all(x, facts.map != facts.other) && facts.list.all(x, facts.map != facts.other) && facts.list.all(x, facts.map != facts.other)',
    ],
    ['a long text searched for in a longer one', 'facts.same.contains(facts.part)'],
    ['a long text searched for from the end', 'facts.same.lastIndexOf(facts.part) == 0'],
    ['a long text that separates', 'facts.same.split(facts.part).size() == 1'],
    [
      'a short pattern of many instructions',
      'facts.list.all(x, !facts.text.matches("(?:(a)|b)*a(?:a|(b)){900}c|\\\\bx"))',
    ],
    [
      'a short pattern of many instructions on short texts',
      'facts.list.all(x, !facts.text.substring(0, 60).matches("(?:(a)|b)*a(?:a|(b)){900}c|\\\\bx"))',
    ],
    ['small and large letters in turn', 'facts.list.all(x, (facts.text + facts.text).lowerAscii().upperAscii() != "")'],
  ])('%s', (_, text) => {
    const problems = new Problems()
    const expression = expressionCompiler({
      facts: {
        type: 'object',
        fields: {
          text: { type: 'string' },
          part: { type: 'string' },
          same: { type: 'string' },
          list: { type: 'list', of: { type: 'int' } },
          map: { type: 'map', of: { type: 'int' } },
          other: { type: 'map', of: { type: 'int' } },
        },
      },
    }).compile({ text, at: (offset) => ({ file: 'f', line: 1, column: offset + 1 }) }, problems)
    expect(problems.sorted()).toEqual([])
    expect(() => expression!.evaluate({ facts: large })).toThrow('takes more steps than an expression may take')
  })

  it('is not put right by a side that decides', () => {
    const endless = nested(6, 'x1 >= 0')
    expect(() => evaluate(`${endless} || true`)).toThrow('takes more steps')
    expect(() => evaluate(`facts.list.exists(z, ${endless} || z == 0)`)).toThrow('takes more steps')
  })

  it('counts a long body as more than a short one', () => {
    const long = Array.from({ length: 300 }, () => 'x == x').join(' && ')
    const list = Array.from({ length: 20_000 }, (_, index) => index)
    expect(evaluate('facts.list.all(x, x == x)', { text: '', list })).toBe(true)
    expect(() => evaluate(`facts.list.all(x, ${long})`, { text: '', list })).toThrow('takes more steps')
  })
})

describe('expressions that checks write', () => {
  it.each([
    'facts.list.filter(x, x > 100).map(x, string(x)).join(", ").size() > 0',
    'facts.list.all(x, facts.list.exists(y, y == x))',
    'facts.text.startsWith("aaa") && facts.text.matches("^a+$")',
  ])('%s', (text) => {
    expect(evaluate(text)).toBe(true)
  })
})

describe('the budget', () => {
  it('lets its steps be taken, and not one more', () => {
    const budget = new Budget()
    budget.spend(mostSteps)
    expect(() => budget.spend(1)).toThrow(BudgetError)
  })
})
