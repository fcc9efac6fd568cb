import { describe, expect, it } from 'vitest'
import { misconfigured } from '../../../src/net/refusal.js'
import { UnansweredError } from '../../../src/engine/person.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { MemoryRun, noPerson, operation, operator, plannedItems, step, undo, World } from './support.js'

function worldOf(behaviours: Record<string, Parameters<World['behaviours']['set']>[1]> = {}): World {
  const world = new World()
  for (const [word, behaviour] of Object.entries(behaviours)) world.behaviours.set(word, behaviour)
  return world
}

const check = (id: string) => step(id, { effect: 'read' })
const confirmation = (id: string) => step(id, { effect: 'read', kind: 'ask' })
const book = (id: string) => step(id, { effect: 'read', asksFirst: true, includes: `example/${id}` })
const red = () => ({ ok: false })
const nobody = (): never => {
  throw new UnansweredError('there is no terminal')
}
const silent = (): never => {
  throw new Error('no answer')
}
const refused = (): never => {
  throw new NotPerformedError('connection-refused', { cause: misconfigured('connection-refused', 'by bus:9100') })
}

describe('a checklist', () => {
  it('judges every item, also when the first is red', async () => {
    const world = worldOf({ first: red })
    const run = new MemoryRun(world, plannedItems([check('first'), check('second'), confirmation('third')]))
    expect(await run.go()).toMatchObject({
      state: 'failed',
      exitCode: 1,
      message: '2 of 3 items hold; failed: first',
    })
    expect(run.states()).toEqual({ first: 'failed', second: 'done', third: 'done' })
    expect(world.log).toEqual(['first', 'second', 'third'])
  })

  it.each([
    ['completed', 0, {}],
    ['open', 29, { person: nobody }],
    ['not-evaluated', 4, { person: nobody, other: silent }],
    ['failed', 1, { person: nobody, other: silent, one: red }],
    ['failed', 1, { one: refused }],
    ['failed', 1, { person: red }],
  ] as const)('is %s (%i)', async (state, exitCode, behaviours) => {
    const items = [check('one'), check('other'), confirmation('person')]
    const record = await new MemoryRun(worldOf(behaviours), plannedItems(items)).go()
    expect(record.state.replace('-with-manual', '')).toBe(state)
    expect(record.exitCode).toBe(exitCode)
  })

  it('does not tick what could not be evaluated before it began', async () => {
    const broken = { source: 'outputs.x', references: [], evaluate: silent }
    const run = new MemoryRun(worldOf(), plannedItems([step('one', { effect: 'read', when: broken }), check('two')]))
    expect(await run.go()).toMatchObject({ exitCode: 4 })
    expect(run.states()).toEqual({ one: 'not-evaluated', two: 'done' })
  })

  it('retries an item that may be tried again, whether it was red or not evaluated', async () => {
    let tries = 0
    const world = worldOf({ one: () => (++tries === 1 ? silent() : { ok: tries === 3 }) })
    const items = plannedItems([step('one', { effect: 'read', retry: { attempts: 3, delay: 1 } })])
    expect(await new MemoryRun(world, items).go()).toMatchObject({ exitCode: 0 })
  })

  it('asks at a resume for nothing that holds, and judges again what did not', async () => {
    let tries = 0
    const world = worldOf({ late: () => ({ ok: ++tries > 1 }), person: () => (tries > 1 ? { ok: true } : nobody()) })
    const items = [check('late'), check('holds'), confirmation('said'), confirmation('person')]
    const run = new MemoryRun(world, plannedItems(items))
    expect(await run.go()).toMatchObject({ exitCode: 1 })
    expect(await run.resume()).toMatchObject({ state: 'completed-with-manual', exitCode: 0 })
    expect(world.log).toEqual(['late', 'holds', 'said', 'person', 'late', 'person'])
  })

  it('goes on after an interruption with the item that was not seen to end', async () => {
    const abort = new AbortController()
    const world = worldOf({ two: () => (abort.abort(), silent()) })
    const run = new MemoryRun(world, plannedItems([check('one'), check('two'), check('three')]))
    const stopped = await run.go({ signal: abort.signal, interruptedBy: () => 130 })
    expect(stopped).toMatchObject({ state: 'interrupted', exitCode: 130 })
    expect(run.states()).toMatchObject({ one: 'done', three: 'not-run' })
    world.behaviours.clear()
    expect(await run.resume()).toMatchObject({ state: 'completed', exitCode: 0 })
    expect(world.log).toEqual(['one', 'two', 'two', 'three'])
  })

  it('takes an operator’s word for a confirmation', async () => {
    const run = new MemoryRun(worldOf({ person: nobody }), plannedItems([check('one'), confirmation('person')]))
    expect(await run.go()).toMatchObject({ exitCode: 29 })
    run.append({ type: 'step-resolved', step: 'person', as: 'done', reason: 'seen on the phone', operator })
    expect(await run.resume()).toMatchObject({ state: 'completed-with-manual', exitCode: 0 })
  })

  it('judges the other items without what one of them requires', async () => {
    const world = worldOf()
    const requirement = {
      kind: 'program' as const,
      name: 'psql',
      neededBy: ['two'],
      holds: false,
      found: 'was not found on the PATH',
      fix: 'install it',
    }
    const run = new MemoryRun(world, plannedItems([check('one'), check('two')]), {
      judgeRequirements: () => Promise.resolve([requirement]),
    })
    expect(await run.go()).toMatchObject({ exitCode: 4 })
    expect(run.fold.step('two').message).toContain('program psql was not found on the PATH')
    expect(world.log).toEqual(['one'])
  })
})

