import { readFileSync } from 'node:fs'
import { ParseError, type Environment, type ParseResult } from '@marcbachmann/cel-js'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { expect, it } from 'vitest'
import { celEnvironment } from '../../../src/definitions/expression/compile-expression.js'
import { Budget, EvaluationFault } from '../../../src/definitions/expression/evaluation/step-budget.js'
import { evaluatorOf } from '../../../src/definitions/expression/evaluation/evaluator.js'
import { isList, isMap, isUnsigned, type Value } from '../../../src/definitions/expression/evaluation/values.js'
import { inspectExpression } from '../../../src/definitions/expression/inspect-expression.js'

/** A value with its type: whole numbers as text, since JSON cannot hold them all. */
type Written = Readonly<Record<string, unknown>>

interface Vector {
  readonly topic: string
  readonly expression: string
  readonly bindings?: Readonly<Record<string, Written>>
  readonly value?: Written
  readonly error?: true
  /** `false`: CEL's own test evaluates it without checking its types, which we always do. */
  readonly checked?: false
}

const vectors = readFileSync(new URL('../../fixtures/cel-conformance.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector)

interface Difference {
  readonly why: string
  readonly count: number
  is(vector: Vector, outcome: string): boolean
}

/** What we refuse, or have otherwise, on purpose. A refusal is reported to the author before anything runs. */
const intended: readonly Difference[] = [
  {
    why: 'an int and a double are compared exactly; CEL rounds the int first',
    count: 4,
    is: ({ expression }, outcome) =>
      outcome !== 'refused' &&
      expression.includes('9223372036854775808.0') &&
      expression.includes('9223372036854775807'),
  },
  {
    why: 'has asks a name for a member, not a literal',
    count: 3,
    is: ({ expression }, outcome) => outcome === 'refused' && expression.startsWith('has({'),
  },
  {
    why: 'a number begins with a digit',
    count: 1,
    is: ({ expression }, outcome) => outcome === 'refused' && expression.startsWith('.'),
  },
  {
    why: 'a function that there is not is refused, wherever it is',
    count: 18,
    is: ({ expression }, outcome) => outcome === 'refused' && /^(?:a\.\w+|f_unknown)\(.*\|\| true$/.test(expression),
  },
  {
    why: 'values of different types stand in no list, map or comparison, unless they are of a body of any shape',
    count: 38,
    is: (_, outcome) => outcome === 'refused',
  },
]

function valueOf(written: Written): Value {
  const [[type, value]] = Object.entries(written) as [[string, unknown]]
  switch (type) {
    case 'int':
      return BigInt(value as string)
    case 'uint':
      return new UnsignedInt(BigInt(value as string))
    case 'double':
      return Number(value)
    case 'list':
      return (value as readonly Written[]).map(valueOf)
    case 'map':
      return new Map(
        (value as readonly (readonly [Written, Written])[]).map(([key, entry]) => [
          keyOf(valueOf(key)),
          valueOf(entry),
        ]),
      )
    default:
      return value as Value
  }
}

function keyOf(key: Value): Value {
  return isUnsigned(key) ? key.value : key
}

/** A value as text that tells its type too, maps in any order. */
function written(value: Value): string {
  if (typeof value === 'bigint') return `int ${value}`
  if (isUnsigned(value)) return `uint ${value.value}`
  if (typeof value === 'number') return `double ${Object.is(value, -0) ? '-0' : String(value)}`
  if (isList(value)) return `[${value.map(written).join(', ')}]`
  if (isMap(value))
    return `{${[...value]
      .map(([key, entry]) => `${written(key).replace('uint', 'int')}: ${written(entry)}`)
      .sort()
      .join(', ')}}`
  return JSON.stringify(value)
}

/** What we make of an expression: its value, `refused` at compilation, or `error` when it has no value. */
function outcomeOf({ expression, bindings = {} }: Vector): string {
  const names = Object.fromEntries(Object.keys(bindings).map((name) => [name, { type: 'any' } as const]))
  const { environment } = celEnvironment(names)
  const values = new Map(Object.entries(bindings).map(([name, value]) => [name, valueOf(value)]))
  const parsed = parsedBy(environment, expression)
  if (parsed === undefined || inspectExpression(parsed.ast, names).problems.length > 0 || !parsed.check().valid)
    return 'refused'
  try {
    return written(evaluatorOf(parsed.ast)({ budget: new Budget(), valueOf: (name) => values.get(name) }))
  } catch (error) {
    if (error instanceof EvaluationFault) return 'error'
    throw error
  }
}

function parsedBy(environment: Environment, expression: string): ParseResult | undefined {
  try {
    return environment.parse(expression)
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}

it('decides every case of CEL that it offers as CEL does, but for those that differ by intent', () => {
  const differing = vectors.flatMap((vector) => {
    const [outcome, wanted] = [outcomeOf(vector), vector.error === true ? 'error' : written(valueOf(vector.value!))]
    if (outcome === wanted || (wanted === 'error' && outcome === 'refused')) return []
    return [
      {
        text: `${vector.topic}: ${vector.expression} is ${outcome}, and should be ${wanted}`,
        reason: intended.find(({ is }) => is(vector, outcome))?.why,
      },
    ]
  })
  expect(differing.filter(({ reason }) => reason === undefined).map((each) => each.text)).toEqual([])
  expect(intended.map(({ why }) => [why, differing.filter(({ reason }) => reason === why).length])).toEqual(
    intended.map(({ why, count }) => [why, count]),
  )
})
