import { describe, expect, it } from 'vitest'
import type { StepDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import type { PlannedStep } from '../../../src/runbooks/plan/runbook-plan.js'
import { MemoryRun, operation, planned, step, undo, World } from './support.js'

const changing = (id: string): StepDefinition => step(id, { effect: 'idempotent', undo: undo(`un${id}`) })

/** Steps, and behind them those that run after an undo. */
function withAfterUndo(steps: readonly StepDefinition[], ...after: readonly StepDefinition[]): PlannedStep[] {
  const [first] = planned([step('any')])
  return [
    ...planned(steps),
    ...after.map((definition) => ({
      ...first!,
      path: `after-undo/${definition.id}`,
      definition,
      isAfterUndo: true,
    })),
  ]
}

const reload = step('reload', { effect: 'idempotent' })

/** Makes it end otherwise from a number of times on. */
function failing(world: World, word: string, times: number): World {
  let left = times
  world.behaviours.set(word, () => ({ ok: left-- <= 0 }))
  return world
}

describe('the steps after an undo', () => {
  it('do not run in a run that completes', async () => {
    const world = new World()
    const run = new MemoryRun(world, withAfterUndo([changing('a')], reload))
    expect(await run.go()).toMatchObject({ state: 'completed' })
    expect(world.log).toEqual(['a'])
  })

  it('run in order when everything is undone, and are written down as other steps are', async () => {
    const world = new World()
    const look = step('look', { effect: 'read' })
    const run = new MemoryRun(world, withAfterUndo([changing('a'), changing('b')], reload, look))
    await run.go()
    expect(await run.back()).toMatchObject({ state: 'undone', exitCode: 21 })
    expect(world.log).toEqual(['a', 'b', 'unb', 'una', 'reload', 'look'])
    expect(
      run.entries.slice(-5).map(({ event }) => ('step' in event ? `${event.type} ${event.step}` : event.type)),
    ).toEqual([
      'step-intent after-undo/reload',
      'step-result after-undo/reload',
      'step-intent after-undo/look',
      'step-result after-undo/look',
      'run-ended',
    ])
  })

  it('run when a run goes back by itself', async () => {
    const world = failing(new World(), 'b', 1)
    const run = new MemoryRun(world, withAfterUndo([changing('a'), changing('b')], reload), { onFailure: 'undo' })
    expect(await run.go()).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['a', 'b', 'unb', 'una', 'reload'])
  })

  it('do not run while an undo has failed, and do when it is continued', async () => {
    const world = failing(new World(), 'una', 1)
    const run = new MemoryRun(world, withAfterUndo([changing('a'), changing('b')], reload))
    await run.go()
    expect(await run.back()).toMatchObject({ state: 'undo-failed', exitCode: 22 })
    expect(world.log).toEqual(['a', 'b', 'unb', 'una'])
    expect(await run.resume()).toMatchObject({ state: 'undone' })
    expect(world.log.slice(4)).toEqual(['una', 'reload'])
  })

  it('do not run when nothing was undone', async () => {
    const world = failing(new World(), 'a', 1)
    const run = new MemoryRun(world, withAfterUndo([step('a', { effect: 'read' })], reload))
    await run.go()
    expect(await run.back()).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['a'])
    expect(run.states()['after-undo/reload']).toBe('skipped')
  })

  it('of an included runbook run only when something of it was undone', async () => {
    const world = new World()
    const inner = (path: string, own: string): PlannedStep[] => {
      const [base] = planned([changing(own)])
      const frame = { runbook: base!.frame.runbook, path, parent: base!.frame }
      return [
        { ...base!, frame, path: `${path}/${own}` },
        { ...base!, frame, path: `${path}/after-undo/reload`, definition: step(`reload-${path}`), isAfterUndo: true },
      ]
    }
    const [one, oneAfter] = inner('one', 'a')
    const [two, twoAfter] = inner('two', 'b')
    const isSkipped = { source: 'false', references: [], evaluate: () => false }
    const steps = [one!, { ...two!, definition: { ...two!.definition, when: isSkipped } }, twoAfter!, oneAfter!]
    const run = new MemoryRun(world, steps)
    await run.go()
    await run.back()
    expect(world.log).toEqual(['a', 'una', 'reload-one'])
    expect(run.fold.step('two/after-undo/reload')).toMatchObject({
      state: 'skipped',
      message: 'nothing of two was undone',
    })
  })

  it('that fail make the undo one that failed, with what to do; a resume runs them again, and nothing else', async () => {
    const world = failing(new World(), 'reload', 1)
    const run = new MemoryRun(world, withAfterUndo([changing('a')], reload))
    await run.go()
    expect(await run.back()).toMatchObject({
      state: 'undo-failed',
      exitCode: 22,
      message:
        'the steps are undone, but after-undo/reload, which must follow that, failed: facts.ok is false; fix the cause and resume the run, or do it by hand and resolve after-undo/reload as done',
    })
    expect(await run.resume()).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['a', 'una', 'reload', 'reload'])
  })

  it('are continued by another undo as well', async () => {
    const world = failing(new World(), 'reload', 1)
    const run = new MemoryRun(world, withAfterUndo([changing('a')], reload))
    await run.go()
    await run.back()
    expect(await run.back()).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['a', 'una', 'reload', 'reload'])
  })

  it('are done by the word of an operator', async () => {
    const world = failing(new World(), 'reload', 9)
    const run = new MemoryRun(world, withAfterUndo([changing('a')], reload))
    await run.go()
    await run.back()
    const by = { user: 'ada', uid: 1, host: 'h', pid: 1 }
    run.append({ type: 'step-resolved', step: 'after-undo/reload', as: 'done', reason: 'by hand', operator: by })
    expect(await run.resume()).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['a', 'una', 'reload'])
  })

  it('that must happen at most once and were cut off are left to an operator', async () => {
    const world = new World()
    const run = new MemoryRun(world, withAfterUndo([changing('a')], step('reload', { effect: 'once' })))
    await run.go()
    await run.back()
    run.entries.splice(run.entries.findLastIndex(({ event }) => event.type === 'step-result'))
    expect(await run.resume()).toMatchObject({ state: 'undo-failed', exitCode: 24 })
    expect(world.log.filter((word) => word === 'reload')).toHaveLength(1)
  })

  it('that were cut off are verified where a verification can tell', async () => {
    const world = new World()
    const definition = step('reload', { effect: 'once', verify: operation('look') })
    const run = new MemoryRun(world, withAfterUndo([changing('a')], definition))
    await run.go()
    await run.back()
    run.entries.splice(run.entries.findLastIndex(({ event }) => event.type === 'step-result'))
    expect(await run.resume()).toMatchObject({ state: 'undone' })
    expect(world.log.slice(2)).toEqual(['reload', 'look', 'look'])
  })

  it('come to their end from every place at which the process may die', async () => {
    const build = (world: World) =>
      new MemoryRun(world, withAfterUndo([changing('a'), changing('b')], reload, step('look', { effect: 'read' })))
    const whole = build(new World())
    await whole.go()
    const start = whole.entries.length
    await whole.back()
    for (let length = start + 1; length < whole.entries.length; length += 1) {
      const world = new World()
      const run = build(world)
      run.entries.splice(0, run.entries.length, ...whole.entries.slice(0, length))
      expect(await run.resume(), `cut off after entry ${length}`).toMatchObject({
        state: 'undone',
        message: 'everything that was done is undone',
      })
      expect(run.states()).toEqual({
        a: 'undone',
        b: 'undone',
        'after-undo/reload': 'done',
        'after-undo/look': 'done',
      })
      // Whatever was left to do is done in this order.
      const order = ['unb', 'una', 'reload', 'look']
      expect(world.log).toEqual(order.slice(order.length - world.log.length))
    }
  })
})
