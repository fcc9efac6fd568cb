import { afterEach, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/postgres.js'
import { startPeer, type Ending, type ScriptedPeer, type Turn } from '../../peers/scripted-peer.js'
import { climbAgainst } from './climb-against.js'

/** One message of the backend: its kind, its length, its body. */
function message(kind: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(kind), length, body])
}
const authenticated = message('R', Buffer.from([0, 0, 0, 0]))
const ready = (state: string): Buffer => message('Z', Buffer.from(state))
const complete = (tag: string): Buffer => message('C', Buffer.from(`${tag}\0`))
const errorResponse = (state: string, words: string): Buffer =>
  message('E', Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${words}\0\0`))

/** The last bytes of an SSLRequest, 80877103. */
const sslRequest = /\u00D2.\/$/s

const noTls: Turn = { hears: sslRequest, says: 'N' }
const login: Turn[] = [noTls, { hears: /user\0app\0/, says: Buffer.concat([authenticated, ready('I')]) }]
const begun: Turn[] = [
  ...login,
  { hears: /BEGIN TRANSACTION READ ONLY/, says: Buffer.concat([complete('BEGIN'), ready('T')]) },
]

let peer: ScriptedPeer | undefined
afterEach(async () => {
  await peer?.stop()
  peer = undefined
})

async function against(
  turns: readonly Turn[],
  ending: Ending,
  rung: string,
  query = '',
): Promise<{ reached: string; code: string }> {
  peer = await startPeer(turns, ending)
  const end = await climbAgainst(
    probe,
    { url: `postgresql://app:secret-of-mine@127.0.0.1:${peer.port}/app${query}` },
    peer.silent,
    rung,
  )
  await peer.allGone()
  return end
}

describe('a server that stops answering', () => {
  const rungs = [
    ['a request for TLS', 'connect', []],
    ['the start-up message', 'connect', [noTls]],
    ['the first query', 'authenticate', login],
    ['the question for its state', 'authenticate', begun],
  ] as const
  for (const [when, rung, turns] of rungs) {
    it(`at ${when}: closes, resets, falls silent`, async () => {
      expect(await against(turns, 'closes', rung)).toEqual({ reached: rung, code: 'connection-closed' })
      await peer?.stop()
      expect(await against(turns, 'resets', rung)).toEqual({ reached: rung, code: 'connection-reset' })
      await peer?.stop()
      expect(await against(turns, 'falls silent', rung)).toEqual({ reached: rung, code: 'silence' })
    })
  }

  it('in the TLS handshake', async () => {
    const turns = [{ hears: sslRequest, says: 'S' }]
    expect(await against(turns, 'closes', 'connect', '?sslmode=require')).toEqual({
      reached: 'connect',
      code: 'connection-closed',
    })
    await peer?.stop()
    expect(await against(turns, 'falls silent', 'connect', '?sslmode=require')).toEqual({
      reached: 'connect',
      code: 'silence',
    })
  })
})

describe('a server that refuses', () => {
  const atLogin = async (state: string, words = 'words'): Promise<string> =>
    (await against([noTls, { hears: /user\0/, says: errorResponse(state, words) }], 'closes', 'never')).code

  it('says why by SQLSTATE', async () => {
    const states = {
      '28P01': 'wrong-password',
      '28000': 'not-admitted',
      '3D000': 'wrong-database',
      '53300': 'too-many-connections',
      '57P03': 'starting-up',
      '57P01': 'shutting-down',
      '42501': 'permission-denied',
    }
    for (const [state, code] of Object.entries(states)) {
      expect(await atLogin(state)).toBe(code)
      await peer?.stop()
    }
  })

  it('a plain connection', async () => {
    peer = await startPeer(
      [
        {
          hears: /user\0/,
          says: errorResponse(
            '28000',
            'no pg_hba.conf entry for host "127.0.0.1", user "app", database "app", no encryption',
          ),
        },
      ],
      'closes',
    )
    const end = await climbAgainst(
      probe,
      { url: `postgresql://app@127.0.0.1:${peer.port}/app?sslmode=disable` },
      peer.silent,
      'never',
    )
    expect(end).toEqual({ reached: 'connect', code: 'tls-required' })
  })

  it('TLS where the URL demands it, and anything that was slipped in before the handshake', async () => {
    expect((await against([noTls], 'closes', 'never', '?sslmode=require')).code).toBe('tls-refused')
    await peer?.stop()
    expect(
      (await against([{ hears: sslRequest, says: 'Sslipped in' }], 'closes', 'never', '?sslmode=require')).code,
    ).toBe('not-postgres')
  })

  it('is not PostgreSQL', async () => {
    expect((await against([{ hears: /./, says: 'HTTP/1.1 400 Bad Request\r\n\r\n' }], 'closes', 'never')).code).toBe(
      'not-postgres',
    )
    await peer?.stop()
    expect(
      (
        await against(
          [{ hears: /user/, says: 'HTTP/1.1 400 Bad Request\r\n\r\n' }],
          'falls silent',
          'never',
          '?sslmode=disable',
        )
      ).code,
    ).toBe('not-postgres')
  })

  it('with a state it does not know is an error', async () => {
    await expect(atLogin('XX000', 'internal error')).rejects.toThrow('internal error')
  })
})

