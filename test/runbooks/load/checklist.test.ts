import { describe, expect, it } from 'vitest'
import { spreadRunbook } from '../../../src/runbooks/plan/runbook-plan.js'
import { load, problemsOf } from './books.js'

const other = 'title: other\nsteps:\n  - { id: a, run: [echo, a], effect: idempotent }\n'
const checklist = (...items: readonly string[]): string =>
  `title: t\nchecklist: true\nsteps:\n${items.map((item) => `  - ${item}\n`).join('')}`

const problemsOfItems = (...items: readonly string[]) =>
  problemsOf({ 'arq/list.yaml': checklist(...items), 'arq/other.yaml': other })

const whatCan = 'an item is a check (effect read), a confirmation (manual), or `runbook: ID`'

describe('a checklist', () => {
  it('has items that only look, are confirmed by a person, or are runbooks', async () => {
    const { runbooks, diagnostics } = await load({
      'arq/list.yaml': `schedule: weekly\n${checklist(
        '{ id: look, run: [ls], effect: read }',
        '{ id: port, probe: { tcp: { host: 127.0.0.1, port: 1 } }, expect: [facts.open] }',
        '{ id: page, http: { method: GET, url: "http://127.0.0.1:1" }, effect: read }',
        '{ id: judged, check: arq/config }',
        '{ id: value, set: { half: { type: integer, value: 2 } }, expect: [facts.values.half > 1] }',
        '{ id: person, manual: look at it, when: "true" }',
        '{ id: book, runbook: arq/other }',
      )}`,
      'arq/other.yaml': other,
    })
    expect(diagnostics).toEqual([])
    const list = runbooks!.get('arq/list')!
    expect(list).toMatchObject({ isChecklist: true, schedule: 'weekly' })
    expect(list.steps.map(({ id, effect, asksFirst }) => [id, effect, asksFirst])).toEqual([
      ['look', 'read', false],
      ['port', 'read', false],
      ['page', 'read', false],
      ['judged', 'read', false],
      ['value', 'read', false],
      ['person', 'read', false],
      ['book', 'read', true],
    ])
    expect(runbooks!.get('arq/other')).toMatchObject({ isChecklist: false, schedule: undefined })
    expect(spreadRunbook(list, runbooks!).map(({ path }) => path)).toContain('book/a')
  })

  it.each([
    ['{ id: a, run: [ls], effect: idempotent }', `its effect is idempotent`],
    ['{ id: a, run: [ls], effect: once }', `its effect is once`],
    ['{ id: a, manual: do it, effect: once }', `its effect is once`],
    ['{ id: a, http: { method: POST, url: "http://127.0.0.1:1" }, effect: once }', 'its effect is once'],
  ])('refuses the effect of %s', async (item, what) => {
    expect(await problemsOfItems(item)).toEqual([
      `books/arq/list.yaml:4 checklist: an item of a checklist must not change anything, but ${what} (${whatCan}; put what changes something into a runbook of its own)`,
    ])
  })

  it.each([
    [
      '{ id: a, choose: { options: { x: { steps: [{ id: b, run: [ls], effect: read }] }, y: { steps: [{ id: c, run: [ls], effect: read }] } } } }',
      `a choose cannot be an item of a checklist (${whatCan})`,
    ],
    ['{ id: a, approve: { message: m } }', `an approve cannot be an item of a checklist (${whatCan})`],
    [
      '{ id: a, wait: { tcp: { host: 127.0.0.1, port: 1 } }, expect: [facts.open] }',
      'a wait cannot be an item of a checklist: an item is judged once (use probe, with retry where it may be tried again)',
    ],
    [
      '{ id: a, manual: look, needs: [] }',
      'an item of a checklist cannot have needs: it is judged whatever the others say',
    ],
  ])('refuses %s', async (item, problem) => {
    expect(await problemsOfItems(item)).toEqual([`books/arq/list.yaml:4 checklist: ${problem}`])
  })

  it('refuses sections that its items leave nothing to do for, all at once', async () => {
    const text = `on-failure: undo\n${checklist('{ id: a, manual: look }')}after-undo:\n  - { id: b, run: [ls], effect: once }\n`
    expect(await problemsOf({ 'arq/list.yaml': text })).toEqual([
      'books/arq/list.yaml:1 checklist: a checklist cannot have on-failure: every item of a checklist is judged, whatever the others say',
      'books/arq/list.yaml:6 checklist: a checklist cannot have after-undo: the items of a checklist change nothing, so nothing of theirs is undone',
    ])
  })

  it('cannot be part of a runbook, nor of another checklist', async () => {
    const list = checklist('{ id: a, manual: look }')
    const step = 'title: t\nsteps:\n  - { id: first, runbook: arq/list }\n'
    expect(
      await problemsOf({ 'arq/list.yaml': list, 'arq/more.yaml': step, 'arq/most.yaml': `checklist: true\n${step}` }),
    ).toEqual([
      'books/arq/more.yaml:3 checklist: arq/list is a checklist, which cannot be part of another runbook (run it by itself)',
      'books/arq/most.yaml:4 checklist: arq/list is a checklist, which cannot be part of another runbook (run it by itself)',
    ])
  })

  it('is said with true or false, and its schedule with a word that is known', async () => {
    const problems = await problemsOf({
      'arq/list.yaml': 'title: t\nchecklist: yes\nschedule: hourly\nsteps:\n  - { id: a, manual: look }\n',
    })
    expect(problems).toHaveLength(2)
    expect(problems[0]).toContain('books/arq/list.yaml:2')
    expect(problems[1]).toContain('books/arq/list.yaml:3')
  })
})
