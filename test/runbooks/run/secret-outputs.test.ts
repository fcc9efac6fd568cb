import { describe, expect, it } from 'vitest'
import type { Operation, StepDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import type { Effect } from '../../../src/runbooks/definition/runbook-vocabulary.js'
import { growingRedactor } from '../../../src/redaction/redact.js'
import { SecretOutputs } from '../../../src/runbooks/record/secret-outputs.js'
import { MemoryRun, operation, planned, step, undo, World } from './support.js'

const token = 'vT7-qLw2.Zk9xR4_mB6nJ8sD'

/** A step that finds the token, and keeps it. */
function login(effect: Effect, overrides: Partial<StepDefinition> = {}): StepDefinition {
  const value = {
    source: 'facts.note',
    references: ['facts.note'],
    evaluate: ({ facts }: { facts?: unknown }) => (facts as { note: string }).note,
  }
  return step('login', { effect, capture: [{ name: 'token', type: 'secret', value }], ...overrides })
}

function using<Each extends Operation>(one: Each): Each {
  return { ...one, action: { ...one.action, secrets: ['token'] } }
}

function worldThatSays(note: string): World {
  const world = new World()
  world.behaviours.set('login', () => ({ ok: true, note }))
  return world
}

/** What one process knows, and how it masks it. */
function process() {
  const redact = growingRedactor([])
  return { redact, secrets: new SecretOutputs(redact) }
}

describe('a secret output', () => {
  it('is in memory and in no entry, nor anything else that its step found', async () => {
    const own = process()
    const run = new MemoryRun(worldThatSays(token), planned([login('idempotent'), using(step('use'))]))
    expect(await run.go(own)).toMatchObject({ state: 'completed' })
    expect(own.secrets.reveal('login', 'token')).toBe(token)
    const { facts, outputs } = run.fold.step('login')
    expect({ facts, outputs }).toEqual({ facts: {}, outputs: {} })
    expect(JSON.stringify(run.entries)).not.toContain(token.slice(0, 10))
  })

  it('is masked in what later steps find', async () => {
    const world = worldThatSays(token)
    world.behaviours.set('use', () => ({ ok: true, note: `${token} ${Buffer.from(token).toString('base64')}` }))
    const run = new MemoryRun(world, planned([login('idempotent'), using(step('use'))]))
    await run.go(process())
    expect(run.fold.step('use').facts).toEqual({ ok: true, note: '[redacted] [redacted]' })
  })

  it('is masked also where the step that finds it fails', async () => {
    const world = new World()
    world.behaviours.set('login', () => ({ ok: false, note: token }))
    const own = process()
    const run = new MemoryRun(world, planned([login('idempotent'), step('use')]))
    expect(await run.go(own)).toMatchObject({ state: 'failed' })
    expect(own.redact.text(`it was ${token}`)).toBe('it was [redacted]')
  })

  it.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['abc', 'is too short or too common to be masked'],
    ['1234567', 'is too short or too common to be masked'],
    ['123456789', 'is too short or too common to be masked'],
  ])('is refused when it cannot be masked: %j', async (value, why) => {
    const run = new MemoryRun(worldThatSays(value), planned([login('idempotent'), using(step('use'))]))
    expect(await run.go(process())).toMatchObject({
      state: 'failed',
      message: expect.stringContaining(`the secret token ${why}`) as string,
    })
    expect(run.states()).toEqual({ login: 'failed', use: 'not-run' })
  })
})

describe('a resume', () => {
  const resumed = async (run: MemoryRun, own = process()) => run.resume(own)

  it.each(['read', 'idempotent'] as const)(
    'repeats a step of effect %s for its secret, in the place it had',
    async (effect) => {
      const world = worldThatSays(token)
      let isFirst = true
      world.behaviours.set('use', () => ({ ok: !isFirst }))
      const run = new MemoryRun(
        world,
        planned([
          login(effect),
          step('between', { effect: 'idempotent', undo: undo('unbetween') }),
          using(step('use', { effect: 'idempotent' })),
        ]),
      )
      expect(await run.go(process())).toMatchObject({ state: 'failed' })
      isFirst = false
      expect(await resumed(run)).toMatchObject({ state: 'completed' })
      expect(world.log).toEqual(['login', 'between', 'use', 'login', 'use'])
      expect(run.fold.record.course).toEqual(['login', 'between', 'use'])
    },
  )

  it('does not repeat it when no step to come uses the secret', async () => {
    const world = worldThatSays(token)
    world.behaviours.set('last', () => ({ ok: world.log.filter((word) => word === 'last').length > 1 }))
    const run = new MemoryRun(
      world,
      planned([login('idempotent'), using(step('use')), step('last', { effect: 'idempotent' })]),
    )
    await run.go(process())
    expect(await resumed(run)).toMatchObject({ state: 'completed' })
    expect(world.log.filter((word) => word === 'login')).toHaveLength(1)
  })

  it('changes nothing when the step must happen at most once, and says what to do', async () => {
    const world = worldThatSays(token)
    const steps = planned([login('once'), step('before'), using(step('use'))])
    const run = new MemoryRun(world, steps, { onFailure: 'undo' })
    await run.go(process())
    run.entries.splice(run.entries.findIndex(({ event }) => event.type === 'step-intent' && event.step === 'before'))
    world.log.length = 0
    expect(await resumed(run)).toMatchObject({
      state: 'failed',
      exitCode: 20,
      direction: 'forward',
      message:
        'use needs the secret token, which login captured in a process that has ended; login must happen at most once, so it is not repeated: nothing was done; undo the run and start a new one',
    })
    expect(world.log).toEqual([])
  })

  it('repeats a step that is verified with its own secret', async () => {
    const world = worldThatSays(token)
    const run = new MemoryRun(
      world,
      planned([login('idempotent', { verify: using(operation('whoami')) }), using(step('use'))]),
    )
    await run.go(process())
    run.entries.splice(run.entries.findIndex(({ event }) => event.type === 'step-intent' && event.step === 'use'))
    expect(await resumed(run)).toMatchObject({ state: 'completed' })
    expect(world.log.slice(3)).toEqual(['login', 'whoami', 'use'])
    run.entries.splice(run.entries.findIndex(({ event }) => event.type === 'step-verified'))
    world.log.length = 0
    expect(await resumed(run)).toMatchObject({ state: 'completed' })
    expect(world.log.filter((word) => word === 'login')).toHaveLength(1)
  })

  it('ends when the journal cannot be written while a step is repeated', async () => {
    const world = worldThatSays(token)
    const run = new MemoryRun(world, planned([login('idempotent'), using(step('use'))]))
    await run.go(process())
    run.entries.splice(run.entries.findIndex(({ event }) => event.type === 'step-intent' && event.step === 'use'))
    world.log.length = 0
    const append = () => Promise.reject(new Error('no room'))
    await expect(run.resume({ ...process(), append })).rejects.toThrow('no room')
    expect(world.log).toEqual([])
  })

  it('fails as the step fails that was repeated', async () => {
    const world = worldThatSays(token)
    const run = new MemoryRun(world, planned([login('idempotent'), using(step('use'))]))
    await run.go(process())
    run.entries.splice(run.entries.findIndex(({ event }) => event.type === 'step-intent' && event.step === 'use'))
    world.behaviours.set('login', () => ({ ok: false }))
    expect(await resumed(run)).toMatchObject({ state: 'failed', message: 'login failed: facts.ok is false' })
    expect(world.log).toEqual(['login', 'use', 'login'])
    world.behaviours.set('login', () => ({ ok: true, note: token }))
    expect(await resumed(run)).toMatchObject({ state: 'completed' })
  })
})

