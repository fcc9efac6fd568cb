import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { authorSchema } from '../../scripts/reference/json-schema.js'
import { expressionCompiler } from '../../src/load/expression/compile.js'
import { Problems } from '../../src/load/problems.js'
import { factTypeOf } from '../../src/model/facts.js'
import { actionRegistry } from '../../src/registry/actions.js'

/** The kinds that judge, ask or arrange; the others act on machines. */
const names = ['approve', 'check', 'choose', 'manual', 'runbook', 'set', 'wait']
const askingPeople = ['approve', 'choose', 'manual']

interface Described {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Described>>
  readonly anyOf?: readonly Described[]
}

function undescribed(schema: Described): string[] {
  const own = Object.entries(schema.properties ?? {}).filter(([, field]) => (field.description ?? '') === '').map(([field]) => field)
  return [...own, ...(schema.anyOf ?? []).flatMap(undescribed)]
}

describe.each(names)('%s', (name) => {
  it('has a title, a description, its effects, and a sibling test', async () => {
    const kind = await actionRegistry.load(name)
    expect(kind.title).not.toBe('')
    expect(kind.description.length).toBeGreaterThan(40)
    expect(kind.effects).toEqual(name === 'manual' ? ['once', 'read'] : ['read'])
    expect(existsSync(join(import.meta.dirname, `../actions/${name}.test.ts`))).toBe(true)
  })

  it('waits for people without a limit, for everything else with one', async () => {
    const kind = await actionRegistry.load(name)
    expect(kind.asksPerson === true).toBe(askingPeople.includes(name))
    expect(kind.defaultTimeout === undefined).toBe(askingPeople.includes(name))
  })

  it('describes every input and every fact', async () => {
    const kind = await actionRegistry.load(name)
    expect(undescribed(authorSchema(kind.input) as Described)).toEqual([])
    expect(undescribed(z.toJSONSchema(kind.facts, { io: 'input', unrepresentable: 'any' }) as Described)).toEqual([])
  })

  it('has expectations of its own, and examples, that compile', async () => {
    const kind = await actionRegistry.load(name)
    // What a wait sees are the facts of its probe.
    const examples = kind.structure === 'probe' ? [] : kind.examples
    const compiler = expressionCompiler({ facts: factTypeOf(kind.facts) })
    const problems = new Problems()
    for (const text of [...kind.expect, ...examples.map((example) => example.expect)]) expect(compiler.compile({ text, at: () => ({ file: name, line: 1, column: 1 }) }, problems)?.type, text).toBe('bool')
    expect(problems.sorted()).toEqual([])
    expect(kind.examples.length).toBeGreaterThan(0)
    for (const { input } of examples) {
      expect(kind.input.safeParse(input).error?.issues ?? []).toEqual([])
      expect(kind.describe(kind.input.parse(input)).lines.length).toBeGreaterThan(0)
    }
  })
})
