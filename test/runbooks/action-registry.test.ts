import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/base/errors.js'
import { expressionCompiler } from '../../src/definitions/expression/compile-expression.js'
import { Problems } from '../../src/definitions/yaml-node.js'
import { marksAt } from '../../src/engine/load/literal-places.js'
import { factTypeOf } from '../../src/base/facts.js'
import { effects } from '../../src/runbooks/definition/runbook-vocabulary.js'
import { actionRegistry } from '../../src/runbooks/action-registry.js'
import { undescribedFields } from './undescribed.js'
import { TestedEnvironment } from '../../src/environment/environment.js'

const names = actionRegistry.names()
const kinds = await Promise.all(names.map((name) => actionRegistry.load(name)))
/** Those that act on machines, with any effect; the others judge, ask or arrange. */
const acting = kinds.filter((kind) => kind.effects.length === effects.length).map(({ kind }) => kind)

it('refuses a kind that has no file', () => {
  expect(() => actionRegistry.load('htpt')).toThrow(UsageError)
})

describe.each(names)('%s', (name) => {
  it('has a title, a description and its effects', async () => {
    const kind = await actionRegistry.load(name)
    expect(kind.title).not.toBe('')
    expect(kind.description.length).toBeGreaterThan(40)
    expect([effects, ['once', 'read'], ['read']]).toContainEqual(kind.effects)
  })

  it('waits for people without a limit, for everything else with one', async () => {
    const kind = await actionRegistry.load(name)
    expect(kind.defaultTimeout === undefined).toBe(['approve', 'choose', 'manual'].includes(name))
  })

  it('describes every input and every fact', async () => {
    expect(undescribedFields(await actionRegistry.load(name))).toEqual([])
  })

  it('has examples that fit and compile, and expectations of its own that compile', async () => {
    const kind = await actionRegistry.load(name)
    // What a wait sees are the facts of its probe.
    const examples = kind.structure === 'probe' ? [] : kind.examples
    const compiler = expressionCompiler({ facts: factTypeOf(kind.facts) })
    const problems = new Problems()
    const position = { file: name, line: 1, column: 1 }
    for (const text of [...kind.expect, ...examples.map((example) => example.expect)]) {
      expect(compiler.compile({ text, at: () => position }, problems)?.type, text).toBe('bool')
    }
    expect(problems.sorted()).toEqual([])
    expect(kind.examples.length).toBeGreaterThan(0)
    for (const { input } of examples) {
      expect(kind.input.safeParse(input).error?.issues ?? []).toEqual([])
      expect(kind.describe(kind.input.parse(input), TestedEnvironment.of({})).lines.length).toBeGreaterThan(0)
    }
  })
})

describe.each(acting)('%s', (name) => {
  it('refuses what it does not know', async () => {
    const kind = await actionRegistry.load(name)
    const [first] = kind.examples
    const given = (Array.isArray(first?.input) ? { argv: first.input } : first?.input) as object
    expect(kind.input.safeParse(given).success).toBe(true)
    expect(kind.input.safeParse({ ...given, surprise: 1 }).success).toBe(false)
  })
})

describe('places', () => {
  it.each([
    ['run', ['shell'], 'literal'],
    ['sql', ['statements', 0, 'text'], 'literal'],
    ['run', ['environment', 'TOKEN'], 'secret'],
    ['run', ['input'], 'secret'],
    ['sql', ['database'], 'credential'],
    ['http', ['url'], 'credential'],
    ['http', ['headers', 'x-key'], 'secret'],
    ['http', ['json'], 'secret'],
    ['http', ['form', 'a'], 'secret'],
    ['http', ['body'], 'secret'],
    ['redis', ['url'], 'credential'],
    ['nats', ['url'], 'credential'],
    ['nats', ['headers', 'x-key'], 'secret'],
    ['websocket', ['url'], 'credential'],
    ['websocket', ['headers', 'x-key'], 'secret'],
    ['websocket', ['token', 'mint', 'secret'], 'credential'],
  ])('%s %j: %s', async (name, path, mark) => {
    expect([...marksAt((await actionRegistry.load(name)).input, path)]).toContain(mark)
  })

  it.each([
    ['run', ['argv', 1]],
    ['run', [1]],
    ['run', ['arguments', 0]],
    ['run', ['cwd']],
    ['sql', ['statements', 0, 'values', 0]],
    ['sql', ['file']],
    ['http', ['query', 'a']],
    ['redis', ['commands', 0, 1]],
    ['nats', ['payload']],
    ['nats', ['subject']],
    ['websocket', ['send', 'a']],
  ])('%s %j: an expression, and no secret', async (name, path) => {
    const marks = marksAt((await actionRegistry.load(name)).input, path)
    expect(marks.has('literal') || marks.has('credential') || marks.has('secret')).toBe(false)
  })
})
