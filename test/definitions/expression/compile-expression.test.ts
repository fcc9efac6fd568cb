import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expressionCompiler, type TypedExpression } from '../../../src/definitions/expression/compile-expression.js'
import type { CheckNames, Scope } from '../../../src/definitions/expression/expression.js'
import { Problems } from '../../../src/definitions/yaml-node.js'
import { propertyRuns } from '../../property-runs.js'

const names: CheckNames = {
  facts: {
    type: 'object',
    fields: {
      set: { type: 'bool' },
      value: { type: 'string' },
      count: { type: 'int' },
      ratio: { type: 'double' },
      reached: { type: 'enumeration', values: ['none', 'connect', 'ping'] },
      url: { type: 'object', fields: { scheme: { type: 'string' }, port: { type: 'int' } } },
      samples: {
        type: 'list',
        of: {
          type: 'object',
          fields: { kind: { type: 'enumeration', values: ['counter', 'gauge'] }, value: { type: 'double' } },
        },
      },
      headers: { type: 'map', of: { type: 'string' } },
      reasons: { type: 'list', of: { type: 'enumeration', values: ['short', 'known'] } },
      body: { type: 'any' },
    },
  },
  vars: {
    type: 'object',
    fields: {
      PORT: { type: 'int' },
      MODE: { type: 'enumeration', values: ['strict', 'degraded'] },
      HOST: { type: 'string' },
    },
  },
  env: { type: 'map', of: { type: 'string' } },
  inputs: { type: 'object', fields: { limit: { type: 'int' }, hosts: { type: 'list', of: { type: 'string' } } } },
  profile: { type: 'enumeration', values: ['prod', 'staging', 'dev'] },
}
const compiler = expressionCompiler(names)

const scope: Scope = {
  facts: {
    set: true,
    value: 'abc',
    count: 3,
    ratio: 1,
    reached: 'ping',
    url: { scheme: 'redis', port: 6379 },
    samples: [{ kind: 'gauge', value: 2 }],
    headers: { 'content-type': 'text/html', constructor: 'x' },
    reasons: ['short'],
    body: { a: [1, 2.5, 'x'], nothing: null, constructor: { name: 'y' } },
  },
  vars: { PORT: 9100, HOST: '0.0.0.0' },
  env: { HOME: '/root-of-nothing', SECRET: 'hunter2hunter2' },
  inputs: { limit: 5, hosts: ['a', 'b'] },
  profile: 'prod',
  absences: { 'vars.MODE': 'it is not set' },
}

function problemsOf(text: string, compile = compiler) {
  const problems = new Problems()
  const expression = compile.compile({ text, at: (offset) => ({ file: 'f', line: 1, column: offset + 1 }) }, problems)
  return { expression, problems: problems.sorted() }
}

function compiled(text: string): TypedExpression {
  const { expression, problems } = problemsOf(text)
  expect(problems).toEqual([])
  return expression!
}

describe('expressions that are right', () => {
  it.each([
    ['facts.set && facts.value == "abc"', true],
    ['facts.count == 3 && facts.count + 1 > 3', true],
    ['facts.ratio < 1.5', true],
    ['facts.reached == "ping"', true],
    ['facts.reached in ["connect", "ping"]', true],
    ['facts.url.port == 6379', true],
    ['facts.samples.exists(s, s.kind == "gauge" && s.value > 1.0)', true],
    ['facts.samples[0].value == 2.0', true],
    ['facts.headers["content-type"].startsWith("text/")', true],
    ['facts.headers["constructor"] == "x"', true],
    ['facts.body.a[0] == 1 && facts.body.a[1] > 2', true],
    ['has(facts.body.b)', false],
    ['facts.body.constructor.name == "y"', true],
    ['facts.body.nothing == null', true],
    ['"short" in facts.reasons', true],
    ['vars.PORT == 9100', true],
    ['has(vars.MODE)', false],
    ['has(env.HOME) && env["HOME"] != ""', true],
    ['has(env.constructor)', false],
    ['inputs.hosts.all(h, h in ["a", "b"])', true],
    ['profile == "prod"', true],
    ['facts.value.matches("^a.c$")', true],
    ['reachable(vars.HOST) == "127.0.0.1"', true],
    ['endpointOf("redis://:pw@" + vars.HOST + "/3") == endpointOf("redis://" + vars.HOST + ":6379/3")', true],
  ])('%s is %s', (text, expected) => {
    const expression = compiled(text)
    expect(expression.type).toBe('bool')
    expect(expression.evaluate(scope)).toBe(expected)
  })

  it('gives whole numbers back as numbers', () => {
    expect(compiled('facts.count + 1').evaluate(scope)).toBe(4)
    expect(compiled('[facts.count]').evaluate(scope)).toEqual([3])
    expect(compiled('facts.body').evaluate(scope)).toEqual({
      a: [1, 2.5, 'x'],
      nothing: null,
      constructor: { name: 'y' },
    })
  })

  it('lists every path it reads, once, inside has and iterations too', () => {
    expect(
      compiled(
        'has(env.HOME) && facts.url.port > 1 && facts.url.port < 9 && inputs.hosts.exists(h, h == vars.HOST) && profile == "dev" && facts.value.size() > 0',
      ).references,
    ).toEqual(['env.HOME', 'facts.url.port', 'inputs.hosts', 'vars.HOST', 'profile', 'facts.value'])
  })
})

