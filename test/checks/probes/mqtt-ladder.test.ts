import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { probe } from '../../../src/checks/probes/mqtt.js'
import { startPeer, type Ending, type ScriptedPeer, type Turn } from '../../peers/scripted-peer.js'
import { attempt } from './attempt.js'
import { climbAgainst } from './climb-against.js'

const bytes = (...values: number[]): Buffer => Buffer.from(values)
const connack = (code: number, protocol: '3.1.1' | '5' = '3.1.1'): Buffer =>
  protocol === '5' ? bytes(0x20, 3, 0, code, 0) : bytes(0x20, 2, 0, code)

/** The packets of the probe, as they begin: CONNECT, SUBSCRIBE, PUBLISH with quality of service 1, PINGREQ. */
const [connect, subscribe, publish, ping] = [/^\x10/, /^\x82/, /^\x32/, /\xc0\0$/]

const greeted: Turn[] = [{ hears: connect, says: connack(0) }]
/** The identifier of a SUBSCRIBE is in its third and fourth byte. */
const suback = (heard: string, code: number): Buffer =>
  Buffer.concat([bytes(0x90, 3), Buffer.from(heard.slice(2, 4), 'latin1'), bytes(code)])
const puback = (heard: string): Buffer => {
  const at = 4 + heard.charCodeAt(2) * 256 + heard.charCodeAt(3)
  return Buffer.concat([bytes(0x40, 2), Buffer.from(heard.slice(at, at + 2), 'latin1')])
}

let peer: ScriptedPeer | undefined
afterEach(async () => {
  await peer?.stop()
  peer = undefined
})

const subscribed: Turn[] = [...greeted, { hears: subscribe, says: (heard) => suback(heard, 1) }]

async function against(
  turns: readonly Turn[],
  ending: Ending,
  rung: string,
  more: object = {},
  endsAtOnce = false,
): Promise<{ reached: string; code: string }> {
  peer = await startPeer(turns, ending, { endsAtOnce })
  const url = `mqtt://app:secret-of-mine@127.0.0.1:${peer.port}`
  const end = await climbAgainst(probe, { url, ...more }, peer.silent, rung)
  await peer.allGone()
  await peer.stop()
  return end
}

describe('a server that stops answering', () => {
  const rungs = [
    ['at the login', 'connect', [], false],
    ['in the middle of the CONNACK', 'connect', [{ hears: connect, says: bytes(0x20, 2, 0) }], true],
    ['at the subscription', 'connack', greeted, false],
    ['at the message', 'subscribe', subscribed, false],
  ] as const
  it.each(rungs)('%s: closes, resets, falls silent', async (_when, rung, turns, atOnce) => {
    const end = (ending: Ending) => against(turns, ending, rung, {}, atOnce)
    expect(await end('closes')).toEqual({ reached: rung, code: 'connection-closed' })
    // What is reset at once may be seen to end before it is seen to be reset.
    expect(['connection-reset', ...(atOnce ? ['connection-closed'] : [])]).toContain((await end('resets')).code)
    expect(await end('falls silent')).toEqual({ reached: rung, code: 'silence' })
  })

  it('with a message that never comes back, or another than ours', async () => {
    const acknowledged: Turn[] = [...subscribed, { hears: publish, says: puback }]
    const silent = { reached: 'subscribe', code: 'silence' }
    expect(await against(acknowledged, 'falls silent', 'subscribe', {}, true)).toEqual(silent)
    const other: Turn = {
      hears: publish,
      says: (heard) => Buffer.concat([puback(heard), bytes(0x30, 5, 0, 1, 0x61, 0x62, 0x63)]),
    }
    expect(await against([...subscribed, other], 'falls silent', 'subscribe', {}, true)).toEqual(silent)
  })
})

