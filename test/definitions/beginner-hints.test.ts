import { describe, expect, it } from 'vitest'
import { expressionHint, typeHint, wordHint } from '../../src/definitions/beginner-hints.js'
import { probeRegistry, collectorRegistry } from '../../src/engine/folder-registry.js'
import { loadDefinitions } from '../../src/checks/load/load-definitions.js'
import { actionRegistry } from '../../src/runbooks/action-registry.js'
import { loadRunbooks } from '../../src/runbooks/load/used-kinds.js'
import { folderOf } from '../e2e/cli/preflight.js'

/** `line:column code: hint` of everything that is wrong in a check with these lines. */
async function inCheck(...lines: readonly string[]): Promise<readonly string[]> {
  const text = [
    'stage: config',
    'checks:',
    '  one:',
    '    title: it is set',
    '    fix: set it',
    '    class: config',
    ...lines.map((line) => `    ${line}`),
  ]
  const folder = folderOf({ 'orders/server.yaml': `${text.join('\n')}\n` })
  const { diagnostics } = await loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry)
  return diagnostics.map(({ position, code, hint }) => `${position.line}:${position.column} ${code}: ${hint ?? ''}`)
}

async function inRunbook(text: string): Promise<readonly string[]> {
  const folder = folderOf({ 'orders/restart.yaml': text })
  const { diagnostics } = await loadRunbooks([{ folder, label: 'runbooks' }], actionRegistry, probeRegistry)
  return diagnostics.map(({ position, code, hint }) => `${position.line}:${position.column} ${code}: ${hint ?? ''}`)
}

const rest = ['severity: high', 'env: { name: ORDERS_URL }']

describe('a mistake that beginners make keeps its place and its code, and gets a hint', () => {
  it.each([
    [
      ['severity: warning', ...rest.slice(1), 'expect: [facts.set]'],
      '7:15 invalid-value: did you mean advisory? accepted: blocker, critical, high, advisory',
    ],
    [['severity: high', 'env: ORDERS_URL', 'expect: [facts.set]'], '8:10 wrong-type: write a mapping: { name: … }'],
    [[...rest, 'expect: facts.set'], '9:13 wrong-type: write a list: `- ` before each item, or [ and ] around them'],
    [[...rest, 'expect: [facts.set = true]'], '9:24 expression: two values are compared with ==, not ='],
    [[...rest, 'expect: [facts.set]', 'timeout: 5'], '10:14 wrong-type: a duration has a unit: 5s, 5ms or 5m'],
    [
      [...rest, 'expect: [facts.set]', 'when: true'],
      '10:11 wrong-type: an expression, such as when: profile == "prod"; without `when` it always applies',
    ],
    [
      ['severity: high', 'run: { argv: [ls] }', 'expect: [facts.started]'],
      '8:5 unknown-key: a program that a check runs is `command`; `run` is a step of a runbook',
    ],
    [
      [...rest, 'expect: [facts.set]', 'steps: []'],
      '10:5 unknown-key: `steps` belong to a runbook, a file of its own below `runbooks`',
    ],
  ])('%j', async (lines, expected) => {
    expect(await inCheck(...lines)).toEqual([expected])
  })

  it('in a runbook', async () => {
    const head = 'title: restart\ntarget: orders\nsteps:\n'
    const found = await inRunbook(
      `${head}  - { id: a, command: { argv: [ls] } }\n  - { id: b, run: ls, effect: read }\n  - { id: c, file: { path: / } }\n  - { id: d, manual: do it, severity: high }\n`,
    )
    expect(found).toEqual([
      '4:14 unknown-key: a program that a step runs is `run`; the probe of a check is written `probe: { command: { … } }` here',
      '5:19 invalid-value: write a mapping: { argv: … }',
      '6:14 unknown-key: a step observes with `probe: { file: { … } }`, or with `wait: { every: 1s, file: { … } }` until it is as expected',
      '7:29 unknown-key: `severity` belongs to a check',
    ])
    expect(await inRunbook(`${head}  - { id: a, manual: do it }\nchecks: {}\n`)).toEqual([
      '5:1 unknown-key: `checks` belongs to a file of checks; this is a runbook',
    ])
  })

  it('and one at the top of a file of checks', async () => {
    const folder = folderOf({ 'orders/server.yaml': 'steps: []\n' })
    const { diagnostics } = await loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry)
    expect(diagnostics[0]?.hint).toBe('`steps` belongs to a runbook, a file of its own below `runbooks`')
  })
})

describe('hints for expressions', () => {
  it.each([
    ['facts.a = 1', /==, not =/],
    ['facts.a === 1', /of two characters/],
    ['facts.a <> 1', /written !=/],
    ['facts.a and facts.b', /&&/],
    ['facts.a or facts.b', /\|\|/],
    ['not facts.a', /written !/],
    ['facts.a is "b"', /==/],
    ['${{ facts.a }} == 1', /without \$\{\{/],
  ])('%s', (text, hint) => expect(expressionHint(text)).toMatch(hint))

  it.each([
    'facts.a == "b = c and d"',
    "facts.a >= 1 && facts.b <= 2 || 'x is y' != facts.c",
    'facts.is == facts.not(',
  ])('none for %s', (text) => expect(expressionHint(text)).toBeUndefined())
})

it('has no hint where a word or a type says nothing', () => {
  expect(wordHint('warning', ['human', 'json'])).toBeUndefined()
  expect(wordHint('toString', ['high'])).toBeUndefined()
  expect(typeHint('title', 'string', 5)).toBeUndefined()
})