describe('expressions that are wrong', () => {
  it.each([
    ['facts.valu == "x"', 7, 'unknown-name', 'unknown fact valu'],
    ['has(facts.valu)', 11, 'unknown-name', 'unknown fact valu'],
    ['facts.url.prot == 1', 11, 'unknown-name', 'facts.url has no member prot'],
    ['has(vars.PROT)', 10, 'unknown-name', 'no file of this system declares the variable PROT'],
    ['inputs["limt"] > 1', 8, 'unknown-name', 'no input limt can be read here'],
    ['facts.count == "3"', 1, 'expression', 'no such overload: int == string'],
    ['facts.reached == "pong"', 18, 'impossible-value', 'facts.reached is never "pong"'],
    ['"pong" != facts.reached', 1, 'impossible-value', 'facts.reached is never "pong"'],
    ['facts.reached in ["ping", "pong"]', 27, 'impossible-value', 'facts.reached is never "pong"'],
    ['facts.reached == (facts.set ? "ping" : "pong")', 40, 'impossible-value', 'facts.reached is never "pong"'],
    ['facts.samples.exists(s, s.kind == "guage")', 35, 'impossible-value', 's.kind is never "guage"'],
    ['"shrt" in facts.reasons', 1, 'impossible-value', 'facts.reasons is never "shrt"'],
    ['profile == "production"', 12, 'impossible-value', 'profile is never "production"'],
    ['vars.MODE == "Strict"', 14, 'impossible-value', 'vars.MODE is never "Strict"'],
    ['size(env) > 0', 6, 'whole-namespace', 'env can only be read member by member: env.NAME'],
    ['env[vars.HOST] == ""', 1, 'computed-name', 'a member of env must be named, not computed'],
    [
      'facts.value.matches(vars.HOST)',
      21,
      'computed-pattern',
      'the pattern of matches must be a literal, so that it can be checked',
    ],
    ['facts.value.matches("(a")', 21, 'pattern', 'error parsing regexp: missing closing ): `(a`'],
    [
      'inputs.hosts.all(facts, facts == "")',
      18,
      'shadowed-name',
      'facts cannot be the name of an element: the name is already used here',
    ],
    ['facts.set && ', 14, 'expression', 'Unexpected token: EOF'],
    ['nothing == 1', 1, 'expression', 'Unknown variable: nothing'],
  ])('%s: column %i, %s', (text, column, code, message) => {
    const { expression, problems } = problemsOf(text)
    expect(expression).toBeUndefined()
    expect(problems).toMatchObject([{ position: { column }, code, message }])
  })

  it('suggests the name that was meant', () => {
    expect(problemsOf('facts.valu == ""').problems[0]?.hint).toBe('did you mean value?')
  })

  it('reports every wrong name of one expression', () => {
    expect(problemsOf('facts.a1 == "" || facts.b1 == ""').problems).toHaveLength(2)
  })

  it('refuses facts where there are none', () => {
    const { vars, env, inputs, profile } = names
    expect(problemsOf('facts.set', expressionCompiler({ vars, env, inputs, profile })).problems).toMatchObject([
      { code: 'facts-out-of-place' },
    ])
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({
            unit: fc.constantFrom(
              'facts',
              '.',
              'set',
              '(',
              ')',
              '"',
              '[',
              ']',
              ' ',
              '==',
              '&&',
              'x',
              ',',
              '1',
              'has',
              '{',
              '}',
            ),
          }),
        ),
        (text) => {
          problemsOf(text)
        },
      ),
      { numRuns: propertyRuns(500) },
    )
  })
})

describe('expressions that cannot be evaluated', () => {
  it.each([
    ['vars.MODE == "strict"', 'vars.MODE has no value: it is not set'],
    ['env.ABSENT == ""', 'env.ABSENT has no value'],
    ['facts.samples[4].value > 0.0', 'facts.samples[4] is beyond the end of the list'],
    ['facts.body.b == 1', 'facts.body.b has no value'],
    ['int(env.SECRET) > 0', 'int(env.SECRET) is not an integer'],
    ['bool(env.SECRET)', 'bool(env.SECRET) is neither true nor false'],
    ['facts.headers[env.SECRET] == ""', 'facts.headers[env.SECRET] has no value'],
    ['facts.count / (facts.count - 3) == 1', 'facts.count / (facts.count - 3) == 1 divides by zero'],
    ['facts.body.a > 1', 'facts.body.a > 1 got values of types that do not match'],
  ])('%s: %s', (text, message) => {
    expect(() => compiled(text).evaluate(scope)).toThrow(expect.objectContaining({ message }))
  })

  it('never shows a value, in the message, the stack or a cause', () => {
    for (const text of [
      'int(env.SECRET) > 0',
      'bool(env.SECRET)',
      'facts.headers[env.SECRET] == ""',
      'double(env.SECRET) > 0.0',
      'timestamp(env.SECRET) > timestamp(env.SECRET)',
      'duration(env.SECRET) == duration(env.SECRET)',
    ]) {
      try {
        compiled(text).evaluate(scope)
        expect.unreachable(text)
      } catch (error) {
        expect(
          `${String(error)}${(error as Error).stack}${JSON.stringify(error)}${String((error as Error).cause)}`,
        ).not.toContain('hunter2')
      }
    }
  })

  it('does not take facts of the wrong shape', () => {
    expect(() => compiled('facts.count == 3').evaluate({ ...scope, facts: { count: 'three' } })).toThrow(
      'facts.count == 3: expected a whole number',
    )
  })
})
