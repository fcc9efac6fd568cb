import { describe, expect, it } from 'vitest'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { MemoryRun, noPerson, operation, operator, okIsTrue, planned, step, undo, World } from './support.js'

function worldOf(behaviours: Record<string, Parameters<World['behaviours']['set']>[1]> = {}): World {
  const world = new World()
  for (const [word, behaviour] of Object.entries(behaviours)) world.behaviours.set(word, behaviour)
  return world
}

const lost = (): never => {
  throw new Error('the connection broke')
}

describe('a run forward', () => {
  it('carries out every step in order and completes', async () => {
    const world = worldOf()
    const run = new MemoryRun(
      world,
      planned([step('one', { effect: 'read' }), step('two'), step('three', { verify: operation('look') })]),
    )
    const record = await run.go()
    expect(record).toMatchObject({ state: 'completed', exitCode: 0 })
    expect(run.states()).toEqual({ one: 'done', two: 'done', three: 'verified' })
    expect(world.log).toEqual(['one', 'two', 'three', 'look'])
  })

  it('writes the intent of a step before it acts and the result after', async () => {
    const seen: string[] = []
    const world = worldOf({ one: () => (seen.push(...run.entries.map(({ event }) => event.type)), { ok: true }) })
    const run = new MemoryRun(world, planned([step('one')]))
    await run.go()
    expect(seen).toEqual(['run-started', 'step-intent'])
    expect(run.entries.map(({ event }) => event.type)).toEqual([
      'run-started',
      'step-intent',
      'step-result',
      'run-ended',
    ])
  })

  it('acts on nothing when the intent cannot be written', async () => {
    const world = worldOf()
    const run = new MemoryRun(world, planned([step('one')]))
    await expect(run.go({ append: () => Promise.reject(new Error('no room')) })).rejects.toThrow('no room')
    expect(world.log).toEqual([])
  })

  it('stops at the first step that fails: what comes after is not run, and that is not a success', async () => {
    const run = new MemoryRun(
      worldOf({ two: () => ({ ok: false }) }),
      planned([step('one'), step('two'), step('three')]),
    )
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 20, message: 'two failed: facts.ok is false' })
    expect(run.states()).toEqual({ one: 'done', two: 'failed', three: 'not-run' })
  })

  it('writes down what the kind of a failed step found, its summary for the run and all of it for the step', async () => {
    const world = worldOf({ one: () => ({ ok: false, note: 'a is off' }) })
    Object.assign(world, { kind: { ...world.kind, explain: ({ note }: { note: string }) => `1 of 2 is red\n${note}` } })
    const plain = new MemoryRun(world, planned([step('one')]))
    expect(await plain.go()).toMatchObject({ state: 'failed', message: 'one failed: 1 of 2 is red' })
    expect(plain.fold.step('one').message).toBe('1 of 2 is red\na is off')
    const worded = new MemoryRun(
      world,
      planned([
        step('one', { expect: [{ ...okIsTrue, message: { references: [], resolve: () => 'do not deploy' } }] }),
      ]),
    )
    expect(await worded.go()).toMatchObject({ message: 'one failed: do not deploy' })
    expect(worded.fold.step('one').message).toBe('do not deploy\n1 of 2 is red\na is off')
  })

  it('is not a success when every step was skipped', async () => {
    const never = { source: 'false', references: [], evaluate: () => false }
    const run = new MemoryRun(worldOf(), planned([step('one', { when: never }), step('two', { when: never })]))
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 20 })
  })

  it('fails a step whose condition cannot be evaluated, without acting', async () => {
    const world = worldOf()
    const broken = { source: 'outputs.x', references: [], evaluate: lost }
    const run = new MemoryRun(world, planned([step('one', { when: broken })]))
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 20 })
    expect(world.log).toEqual([])
    expect(run.fold.step('one').mayHaveEffect).toBe(false)
  })

  it('retries a step that may be repeated, and journals every attempt', async () => {
    let tries = 0
    const run = new MemoryRun(
      worldOf({ one: () => ({ ok: ++tries === 3 }) }),
      planned([step('one', { effect: 'idempotent', retry: { attempts: 3, delay: 1 } })]),
    )
    expect(await run.go()).toMatchObject({ state: 'completed' })
    expect(run.entries.filter(({ event }) => event.type === 'step-intent')).toHaveLength(3)
  })

  it('fails a step that ended well and did not take effect', async () => {
    const run = new MemoryRun(
      worldOf({ look: () => ({ ok: false }) }),
      planned([step('one', { verify: operation('look') })]),
    )
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 20 })
    expect(run.fold.step('one')).toMatchObject({ state: 'failed', mayHaveEffect: true })
  })

  it('completes with manual where a person had a part in it', async () => {
    const run = new MemoryRun(worldOf(), planned([step('one', { kind: 'ask' })]))
    expect(await run.go()).toMatchObject({ state: 'completed-with-manual', exitCode: 0 })
  })
})