describe('a runbook as an item', () => {
  const approved = new Set(['backup'])
  const items = (more: Parameters<typeof step>[1] = {}) =>
    plannedItems([
      [book('backup'), step('save', { undo: undo('drop') }), step('read', more), step('tell')],
      check('last'),
    ])

  it('is not carried out before it is approved, and is open', async () => {
    const world = worldOf()
    const run = new MemoryRun(world, items())
    expect(await run.go()).toMatchObject({ state: 'open', exitCode: 29 })
    expect(run.states()).toMatchObject({ backup: 'open', 'backup/save': 'not-run', last: 'done' })
    expect(run.fold.step('backup').message).toContain('give --approve backup')
    expect(world.log).toEqual(['last'])
    expect(await run.resume({ approved })).toMatchObject({ state: 'completed', exitCode: 0 })
    expect(world.log).toEqual(['last', 'backup', 'save', 'read', 'tell'])
  })

  it('is asked for, with the steps that it would carry out', async () => {
    let asked = ''
    const person = {
      ...noPerson,
      type: ({ explain }: { explain?: string }) => ((asked = explain ?? ''), Promise.resolve('backup')),
    }
    expect(await new MemoryRun(worldOf(), items()).go({ person })).toMatchObject({ exitCode: 0 })
    expect(asked).toBe(
      'backup: step backup\nThis item runs example/backup:\n  backup/save  step save\n  backup/read  step read\n  backup/tell  step tell',
    )
  })

  it('stops at its own first red step, is red itself, and leaves the others to be judged', async () => {
    const world = worldOf({ read: red })
    const run = new MemoryRun(world, items())
    expect(await run.go({ approved })).toMatchObject({ exitCode: 1, message: '1 of 2 items holds; failed: backup' })
    expect(run.states()).toEqual({
      backup: 'failed',
      'backup/save': 'done',
      'backup/read': 'failed',
      'backup/tell': 'not-run',
      last: 'done',
    })
    expect(run.fold.step('backup').message).toBe('backup/read failed: facts.ok is false')
    expect(await run.back()).toMatchObject({ state: 'undone' })
    expect(world.log.at(-1)).toBe('drop')
  })

  it('goes on where it stopped', async () => {
    const world = worldOf({ read: red })
    const run = new MemoryRun(world, items({ effect: 'read' }))
    await run.go({ approved })
    world.behaviours.clear()
    expect(await run.resume()).toMatchObject({ state: 'completed', exitCode: 0 })
    expect(world.log).toEqual(['backup', 'save', 'read', 'last', 'backup', 'read', 'tell'])
  })

  it('is open when a person in it does not answer', async () => {
    const run = new MemoryRun(worldOf({ read: nobody }), items())
    expect(await run.go({ approved })).toMatchObject({ exitCode: 29 })
    expect(run.states()).toMatchObject({ backup: 'open', 'backup/read': 'cancelled', last: 'done' })
  })

  it('is not evaluated when it is unknown what became of a step', async () => {
    const run = new MemoryRun(worldOf({ save: silent }), items())
    expect(await run.go({ approved })).toMatchObject({ exitCode: 4 })
    expect(run.states()).toMatchObject({ backup: 'not-evaluated', 'backup/save': 'unknown', last: 'done' })
    run.append({ type: 'step-resolved', step: 'backup/save', as: 'done', reason: 'it is there', operator })
    expect(await run.resume()).toMatchObject({ exitCode: 0 })
  })

  it('is skipped with its steps where its condition is false', async () => {
    const never = { source: 'false', references: [], evaluate: () => false }
    const run = new MemoryRun(
      worldOf(),
      plannedItems([[{ ...book('backup'), when: never }, step('save', { verify: operation('look') })], check('last')]),
    )
    expect(await run.go()).toMatchObject({ state: 'completed' })
    expect(run.states()).toEqual({ backup: 'skipped', 'backup/save': 'skipped', last: 'done' })
  })

  it('is not ticked when the run is interrupted within it', async () => {
    const abort = new AbortController()
    const world = worldOf({ read: () => (abort.abort(), silent()) })
    const run = new MemoryRun(world, items({ effect: 'read' }))
    expect(await run.go({ approved, signal: abort.signal })).toMatchObject({ state: 'interrupted' })
    expect(run.states()).toMatchObject({ backup: 'cancelled', 'backup/read': 'cancelled', last: 'not-run' })
    world.behaviours.clear()
    expect(await run.resume({ approved })).toMatchObject({ state: 'completed' })
  })
})
