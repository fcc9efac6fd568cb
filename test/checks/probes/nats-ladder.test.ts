import { afterEach, describe, expect, it, vi } from 'vitest'
import { probe } from '../../../src/checks/probes/nats.js'
import { startPeer, type Ending, type ScriptedPeer, type Turn } from '../../peers/scripted-peer.js'
import { climbAgainst } from './climb-against.js'

const banner = (more: object = {}): string =>
  `INFO ${JSON.stringify({ server_id: 'ID', server_name: 'peer', version: '2.10.0', proto: 1, headers: true, max_payload: 1024, jetstream: true, ...more })}\r\n`

const greeted: Turn[] = [{ says: banner() }]
const login: Turn[] = [...greeted, { hears: /CONNECT .*PING\r\n$/s, says: 'PONG\r\n' }]
const subscribed: Turn[] = [...login, { hears: /SUB a\.b .*PING\r\n$/s, says: 'PONG\r\n' }]

let peer: ScriptedPeer | undefined
afterEach(async () => {
  await peer?.stop()
  peer = undefined
})

async function against(
  turns: readonly Turn[],
  ending: Ending,
  rung: string,
  options: { endsAtOnce?: boolean; jetstream?: boolean } = {},
): Promise<{ reached: string; code: string }> {
  peer = await startPeer(turns, ending, options)
  const url = `nats://app:secret-of-mine@127.0.0.1:${peer.port}`
  const end = await climbAgainst(
    probe,
    { url, subject: 'a.b', jetstream: options.jetstream === true },
    peer.silent,
    rung,
  )
  await peer.allGone()
  return end
}

describe('a server that stops answering', () => {
  const rungs = [
    ['before the banner', 'connect', [], true],
    ['in the middle of the banner', 'connect', [{ says: 'INFO {"server' }], true],
    ['at the login', 'info', greeted, false],
    ['at the subscription', 'authenticate', login, false],
    ['at the message', 'authenticate', subscribed, false],
  ] as const
  for (const [when, rung, turns, endsAtOnce] of rungs) {
    it(`${when}: closes, resets, falls silent`, async () => {
      expect(await against(turns, 'closes', rung, { endsAtOnce })).toEqual({ reached: rung, code: 'connection-closed' })
      await peer?.stop()
      const reset = await against(turns, 'resets', rung, { endsAtOnce })
      expect(reset.code).toBe('connection-reset')
      // A connection that is reset as soon as it is open may be gone before it was seen open.
      expect(endsAtOnce ? ['resolve', 'connect'] : [rung]).toContain(reset.reached)
      await peer?.stop()
      expect(await against(turns, 'falls silent', rung, { endsAtOnce })).toEqual({ reached: rung, code: 'silence' })
    })
  }

  it('with a message that never comes back', async () => {
    const turns = [...subscribed, { hears: /PUB a\.b .*PING\r\n$/s, says: 'PONG\r\n' }]
    expect(await against(turns, 'falls silent', 'authenticate', { endsAtOnce: true })).toEqual({
      reached: 'authenticate',
      code: 'silence',
    })
  })

  it('with another message than ours', async () => {
    const turns = [...subscribed, { hears: /PUB a\.b .*PING\r\n$/s, says: 'MSG a.b 1 5\r\nother\r\nPONG\r\n' }]
    expect(await against(turns, 'falls silent', 'authenticate', { endsAtOnce: true })).toEqual({
      reached: 'authenticate',
      code: 'silence',
    })
  })

  it('in the TLS handshake', async () => {
    const turns = [{ says: banner({ tls_required: true }) }]
    expect(await against(turns, 'closes', 'info')).toEqual({ reached: 'info', code: 'connection-closed' })
    await peer?.stop()
    expect(await against(turns, 'falls silent', 'info')).toEqual({ reached: 'info', code: 'silence' })
  })
})

describe('a server that refuses', () => {
  const atLogin = async (words: string): Promise<string> =>
    (
      await against([...greeted, { hears: /PING/, says: `-ERR '${words}'\r\n` }], 'closes', 'never', {
        endsAtOnce: true,
      })
    ).code

  it('says why in -ERR', async () => {
    const errors = {
      'Authorization Violation': 'authorization-violation',
      'User Authentication Expired': 'authentication-expired',
      'maximum connections exceeded': 'max-connections',
      'maximum account active connections exceeded': 'max-connections',
      'Secure Connection - TLS Required': 'tls-required',
      'attempted to connect to leaf node port': 'wrong-port',
    }
    for (const [words, code] of Object.entries(errors)) {
      expect(await atLogin(words)).toBe(code)
      await peer?.stop()
    }
  })

  it('in place of the banner', async () => {
    expect(
      (await against([{ says: "-ERR 'maximum connections exceeded'\r\n" }], 'closes', 'never', { endsAtOnce: true }))
        .code,
    ).toBe('max-connections')
  })

  it('has announced that it is about to stop, at once or later', async () => {
    const echoed: Turn = {
      hears: /PUB a\.b .*PING\r\n$/s,
      says: (heard) => `MSG a.b 1 ${/(\d+)\r\n/.exec(heard)?.[1]}\r\n${/\r\n(\S+)\r\n/.exec(heard)?.[1]}\r\nPONG\r\n`,
    }
    expect(
      await against([{ says: banner({ ldm: true }) }, ...subscribed.slice(1), echoed], 'falls silent', 'never'),
    ).toEqual({ reached: 'roundtrip', code: 'lame-duck' })
    await peer?.stop()
    const later: Turn = { hears: /SUB a\.b .*PING\r\n$/s, says: `${banner({ ldm: true })}PONG\r\n` }
    expect(await against([...login, later, echoed], 'falls silent', 'never')).toEqual({
      reached: 'roundtrip',
      code: 'lame-duck',
    })
    await peer?.stop()
    expect(await against([...subscribed, echoed], 'falls silent', 'never')).toEqual({
      reached: 'roundtrip',
      code: 'none',
    })
  })

  it('is not NATS, before and after the banner, and nothing is printed', async () => {
    const log = vi.spyOn(console, 'log')
    expect(
      (await against([{ says: '220 mail.example.org ESMTP\r\n' }], 'falls silent', 'never', { endsAtOnce: true })).code,
    ).toBe('not-nats')
    await peer?.stop()
    expect((await against([{ says: 'INFO no json\r\n' }], 'falls silent', 'never', { endsAtOnce: true })).code).toBe(
      'not-nats',
    )
    await peer?.stop()
    expect((await against([...greeted, { hears: /PING/, says: 'garbage\r\n' }], 'falls silent', 'never')).code).toBe(
      'not-nats',
    )
    expect(log).not.toHaveBeenCalled()
    log.mockRestore()
  })

  it('speaks on between the banner and TLS', async () => {
    expect(
      (
        await against([{ says: `${banner({ tls_required: true })}PING\r\n` }], 'falls silent', 'never', {
          endsAtOnce: true,
        })
      ).code,
    ).toBe('not-nats')
  })
})