describe('a server that lies', () => {
  const words = Buffer.from('SFATAL\0VFATAL\0C28P01\0Mno\0')
  const described = message('T', Buffer.concat([Buffer.from([0, 1]), Buffer.from('version\0'), Buffer.alloc(18)]))
  const row = (columns: number): Buffer =>
    message(
      'D',
      Buffer.concat([
        Buffer.from([0, columns]),
        ...Array.from({ length: columns }, () => Buffer.from([0, 0, 0, 1, 0x31])),
      ]),
    )
  // What the driver asks before its rows are read: parse, bind, describe, execute, sync.
  const opened = [message('1', Buffer.alloc(0)), message('2', Buffer.alloc(0))]
  const done = [complete('SELECT 1'), ready('T')]

  it.each([
    ['an error without its last NUL', [noTls, { hears: /user\0app\0/, says: message('E', words) }], 'ends too early'],
    [
      'a text without an end',
      [noTls, { hears: /user\0app\0/, says: message('E', Buffer.from('SFATAL')) }],
      'has a string without an end',
    ],
    [
      'a message longer than it says',
      [
        noTls,
        { hears: /user\0app\0/, says: Buffer.concat([Buffer.from('R'), Buffer.from([0, 0, 0, 9]), Buffer.alloc(5)]) },
      ],
      'continues after its end',
    ],
    [
      'a length that cannot be',
      [noTls, { hears: /user\0app\0/, says: Buffer.from([0x52, 0, 0, 0, 3, 0, 0, 0, 0]) }],
      'has an impossible length',
    ],
    [
      'a state that there is not',
      [noTls, { hears: /user\0app\0/, says: Buffer.concat([authenticated, ready('X')]) }],
      'names an unknown state',
    ],
    [
      'a row that was not described',
      [...begun, { hears: /server_version_num/, says: Buffer.concat([...opened, row(1), ...done]) }],
      'has a row that was not described',
    ],
    [
      'a row of more columns than were described',
      [...begun, { hears: /server_version_num/, says: Buffer.concat([...opened, described, row(2), ...done]) }],
      'has a row that was not described',
    ],
    [
      'no row',
      [
        ...begun,
        { hears: /server_version_num/, says: Buffer.concat([...opened, described, complete('SELECT 0'), ready('T')]) },
      ],
      'has 0 rows instead of one',
    ],
    [
      'a row without what was asked for',
      [...begun, { hears: /server_version_num/, says: Buffer.concat([...opened, described, row(1), ...done]) }],
      'has no usable',
    ],
  ] as const)('%s is an error', async (_, turns, reason) => {
    await expect(against(turns as readonly Turn[], 'falls silent', 'query')).rejects.toThrow(reason)
  })

  it.each([7, 8, 9])('an authentication that is not offered is named: code %i', async (code) => {
    expect(
      await against(
        [noTls, { hears: /user\0app\0/, says: message('R', Buffer.from([0, 0, 0, code])) }],
        'falls silent',
        'connect',
      ),
    ).toEqual({ reached: 'connect', code: 'unsupported-authentication' })
  })
})