describe('a step that must happen at most once and was not seen to end', () => {
  it('is unknown without a verification, and the run waits for an operator', async () => {
    const world = worldOf({ one: lost })
    const run = new MemoryRun(world, planned([step('one'), step('two')]))
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 24 })
    expect(run.states()).toEqual({ one: 'unknown', two: 'not-run' })
    expect(await run.resume()).toMatchObject({ state: 'failed', exitCode: 24 })
    expect(world.log).toEqual(['one'])
  })

  it.each([
    ['done', { state: 'completed-with-manual', exitCode: 0 }, ['one', 'two']],
    ['not-done', { state: 'completed-with-manual', exitCode: 0 }, ['one', 'one', 'two']],
  ] as const)('goes on from an operator’s word that it was %s', async (as, end, log) => {
    let times = 0
    const world = worldOf({ one: () => (times++ === 0 ? lost() : { ok: true }) })
    const run = new MemoryRun(world, planned([step('one'), step('two')]))
    await run.go()
    run.append({
      type: 'step-resolved',
      step: 'one',
      as,
      reason: 'looked',
      operator: { user: 'ada', uid: 1, host: 'h', pid: 1 },
    })
    expect(await run.resume()).toMatchObject(end)
    expect(world.log).toEqual(log)
  })

  it('took effect when its verification holds', async () => {
    const world = worldOf({ one: lost })
    const run = new MemoryRun(world, planned([step('one', { verify: operation('look') })]))
    expect(await run.go()).toMatchObject({ state: 'completed' })
    expect(run.states()).toEqual({ one: 'verified' })
  })

  it('failed without effect when its verification does not hold, and may then be carried out on resume', async () => {
    let isDone = false
    const world = worldOf({
      one: () => (world.log.filter((word) => word === 'one').length === 1 ? lost() : ((isDone = true), { ok: true })),
      look: () => ({ ok: isDone }),
    })
    const run = new MemoryRun(world, planned([step('one', { verify: operation('look') })]))
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 20 })
    expect(run.fold.step('one').mayHaveEffect).toBe(false)
    expect(await run.resume()).toMatchObject({ state: 'completed' })
  })

  it('is unknown when its verification found a problem, whatever is expected beside it', async () => {
    const noProblem = {
      that: {
        source: 'facts.note == ""',
        references: ['facts.note'],
        evaluate: ({ facts }: { facts?: unknown }) => (facts as { note: string }).note === '',
      },
      message: undefined,
    }
    for (const ok of [true, false]) {
      const run = new MemoryRun(
        worldOf({ one: lost, look: () => ({ ok, note: 'refused' }) }),
        planned([step('one', { verify: { ...operation('look'), guard: noProblem } })]),
      )
      expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 24 })
      expect(run.states()).toEqual({ one: 'unknown' })
    }
  })

  it('is unknown when its verification cannot tell', async () => {
    const run = new MemoryRun(worldOf({ one: lost, look: lost }), planned([step('one', { verify: operation('look') })]))
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 24 })
    expect(run.states()).toEqual({ one: 'unknown' })
  })

  it('had no effect when nothing of it was done', async () => {
    const run = new MemoryRun(
      worldOf({
        one: () => {
          throw new NotPerformedError('the program is not there')
        },
      }),
      planned([step('one')]),
    )
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 20 })
    expect(run.fold.step('one')).toMatchObject({
      state: 'failed',
      mayHaveEffect: false,
      message: 'the program is not there',
    })
  })

  it('is cut off at its time limit even when it ignores its signal', async () => {
    const run = new MemoryRun(
      worldOf({ one: () => new Promise(() => undefined) }),
      planned([step('one', { timeout: 30 })]),
    )
    expect(await run.go()).toMatchObject({ state: 'failed', exitCode: 24 })
    expect(run.fold.step('one').message).toContain('did not end within 30ms')
  })
})