describe('a server that refuses', () => {
  const atLogin = async (code: number, protocol: '3.1.1' | '5'): Promise<string> =>
    (await against([{ hears: connect, says: connack(code, protocol) }], 'falls silent', 'never', { protocol })).code

  it('says why in the CONNACK, in one word for both versions', async () => {
    const codes = {
      1: 'protocol-version',
      2: 'client-id-refused',
      3: 'server-unavailable',
      4: 'wrong-password',
      5: 'not-authorized',
      99: 'connect-refused',
    }
    for (const [code, word] of Object.entries(codes)) expect(await atLogin(Number(code), '3.1.1')).toBe(word)
    const codesOf5 = {
      128: 'connect-refused',
      132: 'protocol-version',
      133: 'client-id-refused',
      134: 'wrong-password',
      135: 'not-authorized',
      136: 'server-unavailable',
      138: 'not-authorized',
      151: 'quota-exceeded',
      157: 'server-moved',
    }
    for (const [code, word] of Object.entries(codesOf5)) expect(await atLogin(Number(code), '5')).toBe(word)
    // A server of MQTT 3 answers a client of 5 as its own.
    expect(
      (await against([{ hears: connect, says: connack(1) }], 'falls silent', 'never', { protocol: '5' })).code,
    ).toBe('protocol-version')
  })

  it('the subscription', async () => {
    const refused: Turn[] = [...greeted, { hears: subscribe, says: (heard) => suback(heard, 0x80) }]
    expect(await against(refused, 'falls silent', 'never')).toEqual({ reached: 'connack', code: 'permission-denied' })
  })

  it('says why it ends the connection, in MQTT 5', async () => {
    const shutDown = Buffer.concat([connack(0, '5'), bytes(0xe0, 2, 139, 0)])
    expect(await against([{ hears: connect, says: shutDown }], 'closes', 'never', { protocol: '5' }, true)).toEqual({
      reached: 'connack',
      code: 'disconnected',
    })
  })

  it('after it has dropped the message is asked whether it is there', async () => {
    const turns: Turn[] = [...subscribed, { hears: publish, says: puback }, { hears: ping, says: bytes(0xd0, 0) }]
    peer = await startPeer(turns, 'falls silent')
    const { facts } = await attempt(probe, { url: `mqtt://127.0.0.1:${peer.port}` }, 1000)
    expect(facts).toMatchObject({ reached: 'subscribe', problem: { code: 'no-echo' }, acknowledged: true })
  })
})

describe('a peer that is not an MQTT server', () => {
  const answers = {
    http: 'HTTP/1.1 400 Bad Request\r\n\r\n',
    smtp: '220 mail.example.org ESMTP\r\n',
    ssh: 'SSH-2.0-OpenSSH_9.2\r\n',
    redis: '-ERR Protocol error\r\n',
    'a ping': bytes(0xd0, 0),
    'flags of the future': bytes(0x20, 2, 7, 0),
    'a CONNACK that is too short': bytes(0x20, 1, 0),
    'a length without an end': bytes(0x20, 0xff, 0xff, 0xff, 0xff, 0xff),
  }
  it.each(Object.entries(answers))('%s', async (name, answer) => {
    const printed = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')]
    peer = await startPeer([{ hears: connect, says: answer }], 'falls silent', { endsAtOnce: true })
    const { facts, error, rungs } = await attempt(probe, { url: `mqtt://127.0.0.1:${peer.port}` }, 2000)
    if (name.startsWith('a length')) expect(String(error)).toContain('more than four bytes')
    else expect(facts).toMatchObject({ reached: 'connect', problem: { code: 'not-mqtt', class: 'config' } })
    expect(rungs).not.toContain('connack')
    for (const spy of printed) {
      expect(spy).not.toHaveBeenCalled()
      spy.mockRestore()
    }
  })

  it('is a web server, or answers in TLS and speaks none', async () => {
    const web = createServer((_request, response) => void response.end('fine'))
    await new Promise<void>((fulfil) => web.listen(0, '127.0.0.1', fulfil))
    const { port } = web.address() as AddressInfo
    for (const [url, code] of [
      [`mqtt://127.0.0.1:${port}`, 'not-mqtt'],
      [`mqtts://127.0.0.1:${port}`, 'not-tls'],
    ] as const)
      expect((await attempt(probe, { url }, 2000)).facts?.problem.code).toBe(code)
    web.close()
    const alert = bytes(0x15, 3, 1, 0, 2, 2, 70)
    expect((await against([{ hears: /./s, says: alert }], 'falls silent', 'never')).code).toBe('not-mqtt')
  })

  it('sends after the CONNACK what no server sends', async () => {
    for (const packet of [bytes(0x82, 2, 0, 1), connack(0), bytes(0x90, 3, 0, 1, 77)]) {
      peer = await startPeer([{ hears: connect, says: Buffer.concat([connack(0), packet]) }], 'falls silent')
      const { facts, error } = await attempt(probe, { url: `mqtt://127.0.0.1:${peer.port}` }, 2000)
      expect(facts).toBeUndefined()
      expect(String(error)).toMatch(/a server does not send such an MQTT packet/)
      await peer.stop()
    }
  })
})
