import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import { action } from '../../../src/runbooks/actions/redis.js'
import { SilenceError } from '../../../src/base/errors.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { startPeer, type Ending, type Turn } from '../../peers/scripted-peer.js'
import { hostileValues, noEnvironment, perform, type Circumstances } from './perform.js'

let folder: string
let server: RedisServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-'))
  server = await startRedis(join(folder, 'one'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => server.administer('FLUSHALL'))

type Input = z.input<typeof action.input>
const send = (commands: string[][], input: Partial<Input> = {}, circumstances: Circumstances = {}) =>
  perform(action, { url: server.url, commands, ...input }, circumstances)

describe('commands', () => {
  it('are carried out one after the other, and their replies reported', async () => {
    expect(
      await send([
        ['SET', 'a', '1'],
        ['INCR', 'a'],
        ['rpush', 'l', 'x', 'y'],
        ['LRANGE', 'l', '0', '-1'],
        ['GET', 'none'],
      ]),
    ).toEqual({
      replies: ['OK', 2, 2, ['x', 'y'], null],
      reply: '',
      performed: 5,
      problem: { code: 'none', detail: '', command: -1 },
    })
    expect(await send([['LRANGE', 'l', '0', '-1']])).toMatchObject({ reply: '["x","y"]' })
    expect(await send([['SET', 'b', '1']], { url: server.url.replace(/0$/, '3') })).toMatchObject({ reply: 'OK' })
    expect(await server.administer('EXISTS', 'b')).toBe(0)
  })

  it('end at the first that fails', async () => {
    expect(
      await send([
        ['SET', 'a', 'x'],
        ['INCR', 'a'],
        ['SET', 'b', '1'],
      ]),
    ).toMatchObject({
      replies: ['OK'],
      performed: 1,
      problem: { code: 'error-reply', detail: expect.stringMatching(/not an integer/) as string, command: 1 },
    })
    expect(await server.administer('EXISTS', 'b')).toBe(0)
    const facts = await send([['NO-SUCH-COMMAND']])
    expect(facts).toMatchObject({ performed: 0, problem: { code: 'error-reply', command: 0 } })
  })

  it('are one transaction when they are atomic', async () => {
    expect(
      await send(
        [
          ['INCR', 'a'],
          ['INCR', 'b'],
        ],
        { atomic: true },
      ),
    ).toMatchObject({ replies: [1, 1], performed: 2, problem: { code: 'none' } })
    const refused = await send(
      [
        ['INCR', 'a'],
        ['SET', 'only-one-word'],
      ],
      { atomic: true },
    )
    expect(refused).toMatchObject({ performed: 0, problem: { code: 'not-executed', command: 1 } })
    expect(action.changedNothing?.(refused)).toBe(true)
    expect(await server.administer('GET', 'a')).toBe('1')
  })

  it('that fail as a transaction is carried out do not take back the others, and say so', async () => {
    const facts = await send(
      [
        ['SET', 'a', 'x'],
        ['INCR', 'a'],
      ],
      { atomic: true },
    )
    expect(facts).toMatchObject({
      replies: ['OK'],
      performed: 1,
      problem: { code: 'error-reply', detail: expect.stringMatching(/not an integer/) as string, command: 1 },
    })
    expect(action.changedNothing?.(facts)).toBe(false)
    expect(await server.administer('GET', 'a')).toBe('x')
  })
})

describe('values', () => {
  it('arrive as they are', async () => {
    for (const value of hostileValues) {
      expect(
        await send(
          [
            ['SET', `key ${value}`, value],
            ['GET', `key ${value}`],
          ],
          {},
          { filled: [{ path: ['commands', 0, 2], isLeading: true }] },
        ),
      ).toMatchObject({ reply: value, problem: { code: 'none' } })
    }
    expect(await server.administer('DBSIZE')).toBe(hostileValues.length)
    expect(await readdir(process.cwd())).not.toContain('pwned')
  })

  it('with a NUL are refused, and commands without a name', () => {
    for (const commands of [[['SET', 'a', '\0']], [[]], [['']], []])
      expect(action.input.safeParse({ url: server.url, commands }).success).toBe(false)
  })

  it('are not names of commands or scripts', async () => {
    const filled = (...path: (string | number)[]) => ({ filled: [{ path, isLeading: false }] })
    await expect(send([['SET', 'a', '1']], {}, filled('commands', 0, 0))).rejects.toThrow(
      new NotPerformedError('commands[0]: the name of a command cannot come from an expression'),
    )
    await expect(send([['SET', 'a', '1']], {}, filled('commands'))).rejects.toBeInstanceOf(NotPerformedError)
    await expect(
      send(
        [
          ['SET', 'a', '1'],
          ['eval', 'return 1', '0'],
        ],
        {},
        filled('commands', 1, 1),
      ),
    ).rejects.toThrow('commands[1]: a script cannot come from an expression')
    await expect(send([['FUNCTION', 'LOAD', 'x']], {}, filled('commands', 0, 2))).rejects.toThrow(
      'a script cannot come from an expression',
    )
    expect(await send([['EVAL', 'return ARGV[1]', '0', 'x']], {}, filled('commands', 0, 3))).toMatchObject({
      reply: 'x',
    })
    expect(await server.administer('EXISTS', 'a')).toBe(0)
  })
})

describe('commands that are refused', () => {
  it.each([
    [['SUBSCRIBE', 'a'], /waits or streams/],
    [['monitor'], /waits or streams/],
    [['BLPOP', 'a', '0'], /waits or streams/],
    [['XREAD', 'COUNT', '1', 'BLOCK', '0', 'STREAMS', 'a', '$'], /with BLOCK waits/],
    [['WAIT', '1', '0'], /waits for ever/],
    [['CLIENT', 'reply', 'off'], /changes the answers of the connection/],
    [['MULTI'], /use atomic: true/],
    [['AUTH', 'x'], /give credentials in the URL/],
    [['FLUSHALL'], /set dangerous: true/],
    [['flushdb'], /set dangerous: true/],
    [['SHUTDOWN', 'NOSAVE'], /set dangerous: true/],
    [['DEBUG', 'SLEEP', '1'], /set dangerous: true/],
    [['SWAPDB', '0', '1'], /set dangerous: true/],
  ])('%j', async (command, message) => {
    await send([['SET', 'kept', '1']])
    await expect(send([['SET', 'kept', '2'], command])).rejects.toThrow(message)
    await expect(send([['SET', 'kept', '2'], command])).rejects.toBeInstanceOf(NotPerformedError)
    expect(await server.administer('GET', 'kept')).toBe('1')
  })

  it('unless they are meant', async () => {
    await send([['SET', 'a', '1']])
    expect(await send([['FLUSHDB']], { dangerous: true })).toMatchObject({ reply: 'OK' })
    expect(await server.administer('DBSIZE')).toBe(0)
    expect(await send([['XREAD', 'STREAMS', 'BLOCK', '0']])).toMatchObject({ replies: [null] })
    expect(await send([['WAIT', '0', '50']])).toMatchObject({ replies: [0] })
  })
})

describe('a server that fails', () => {
  const against = async (turns: readonly Turn[], ending: Ending, input: Partial<Input> = {}): Promise<unknown> => {
    const peer = await startPeer(turns, ending)
    const cut = new AbortController()
    void peer.silent.then(() => cut.abort())
    try {
      return await send(
        [
          ['INCR', 'a'],
          ['INCR', 'b'],
        ],
        { url: `redis://127.0.0.1:${peer.port}/0`, ...input },
        { signal: cut.signal },
      ).catch((error: unknown) => error)
    } finally {
      await peer.allGone()
      await peer.stop()
    }
  }
  const pong: Turn = { hears: /PING/i, says: '+PONG\r\n' }

  it('at the door has done nothing', async () => {
    await expect(send([['INCR', 'a']], { url: 'redis://127.0.0.1:1/0' })).rejects.toThrow(/^connection-refused/)
    await expect(send([['INCR', 'a']], { url: server.url.replace(server.password, 'wrong') })).rejects.toThrow(
      /^wrong-password/,
    )
    await expect(send([['INCR', 'a']], { url: `redis://127.0.0.1:${server.port}/0` })).rejects.toThrow(/^auth-required/)
    await expect(send([['INCR', 'a']], { url: 'canary' })).rejects.toThrow(
      new NotPerformedError(
        'bad-url: Redis URL must specify one of the following schemes (redis://, rediss://, unix://)',
      ),
    )
    expect(await against([], 'closes')).toBeInstanceOf(NotPerformedError)
    expect(await against([], 'falls silent')).toBeInstanceOf(NotPerformedError)
  })

  it('after a command was sent leaves it open', async () => {
    const lost = await against([pong], 'closes')
    expect(lost).not.toBeInstanceOf(NotPerformedError)
    expect(String(lost)).toMatch(/commands\[0\] was sent; its outcome is unknown/)
    expect(String(await against([pong, { hears: /INCR/, says: ':1\r\n' }], 'resets'))).toMatch(/commands\[1\] was sent/)
    expect(await against([pong], 'falls silent')).toEqual(new SilenceError('commands[0] was sent, but no answer came'))
  })

  it('in a transaction has done nothing before EXEC, and leaves it open after', async () => {
    const queued: Turn[] = [pong, { hears: /MULTI/, says: '+OK\r\n' }, { hears: /INCR/, says: '+QUEUED\r\n' }]
    expect(await against(queued, 'closes', { atomic: true })).toBeInstanceOf(NotPerformedError)
    const lost = await against([...queued, { hears: /INCR/, says: '+QUEUED\r\n' }], 'closes', { atomic: true })
    expect(String(lost)).toMatch(/EXEC was sent; its outcome is unknown/)
  })

  it('by silence is reported as that', async () => {
    const peer = await startPeer([pong], 'falls silent')
    try {
      await expect(
        send([['INCR', 'a']], { url: `redis://127.0.0.1:${peer.port}/0` }, { limit: 2000 }),
      ).rejects.toBeInstanceOf(SilenceError)
    } finally {
      await peer.stop()
    }
  })
})

describe('a driver that is named', () => {
  it('decides how the URL is read; without one, what libraries differ over is refused', async () => {
    const raw = server.url.replace(/^(\w+:\/\/)[^@]*@/, (_all, scheme: string) => `${scheme}:a@b@`)
    await expect(send([['PING']], { url: raw })).rejects.toThrow(/percent-encode/)
    await expect(send([['PING']], { url: raw, driver: 'redis-py' })).rejects.toThrow(/WRONGPASS|AUTH/)
    await expect(send([['PING']], { url: `${server.url}?foo=1`, driver: 'redis-py' })).rejects.toThrow(/foo/)
    expect(await send([['PING']], { driver: 'redis-py' })).toMatchObject({ reply: 'PONG' })
  })
})

describe('a plan', () => {
  it('shows the commands and no credential', () => {
    expect(
      action.describe(
        action.input.parse({ url: 'redis://:canary@h:7000/0', atomic: true, commands: [['SET', 'a b', 'x\ny']] }),
        noEnvironment,
      ),
    ).toEqual({ lines: ['MULTI', `SET 'a b' $'x\\ny'`, 'EXEC'], addresses: ['h:7000'], files: [] })
  })
})
