import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { envelopeDescriptorSet } from '../../../sandbox/protobuf/descriptor-set.js'
import { randomSecret } from '../../../sandbox/random-secret.js'
import { type NatsServer, startNats } from '../../../sandbox/servers/nats.js'
import type { ShieldMisbehaviour } from '../../../sandbox/shield/misbehaviour.js'
import { type Shield, ShieldRefusedToStart, startShield } from '../../../sandbox/shield/shield.js'
import { mintToken } from '../../../sandbox/token/hs256.js'
import { open, upgrade } from '../raw-websocket.js'
import { bearer, tokensOf } from '../tokens.js'

const secret = randomSecret()
const tokens = tokensOf(secret)
/** The envelope of the contract. */
const envelope = Buffer.from(
  '0a0e707265666c696768742d303030311209707265666c696768741a0570726f62652080d0eab6b733320e0a0776657273696f6e1203312e30aa010d0a076d65737361676512026869',
  'hex',
)
const noEnvelope = Buffer.from('ffff', 'hex')

let folder = ''
let nats: NatsServer
let spine: NatsConnection
let shield: Shield
let environment: Record<string, string>
const published: { readonly subject: string; readonly data: Buffer }[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  nats = await startNats(join(folder, 'nats'), undefined, 'nothing')
  spine = await connectNats({ servers: `127.0.0.1:${nats.port}`, user: nats.user, pass: nats.password })
  spine.subscribe('>', {
    callback: (_error, message) => void published.push({ subject: message.subject, data: Buffer.from(message.data) }),
  })
  await spine.flush()
  mkdirSync(join(folder, 'shield'))
  writeFileSync(join(folder, 'shield', 'envelope.desc'), envelopeDescriptorSet())
  environment = { JWT_SECRET: secret, NATS_URL: nats.url }
  shield = await startShield(environment, { folder: join(folder, 'shield') })
})
afterEach(() => {
  shield.behave()
  shield.adopt(environment)
  published.length = 0
})
afterAll(async () => {
  await shield.stop()
  await spine.close()
  await nats.stop()
  rmSync(folder, { recursive: true })
})

const url = (path = '/ws'): string => `ws://127.0.0.1:${shield.edge.port}${path}`

/** Sends one frame and gives what came back and what was published, once both had their chance. */
async function relay(
  frame: Uint8Array | string,
  token = tokens.valid,
): Promise<{ readonly echo: Buffer | undefined; readonly published: readonly string[] }> {
  const connection = await open(url(), bearer(token))
  connection.send(frame)
  // Text is always echoed, and after the frame before it: no need to wait for silence.
  connection.send('fence')
  const answer = await connection.next()
  const echo = answer?.data.toString() === 'fence' ? undefined : answer
  await shield.seesSpine(1000)
  await spine.flush()
  connection.close()
  return { echo: echo?.data, published: published.map(({ subject, data }) => `${subject} ${data.toString('hex')}`) }
}

it('does not start where the real one refuses to', async () => {
  await expect(
    startShield({ ...environment, JWT_SKIP_VALIDATION: '' }, { folder: join(folder, 'shield') }),
  ).rejects.toBeInstanceOf(ShieldRefusedToStart)
  await expect(startShield(environment, { folder: join(folder, 'elsewhere') })).rejects.toThrow(/envelope\.desc/)
})

describe('the upgrade', () => {
  it.each<[string, Record<string, string>, string]>([
    ['without a header', {}, 'Missing Authorization header'],
    ['with another scheme', { Authorization: 'Basic YTpi' }, 'Authorization header is not Bearer token format'],
    [
      'with bearer in lower case',
      { Authorization: `bearer ${tokens.valid}` },
      'Authorization header is not Bearer token format',
    ],
    ['with garbage', bearer('garbage'), 'JWT decode failed'],
    ['with a forged token', bearer(tokens.forged), 'JWT decode failed'],
    ['with an expired token', bearer(tokens.expired), 'JWT decode failed'],
    ['with an unsigned token', bearer(tokens.unsigned), 'JWT decode failed'],
  ])('is refused %s', async (_what, headers, details) => {
    const { refusal } = await upgrade(url(), headers)
    expect(refusal?.status).toBe(401)
    expect(JSON.parse(refusal?.body ?? '')).toEqual({ error: 'Unauthorized', details })
  })

  it('knows no token in the query and no other route', async () => {
    expect((await upgrade(url(`/ws?token=${tokens.valid}`))).refusal?.status).toBe(401)
    expect((await upgrade(url('/'), bearer(tokens.valid))).refusal?.status).toBe(404)
    expect((await fetch(url().replace('ws:', 'http:'))).status).toBe(400)
  })

  it('grants an expired token sixty seconds, and wants all four claims', async () => {
    const now = Math.floor(Date.now() / 1000)
    const whole = { sub: 's', tenant_id: 't', iat: now - 600, exp: now - 30 }
    ;(await open(url(), bearer(mintToken(whole, secret)))).close()
    for (const name of Object.keys(whole)) {
      const partial = Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name))
      expect((await upgrade(url(), bearer(mintToken(partial, secret)))).refusal?.status).toBe(401)
    }
  })

  it.each<[string, Partial<ShieldMisbehaviour>, Record<string, string>]>([
    ['without authentication', { authentication: 'off' }, {}],
    ['accepting unsigned tokens', { acceptsUnsigned: true }, bearer(tokens.unsigned)],
    ['accepting expired tokens', { acceptsExpired: true }, bearer(tokens.expired)],
    ['accepting forged tokens', { acceptsForged: true }, bearer(tokens.forged)],
    ['accepting any header', { acceptsMalformedAuthorization: true }, { Authorization: 'Basic YTpi' }],
  ])('lets in %s', async (_what, misbehaviour, headers) => {
    Object.assign(shield.misbehaviour, misbehaviour)
    ;(await open(url(), headers)).close()
  })

  it.each([
    [403, 403],
    [500, 500],
    ['other-reason', 401],
  ] as const)('answers %s to everybody', async (authentication, status) => {
    shield.misbehaviour.authentication = authentication
    const { refusal } = await upgrade(url(), bearer(tokens.valid))
    expect(refusal?.status).toBe(status)
    expect(refusal?.body).not.toContain('JWT decode failed')
  })

  it('is never answered by a Shield that hangs', async () => {
    shield.misbehaviour.webSocket = 'no-upgrade'
    await expect(upgrade(url(), bearer(tokens.valid), 200)).rejects.toThrow(/timed out/)
  })
})

