import { afterEach, describe, expect, it } from 'vitest'
import { handOverStray } from '../../../src/base/stray-errors.js'
import { expressionCompiler } from '../../../src/definitions/expression/compile-expression.js'
import { Problems } from '../../../src/definitions/yaml-node.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import { action as wait } from '../../../src/runbooks/actions/wait.js'
import type { Operation } from '../../../src/runbooks/definition/runbook-definition.js'
import { NotPerformedError, type StepKind } from '../../../src/runbooks/definition/step-kind.js'
import { carryOut } from '../../../src/runbooks/run/carry-out.js'
import { afterFirstWords, startRawPeer, type RawPeer } from '../../peers/raw-peer.js'
import { contextOf } from '../actions/support/step-of-run.js'
import { operation, World } from './support.js'

function carriedOut(
  operation: Operation,
  kind: StepKind,
  interruption = new AbortController().signal,
  input?: unknown,
) {
  const { run } = contextOf()
  const scope = { params: {}, outputs: {}, run }
  const prepared = { input: input ?? 'one', description: { lines: [], addresses: [], files: [] } }
  return carryOut(operation, kind, prepared, scope, contextOf(), interruption)
}

function acting(behaviour: Parameters<World['behaviours']['set']>[1], timeout = 10_000, interruption?: AbortSignal) {
  const world = new World()
  world.behaviours.set('one', behaviour)
  return carriedOut(operation('one', 'read', timeout), world.kind, interruption)
}

const never = () => new Promise<never>(() => undefined)
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

describe('a step whose action loses an error', () => {
  it('ends at once, and how far it came is unknown, whatever the error says', async () => {
    const end = await acting(() => {
      setImmediate(() => handOverStray(new NotPerformedError('the socket said something odd')))
      return never()
    })
    expect(end).toEqual({ kind: 'indefinite', message: 'the socket said something odd', isInterrupted: false })
  })

  it('does not wait for its grace when that is lost while it ends', async () => {
    const end = await acting(async ({ signal }) => {
      await aborted(signal)
      setImmediate(() => handOverStray(new Error('read ECONNRESET')))
      return never()
    }, 20)
    expect(end).toMatchObject({ kind: 'indefinite', message: 'it did not end within 20ms: read ECONNRESET' })
  })
})

describe('a step that is cut off', () => {
  it.each<[string, (signal: AbortSignal) => Promise<{ ok: boolean }>, object]>([
    ['has done it', () => Promise.resolve({ ok: true }), { kind: 'judged', judgement: { status: 'pass' } }],
    [
      'did nothing',
      () => Promise.reject(new NotPerformedError('rolled back')),
      { kind: 'not-performed', message: 'rolled back' },
    ],
    [
      'does not know',
      () => Promise.reject(new Error('closed')),
      { kind: 'indefinite', message: 'it was interrupted: closed', isInterrupted: true },
    ],
    [
      'says why it was aborted',
      (signal) => Promise.reject(signal.reason as Error),
      { kind: 'indefinite', message: 'it was interrupted', isInterrupted: true },
    ],
  ])('may say within its grace that it %s', async (_, say, end) => {
    const interruption = new AbortController()
    const ended = acting(async ({ signal }) => aborted(signal).then(() => say(signal)), undefined, interruption.signal)
    setImmediate(() => interruption.abort())
    expect(await ended).toMatchObject(end)
  })
})

describe('a wait', () => {
  let peer: RawPeer | undefined
  afterEach(() => peer?.stop())

  it('says how far its probe came when it is cut off', async () => {
    const interruption = new AbortController()
    peer = await startRawPeer(afterFirstWords(() => interruption.abort()))
    const compiler = expressionCompiler({ facts: { type: 'any' } })
    const that = compiler.compile(
      { text: 'facts.reached == "hello"', at: () => ({ file: 'a.yaml', line: 1, column: 1 }) },
      new Problems(),
    )!
    const url = `redis://127.0.0.1:${peer.port}`
    const { action, ...rest } = operation('wait', 'read', 60_000, 'wait')
    const probe = {
      kind: 'redis',
      of: await probeRegistry.load('redis'),
      input: { references: [], resolve: () => ({ url }) },
    }
    const end = await carriedOut(
      { ...rest, action: { ...action, probe }, expect: [{ that, message: undefined }] },
      wait,
      interruption.signal,
      { every: 10 },
    )
    expect(end).toEqual({
      kind: 'indefinite',
      message: 'it was interrupted: still not as expected: no answer yet; reached: connect, next: hello',
      isInterrupted: true,
    })
    await peer.released()
  })
})
