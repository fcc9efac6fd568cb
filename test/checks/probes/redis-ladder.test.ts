import { afterEach, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/redis.js'
import { startPeer, type Ending, type ScriptedPeer, type Turn } from '../../peers/scripted-peer.js'
import { climbAgainst } from './climb-against.js'
import { observe } from './observe.js'

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const info = bulk(
  '# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\nrole:master\r\nloading:0\r\nmaxmemory_policy:noeviction\r\n',
)

const greeting: Turn[] = [{ hears: /PING\r\n$/i, says: '+PONG\r\n' }]
const login: Turn[] = [...greeting, { hears: /auth\r\n.*secret-of-mine\r\n$/is, says: '+OK\r\n' }]
const roleOf = (bind: string): Turn[] => [
  ...login,
  { hears: /info\r\n$/i, says: info },
  { hears: /ping\r\n$/i, says: '+PONG\r\n' },
  { hears: /save\r\n$/i, says: `*2\r\n${bulk('save')}${bulk('')}` },
  { hears: /bind\r\n$/i, says: `*2\r\n${bulk('bind')}${bulk(bind)}` },
  { hears: /protected-mode\r\n$/i, says: `*2\r\n${bulk('protected-mode')}${bulk('yes')}` },
]
const role = roleOf('127.0.0.1 -::1')

let peer: ScriptedPeer | undefined
afterEach(async () => {
  await peer?.stop()
  peer = undefined
})

async function against(
  turns: readonly Turn[],
  ending: Ending,
  rung: string,
  scheme = 'redis',
): Promise<{ reached: string; code: string }> {
  peer = await startPeer(turns, ending)
  const end = await climbAgainst(
    probe,
    { url: `${scheme}://:secret-of-mine@127.0.0.1:${peer.port}/0` },
    peer.silent,
    rung,
  )
  await peer.allGone()
  return end
}

describe('a server that listens', () => {
  it.each([
    ['127.0.0.1 -::1', false],
    ['10.0.0.7', false],
    ['-::1 10.0.0.0', false],
    ['* -::*', true],
    ['127.0.0.1 0.0.0.0', true],
    ['-::', true],
    ['', true],
  ])('on "%s" listens everywhere: %s', async (bind, listensEverywhere) => {
    peer = await startPeer(roleOf(bind), 'falls silent')
    const url = `redis://:secret-of-mine@127.0.0.1:${peer.port}/0`
    expect(await observe(probe, { url, write: false })).toMatchObject({ exposureKnown: true, listensEverywhere })
  })
})

describe('a server that stops answering', () => {
  const rungs = [
    ['connect', []],
    ['hello', greeting],
    ['auth', login],
    ['role', role],
  ] as const
  for (const [rung, turns] of rungs) {
    it(`after ${rung}: closes, resets, falls silent`, async () => {
      expect(await against(turns, 'closes', rung)).toEqual({ reached: rung, code: 'connection-closed' })
      await peer?.stop()
      expect(await against(turns, 'resets', rung)).toEqual({ reached: rung, code: 'connection-reset' })
      await peer?.stop()
      expect(await against(turns, 'falls silent', rung)).toEqual({ reached: rung, code: 'silence' })
    })
  }

  it('in the TLS handshake', async () => {
    expect(await against([], 'closes', 'connect', 'rediss')).toEqual({ reached: 'connect', code: 'connection-closed' })
    await peer?.stop()
    expect(await against([], 'resets', 'connect', 'rediss')).toEqual({ reached: 'connect', code: 'connection-reset' })
    await peer?.stop()
    expect(await against([], 'falls silent', 'connect', 'rediss')).toEqual({ reached: 'connect', code: 'silence' })
  })
})

describe('a server that answers with a refusal', () => {
  const first = async (reply: string): Promise<string> =>
    (await against([{ hears: /PING/i, says: reply }], 'closes', 'never')).code
  const atAuth = async (reply: string): Promise<string> =>
    (await against([...greeting, { hears: /auth/i, says: reply }], 'closes', 'never')).code
  const written = async (reply: string): Promise<{ reached: string; code: string }> =>
    against([...role, { hears: /DEL/i, says: `-${reply}\r\n$-1\r\n:0\r\n` }], 'falls silent', 'never')

  it('before it is asked', async () => {
    peer = await startPeer([{ says: '-DENIED Redis is running in protected mode because\r\n' }], 'closes', {
      endsAtOnce: true,
    })
    expect(
      (await climbAgainst(probe, { url: `redis://127.0.0.1:${peer.port}` }, new Promise(() => {}), 'never')).code,
    ).toBe('protected-mode')
    await peer.stop()
    peer = await startPeer([{ says: '-ERR max number of clients reached\r\n' }], 'closes', { endsAtOnce: true })
    expect(
      (await climbAgainst(probe, { url: `redis://127.0.0.1:${peer.port}` }, new Promise(() => {}), 'never')).code,
    ).toBe('max-clients')
  })

  it('to a login', async () => {
    expect(await atAuth('-WRONGPASS invalid username-password pair\r\n')).toBe('wrong-password')
    await peer?.stop()
    expect(await atAuth('-ERR invalid password\r\n')).toBe('wrong-password')
    await peer?.stop()
    expect(await atAuth('-ERR AUTH <password> called without any password configured for the default user.\r\n')).toBe(
      'unexpected-password',
    )
  })

  it('to a write', async () => {
    expect(await written("READONLY You can't write against a read only replica.")).toEqual({
      reached: 'role',
      code: 'read-only',
    })
    await peer?.stop()
    expect(await written('MISCONF Redis is configured to save RDB snapshots')).toEqual({
      reached: 'role',
      code: 'misconf',
    })
    await peer?.stop()
    expect(await written("OOM command not allowed when used memory > 'maxmemory'.")).toEqual({
      reached: 'role',
      code: 'out-of-memory',
    })
    await peer?.stop()
    expect(await written('NOREPLICAS Not enough good replicas to write.')).toEqual({
      reached: 'role',
      code: 'no-replicas',
    })
  })

  it('with a value that is not the one written', async () => {
    const turns = [...role, { hears: /DEL/i, says: `+OK\r\n${bulk('another')}:1\r\n` }]
    expect(await against(turns, 'falls silent', 'never')).toEqual({ reached: 'role', code: 'value-differs' })
  })

  it('that is not Redis', async () => {
    expect(await first('HTTP/1.1 400 Bad Request\r\n\r\n')).toBe('not-redis')
    await peer?.stop()
    expect(await first('220 mail.example.org ESMTP\r\n')).toBe('not-redis')
    await peer?.stop()
    expect(await first('\x15\x03\x01\x00\x02\x02\x46')).toBe('tls-required')
  })

  it('of a kind it does not know is an error, and its words hold no password', async () => {
    const failure = await atAuth("-ERR unknown command 'AUTH', with args beginning with: 'secret-of-mine'\r\n").catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(Error)
    expect(String(failure)).toContain('unknown command')
    expect(String(failure)).not.toContain('secret-of-mine')
  })

  it('without end is cut off', async () => {
    const failure = await against(
      [{ hears: /PING/i, says: `$90000000\r\n${'x'.repeat(1_100_000)}` }],
      'falls silent',
      'never',
    ).catch((error: unknown) => error)
    expect(String(failure)).toContain('more than 1000000 bytes')
    await peer?.allGone()
  })
})