describe('a binary frame', () => {
  it("is published to the tenant's subject and echoed, the same bytes", async () => {
    expect(await relay(envelope)).toEqual({
      echo: envelope,
      published: [`in.t.preflight.raw ${envelope.toString('hex')}`],
    })
  })

  it('is published under a tenant whose special characters are replaced', async () => {
    const now = Math.floor(Date.now() / 1000)
    const token = mintToken({ sub: 's', tenant_id: 'a.b>*é😀c-d', iat: now, exp: now + 60 }, secret)
    expect((await relay(envelope, token)).published).toEqual([`in.t.a_b____c-d.raw ${envelope.toString('hex')}`])
  })

  it('is answered with silence when it is not an envelope', async () => {
    expect(await relay(noEnvelope)).toEqual({ echo: undefined, published: [] })
  })

  it('is refused as well when the switch says lax, since the descriptor is there', async () => {
    shield.adopt({ ...environment, ARQON_SCHEMA_STRICT: 'false' })
    expect(await relay(noEnvelope)).toEqual({ echo: undefined, published: [] })
  })

  it.each<[string, Partial<ShieldMisbehaviour>, Buffer, Buffer | undefined, readonly string[]]>([
    ['passes unchecked', { schema: 'off' }, noEnvelope, noEnvelope, ['in.t.preflight.raw ffff']],
    ['never passes', { schema: 'refuses-all' }, envelope, undefined, []],
    ['is echoed and not published', { relay: 'echo-only' }, envelope, envelope, []],
    [
      'is published and not echoed',
      { relay: 'publish-only' },
      envelope,
      undefined,
      [`in.t.preflight.raw ${envelope.toString('hex')}`],
    ],
    [
      'is published altered',
      { relay: 'altered' },
      envelope,
      envelope,
      [`in.t.preflight.raw ${envelope.toString('hex')}2a00`],
    ],
    [
      'is published elsewhere',
      { relay: 'other-subject' },
      envelope,
      envelope,
      [`lost.in.t.preflight.raw ${envelope.toString('hex')}`],
    ],
    ['is ignored', { webSocket: 'no-frames' }, envelope, undefined, []],
  ])('%s', async (_what, misbehaviour, frame, echo, subjects) => {
    Object.assign(shield.misbehaviour, misbehaviour)
    expect(await relay(frame)).toEqual({ echo, published: subjects })
  })
})

it('without a descriptor, strict refuses every frame and lax lets every one through', async () => {
  const lax = await startShield({ ...environment, ARQON_SCHEMA_STRICT: 'on' }, { folder: join(folder, 'bare') })
  try {
    const connection = await open(`ws://127.0.0.1:${lax.edge.port}/ws`, bearer(tokens.valid))
    connection.send(noEnvelope)
    expect((await connection.next())?.data).toEqual(noEnvelope)
    lax.adopt(environment)
    connection.send(envelope)
    connection.send('fence')
    expect((await connection.next())?.data.toString()).toBe('fence')
    connection.close()
  } finally {
    await lax.stop()
  }
})

it('echoes text without any check', async () => {
  expect(await relay('anything')).toEqual({ echo: Buffer.from('anything'), published: [] })
})

describe('the metrics page', () => {
  const page = (signal?: AbortSignal): Promise<Response> =>
    fetch(`http://127.0.0.1:${shield.metrics.port}/metrics`, signal === undefined ? {} : { signal })

  it('is empty and good', async () => {
    const response = await page()
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  })

  it.each([
    ['garbage', 200, /ninety/],
    ['html', 200, /doctype/],
    ['error', 500, /failed/],
  ] as const)('can be %s', async (metrics, status, body) => {
    shield.misbehaviour.metrics = metrics
    const response = await page()
    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(body)
  })

  it('can be silent', async () => {
    shield.misbehaviour.metrics = 'silent'
    await expect(page(AbortSignal.timeout(200))).rejects.toThrow(/abort|timeout/i)
  })
})

it('finds NATS again after it was away, and stops while it is not there', async () => {
  await nats.stop()
  expect(await shield.seesSpine(100)).toBe(false)
  await nats.restart()
  while (!(await shield.seesSpine(1000))) await new Promise((resolve) => setTimeout(resolve, 20))
})