describe('the way back', () => {
  const three = () =>
    planned([
      step('one', { undo: undo('un-one') }),
      step('two', { effect: 'idempotent', undo: undo('un-two') }),
      step('three', { undo: undo('un-three') }),
    ])

  it('undoes the latest first, the step that failed half-way included', async () => {
    const world = worldOf({ three: () => ({ ok: false }) })
    const run = new MemoryRun(world, three())
    await run.go()
    expect(await run.back()).toMatchObject({ state: 'undone', exitCode: 21, direction: 'undo' })
    expect(world.log.slice(3)).toEqual(['un-three', 'un-two', 'un-one'])
    expect(run.states()).toEqual({ one: 'undone', two: 'undone', three: 'undone' })
  })

  it('is taken by itself where the runbook says so', async () => {
    const world = worldOf({ three: () => ({ ok: false }) })
    const run = new MemoryRun(world, three(), { onFailure: 'undo' })
    expect(await run.go()).toMatchObject({
      state: 'undone',
      exitCode: 21,
      undoReason: 'three failed: facts.ok is false',
    })
  })

  it('undoes what may have happened, and not what certainly did not', async () => {
    const world = worldOf({ two: lost })
    const run = new MemoryRun(
      world,
      planned([step('one', { undo: undo('un-one') }), step('two', { undo: undo('un-two') })]),
    )
    await run.go()
    await run.back()
    expect(world.log).toEqual(['one', 'two', 'un-two', 'un-one'])
    const other = worldOf({
      two: () => {
        throw new NotPerformedError('no')
      },
    })
    const second = new MemoryRun(
      other,
      planned([step('one', { undo: undo('un-one') }), step('two', { undo: undo('un-two') })]),
    )
    await second.go()
    await second.back()
    expect(other.log).toEqual(['one', 'two', 'un-one'])
  })

  it('never goes back past a point of no return', async () => {
    const world = worldOf({ three: () => ({ ok: false }) })
    const run = new MemoryRun(
      world,
      planned([
        step('one', { undo: undo('un-one') }),
        step('two', { pointOfNoReturn: true, undo: undo('un-two') }),
        step('three', { undo: undo('un-three') }),
      ]),
    )
    await run.go()
    expect((await run.back()).message).toContain('one (two is a point of no return)')
    expect(world.log.slice(3)).toEqual(['un-three'])
  })

  it('stops at an undo that fails, the worst outcome, and can be taken again', async () => {
    let isBroken = true
    const world = worldOf({ 'un-two': () => ({ ok: !isBroken }) })
    const run = new MemoryRun(world, three())
    await run.go()
    expect(await run.back()).toMatchObject({ state: 'undo-failed', exitCode: 22 })
    expect(run.states()).toEqual({ one: 'done', two: 'undo-failed', three: 'undone' })
    isBroken = false
    expect(await run.back()).toMatchObject({ state: 'undone' })
    expect(world.log.slice(3)).toEqual(['un-three', 'un-two', 'un-two', 'un-one'])
  })

  it('verifies an undo that says how', async () => {
    const run = new MemoryRun(
      worldOf({ look: () => ({ ok: false }) }),
      planned([step('one', { undo: undo('un-one', 'idempotent', operation('look')) })]),
    )
    await run.go()
    expect(await run.back()).toMatchObject({ state: 'undo-failed', exitCode: 22 })
  })

  it('does not repeat by itself an undo that must happen at most once and was not seen to end', async () => {
    const world = worldOf({ 'un-one': lost })
    const run = new MemoryRun(world, planned([step('one', { undo: undo('un-one', 'once') })]))
    await run.go()
    expect(await run.back()).toMatchObject({ state: 'undo-failed', exitCode: 24 })
    expect(await run.back()).toMatchObject({ state: 'undo-failed', exitCode: 24 })
    expect(world.log).toEqual(['one', 'un-one'])
    run.append({
      type: 'step-resolved',
      step: 'one',
      as: 'undone',
      reason: 'looked',
      operator: { user: 'ada', uid: 1, host: 'h', pid: 1 },
    })
    expect(await run.back()).toMatchObject({ state: 'undone' })
  })
})