describe('an undo', () => {
  const change = (effect: Effect = 'idempotent') =>
    step('change', { effect: 'once', undo: using(undo('unchange', effect)) })

  it('repeats the step that captured what it needs, and undoes that step last', async () => {
    const world = worldThatSays(token)
    const run = new MemoryRun(world, planned([login('idempotent', { undo: using(undo('logout')) }), change()]))
    await run.go(process())
    world.log.length = 0
    expect(await run.back(process())).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['login', 'unchange', 'logout'])
  })

  it('uses what is in memory when the run goes back in the same process', async () => {
    const world = worldThatSays(token)
    world.behaviours.set('last', () => ({ ok: false }))
    const run = new MemoryRun(world, planned([login('once'), change(), step('last')]), { onFailure: 'undo' })
    expect(await run.go(process())).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['login', 'change', 'last', 'unchange'])
  })

  it('does nothing for a step whose secret is lost, and goes on after the word of an operator', async () => {
    const world = worldThatSays(token)
    const first = step('first', { effect: 'idempotent', undo: undo('unfirst') })
    const run = new MemoryRun(world, planned([first, login('once'), change()]))
    await run.go(process())
    world.log.length = 0
    expect(await run.back(process())).toMatchObject({
      state: 'undo-failed',
      exitCode: 22,
      message: expect.stringContaining('undo change by hand, then resolve it as undone') as string,
    })
    expect(world.log).toEqual([])
    const operator = { user: 'ada', uid: 1, host: 'h', pid: 1 }
    run.append({ type: 'step-resolved', step: 'change', as: 'undone', reason: 'by hand', operator })
    expect(await run.resume(process())).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['unfirst'])
  })

  it('comes to its end from every place at which the process may die', async () => {
    const build = (world: World) =>
      new MemoryRun(world, planned([login('idempotent', { undo: using(undo('logout')) }), change()]))
    const whole = build(worldThatSays(token))
    await whole.go(process())
    const start = whole.entries.length
    await whole.back(process())
    for (let length = start + 1; length < whole.entries.length; length += 1) {
      const world = worldThatSays(token)
      const run = build(world)
      run.entries.splice(0, run.entries.length, ...whole.entries.slice(0, length))
      expect(await run.resume(process()), `cut off after entry ${length}`).toMatchObject({ state: 'undone' })
      const undone = world.log.filter((word) => word !== 'login')
      expect(undone).toEqual(['unchange', 'logout'].slice(2 - undone.length))
      expect(JSON.stringify(run.entries)).not.toContain(token.slice(0, 10))
    }
  })

  it('of the capturing step itself has its secret, also when it failed before', async () => {
    const world = worldThatSays(token)
    let isFirst = true
    world.behaviours.set('logout', () => ({ ok: !isFirst }))
    const run = new MemoryRun(world, planned([login('idempotent', { undo: using(undo('logout')) })]))
    await run.go(process())
    expect(await run.back(process())).toMatchObject({ state: 'undo-failed' })
    isFirst = false
    world.log.length = 0
    expect(await run.resume(process())).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['login', 'logout'])
  })

  it('verifies with the secret', async () => {
    const world = worldThatSays(token)
    const verified = step('change', { effect: 'once', undo: undo('unchange', 'idempotent', using(operation('gone'))) })
    const run = new MemoryRun(world, planned([login('read'), verified]))
    await run.go(process())
    world.log.length = 0
    expect(await run.back(process())).toMatchObject({ state: 'undone' })
    expect(world.log).toEqual(['login', 'unchange', 'gone'])
  })
})
