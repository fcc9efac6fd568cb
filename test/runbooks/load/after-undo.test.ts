import { expect, it } from 'vitest'
import { spreadRunbook } from '../../../src/runbooks/plan/runbook-plan.js'
import { load, problemsOf } from './books.js'

const step = (id: string) => `  - { id: ${id}, run: [echo, ${id}], effect: idempotent }\n`

it('is put behind all steps, that of the runbook which is included last first', async () => {
  const { runbooks, diagnostics } = await load({
    'arq/inner.yaml': `title: inner\nsteps:\n${step('a')}after-undo:\n${step('reload')}`,
    'arq/outer.yaml': `title: outer
steps:
${step('first')}  - id: one
    runbook: arq/inner
  - id: two
    runbook: arq/inner
after-undo:
${step('restart')}${step('look')}`,
  })
  expect(diagnostics).toEqual([])
  const steps = spreadRunbook(runbooks!.get('arq/outer')!, runbooks!)
  expect(steps.map(({ path, isAfterUndo }) => [path, isAfterUndo === true])).toEqual([
    ['first', false],
    ['one', false],
    ['one/a', false],
    ['two', false],
    ['two/a', false],
    ['two/after-undo/reload', true],
    ['one/after-undo/reload', true],
    ['after-undo/restart', true],
    ['after-undo/look', true],
  ])
})

it('reads what the steps captured', async () => {
  const { diagnostics } = await load({
    'arq/one.yaml': `title: t
steps:
  - { id: a, run: [ls], effect: read, capture: { found: { type: string, value: facts.stdout } } }
after-undo:
  - { id: b, run: [echo, "\${{ outputs.found }}"], effect: idempotent, when: outputs.found != "" }
`,
  })
  expect(diagnostics).toEqual([])
})

it('is never undone, destructive, captured from, approved or another runbook', async () => {
  expect(
    await problemsOf({
      'arq/inner.yaml': `title: inner\nsteps:\n${step('a')}`,
      'arq/one.yaml': `title: t
steps:
${step('after-undo')}after-undo:
  - { id: a, run: [ls], effect: once, undo: { run: [ls] } }
  - { id: b, run: [ls], effect: once, destructive: true }
  - { id: c, run: [ls], effect: read, needs: [] }
  - { id: d, runbook: arq/inner }
  - { id: e, approve: { message: yes } }
  - { id: f, set: { x: { type: string, value: a } } }
`,
    }),
  ).toEqual([
    'books/arq/one.yaml:3 step-id: after-undo cannot be the id of a step: the paths of the steps after an undo begin with it',
    'books/arq/one.yaml:5 unknown-key: unknown key undo: neither a property of a step after an undo nor a kind of action',
    'books/arq/one.yaml:6 unknown-key: unknown key destructive: neither a property of a step after an undo nor a kind of action',
    expect.stringContaining('books/arq/one.yaml:7 unknown-key: unknown key needs'),
    'books/arq/one.yaml:8 after-undo: a runbook cannot run after an undo',
    'books/arq/one.yaml:9 after-undo: an approve cannot run after an undo',
    'books/arq/one.yaml:10 after-undo: a set cannot run after an undo',
  ])
})

it('is a list of at least one step', async () => {
  expect(await problemsOf({ 'arq/one.yaml': `title: t\nsteps:\n${step('a')}after-undo: []\n` })).toEqual([
    'books/arq/one.yaml:4 invalid-value: after-undo: must have at least 1 entry',
  ])
})