describe('an interruption', () => {
  it.each([
    ['read', 'cancelled', ['one', 'one', 'two']],
    ['idempotent', 'cancelled', ['one', 'one', 'two']],
    ['once', 'unknown', ['one']],
  ] as const)(
    'in a step that is %s leaves it %s, starts nothing more, and can be resumed',
    async (effect, state, log) => {
      const controller = new AbortController()
      let isFirst = true
      const world = worldOf({
        one: ({ signal }) => {
          if (!isFirst) return { ok: true }
          isFirst = false
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('aborted')))
            controller.abort()
          })
        },
      })
      const run = new MemoryRun(world, planned([step('one', { effect }), step('two')]))
      expect(await run.go({ signal: controller.signal, interruptedBy: () => 143 })).toMatchObject({
        state: 'interrupted',
        exitCode: 143,
      })
      expect(run.states()).toEqual({ one: state, two: 'not-run' })
      await run.resume()
      expect(world.log).toEqual(log)
    },
  )

  it('before the verification leaves that to the resume', async () => {
    const controller = new AbortController()
    const world = worldOf({ one: () => (controller.abort(), { ok: true }) })
    const run = new MemoryRun(world, planned([step('one', { verify: operation('look') })]))
    expect(await run.go({ signal: controller.signal })).toMatchObject({ state: 'interrupted', exitCode: 130 })
    expect(run.states()).toEqual({ one: 'done' })
    expect(await run.resume()).toMatchObject({ state: 'completed' })
    expect(world.log).toEqual(['one', 'look'])
  })
})

describe('a destructive step', () => {
  it('is refused without a terminal and without --approve', async () => {
    const world = worldOf()
    const run = new MemoryRun(world, planned([step('one', { destructive: true })]))
    const record = await run.go()
    expect(record).toMatchObject({ state: 'cancelled', exitCode: 23 })
    expect(record.message).toContain('--approve one')
    expect(world.log).toEqual([])
  })

  it('needs its own path typed: no other word will do', async () => {
    const world = worldOf()
    const run = new MemoryRun(world, planned([step('one', { destructive: true })]))
    expect(await run.go({ person: { ...noPerson, type: () => Promise.resolve('yes') } })).toMatchObject({
      state: 'cancelled',
      exitCode: 23,
    })
    expect(await run.resume({ person: { ...noPerson, type: () => Promise.resolve('one') } })).toMatchObject({
      state: 'completed',
    })
    expect(run.fold.step('one').approvedBy?.user).toBe('ada')
  })

  it('continues when it was approved by its path beforehand', async () => {
    const run = new MemoryRun(worldOf(), planned([step('one', { destructive: true })]))
    expect(await run.go({ approved: new Set(['one']) })).toMatchObject({ state: 'completed' })
  })

  it('is asked about again where it would do something else than what was approved, and only there', async () => {
    const failing = (): MemoryRun =>
      new MemoryRun(
        worldOf({ one: () => ({ ok: false }), two: () => ({ ok: true }) }),
        planned([step('one', { destructive: true, effect: 'idempotent' })]),
      )
    const run = failing()
    expect(await run.go({ approved: new Set(['one']) })).toMatchObject({ state: 'failed' })
    const other = planned([step('one', { destructive: true, effect: 'idempotent', action: step('two').action })])
    expect(await run.resume({ steps: other })).toMatchObject({
      state: 'cancelled',
      message: expect.stringContaining('--approve one') as string,
    })
    expect(run.world.log).toEqual(['one'])
    expect(await run.resume()).toMatchObject({ state: 'failed' })
    expect(await run.resume({ steps: other, approved: new Set(['one']) })).toMatchObject({ state: 'completed' })
    expect(run.world.log).toEqual(['one', 'one', 'two'])
  })

  it('is asked about again where an earlier version wrote down its approval, without what was approved', async () => {
    const run = new MemoryRun(
      worldOf({ one: () => ({ ok: false }) }),
      planned([step('one', { destructive: true, effect: 'idempotent' })]),
    )
    await run.go({ approved: new Set(['one']) })
    const at = run.entries.findIndex(({ event }) => event.type === 'step-approved')
    run.entries[at] = { ...run.entries[at]!, event: { type: 'step-approved', step: 'one', how: 'flag', operator } }
    expect(await run.resume()).toMatchObject({ state: 'cancelled' })
  })
})
