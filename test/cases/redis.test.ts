import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireBinary } from '../../sandbox/process/binary.js'
import { startOwnedProcess } from '../../sandbox/process/owned-process.js'
import { createCertificate, type ServerCertificate } from '../../sandbox/servers/certificate.js'
import { startRedis, type RedisServer } from '../../sandbox/servers/redis.js'
import { onFreePort, waitForLog } from '../../sandbox/servers/server.js'
import { ElsewhereError } from '../../src/base/errors.js'
import { probe as env } from '../../src/checks/probes/env.js'
import { probe as redis } from '../../src/checks/probes/redis.js'
import { asNobody } from '../as-nobody.js'
import { observe } from '../checks/probes/observe.js'

const password = 'tide-over-marble'
const pair = { bracket: 'marble[tide' }

let folder: string
let server: RedisServer
let secured: RedisServer
let certificate: ServerCertificate
let client: ServerCertificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-cases-'))
  for (const name of ['server', 'client']) await mkdir(join(folder, name))
  certificate = createCertificate(join(folder, 'server'))
  client = createCertificate(join(folder, 'client'))
  server = await startRedis(join(folder, 'plain'), password)
  secured = await startRedis(join(folder, 'tls'), password)
  await server.administer('ACL', 'SETUSER', 'default', `>${pair.bracket}`)
  await server.administer('ACL', 'SETUSER', 'marlene', 'on', '>another-tide', '~*', '+@all')
  await secured.restart({
    tls: certificate,
    settings: [`tls-ca-cert-file ${client.certificateFile}`, 'tls-auth-clients optional'],
  })
})
afterAll(async () => {
  await server.stop()
  await secured.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The configuration check and the probe, with the driver's name as a pack gives it. */
async function judged(url: string): Promise<{
  readonly valid: boolean
  readonly reason: string
  readonly code: string
  readonly detail: string
  readonly reached: string
}> {
  const variables = {
    STREAMS_URL: {
      reads: ['url' as const],
      driver: 'redis-py',
      schemes: ['redis', 'rediss', 'unix'],
      exposure: 'dsn' as const,
    },
  }
  const { valid, reason } = await observe(
    env,
    { name: 'STREAMS_URL' },
    { environment: { STREAMS_URL: url }, variables },
  )
  const { problem, reached } = await observe(redis, { url, driver: 'redis-py' })
  return { valid, reason, code: problem.code, detail: problem.detail, reached }
}

const plain = (rest: string, userInfo = `:${password}@`) => `redis://${userInfo}127.0.0.1:${server.port}${rest}`
const overTls = (rest: string) =>
  `rediss://:${password}@localhost:${secured.port}/0?ssl_ca_certs=${certificate.certificateFile}${rest}`
const works = { valid: true, reason: '', code: 'none', reached: 'write' }

describe('refused by the configuration check and by the probe, in the same words', () => {
  it.each([
    ['r01-open-bracket', 'a bracket in the password', () => plain('/0', `:${pair.bracket}@`), 'percent-encode'],
    [
      'r04-unknown-option-ssl',
      'an option that the driver does not know',
      () => plain('/0?ssl=true'),
      'unknown query parameter ssl',
    ],
    [
      'r06-option-not-a-number',
      'an option that is not a number',
      () => plain('/0?socket_timeout=5s'),
      "Invalid value for 'socket_timeout'",
    ],
    [
      'r08-cert-reqs-spelling-required',
      'a constant for ssl_cert_reqs',
      () => overTls('&ssl_cert_reqs=CERT_REQUIRED'),
      'none, optional or required',
    ],
    ['r12-negative-database', 'a negative database', () => plain('/-1'), 'negative'],
    [
      'r16-protocol-4',
      'a protocol that is neither 2 nor 3',
      () => plain('/0?protocol=4'),
      'protocol must be either 2 or 3',
    ],
  ])('%s: %s', async (_id, _what, url, words) => {
    const { valid, reason, code, detail, reached } = await judged(url())
    expect({ valid, code, reached }).toEqual({ valid: false, code: 'bad-url', reached: 'none' })
    expect(reason).toContain(words)
    expect(detail).toBe(reason)
    for (const secret of [password, pair.bracket]) expect(`${reason}${detail}`).not.toContain(secret)
  })
})

describe('what the driver connects with', () => {
  it('r01-open-bracket: the right value, percent-encoded', async () => {
    expect(await judged(plain('/0', `:${encodeURIComponent(pair.bracket)}@`))).toMatchObject(works)
  })

  it('r04, r06, r08, r12, r16: the right values', async () => {
    expect(await judged(plain('/1?socket_timeout=5&protocol=3'))).toMatchObject(works)
    expect(await judged(plain('/٣'))).toMatchObject(works)
    expect(await judged(overTls('&ssl_cert_reqs=required'))).toMatchObject(works)
  })

  it('r13-credentials-in-query: credentials in the query', async () => {
    expect(await judged(plain('/0?username=marlene&password=another-tide', ''))).toMatchObject(works)
    expect(await judged(plain('/0?username=marlene&password=wrong', ''))).toMatchObject({
      valid: true,
      code: 'wrong-password',
    })
  })

  it('any password, by HELLO, where the server asks for none: it works, and that is reported', async () => {
    await server.administer('ACL', 'SETUSER', 'default', 'nopass')
    const look = async (url: string) => {
      const { problem, passwordIgnored } = await observe(redis, { url, driver: 'redis-py' })
      return { code: problem.code, passwordIgnored }
    }
    try {
      for (const userInfo of [':anything@', 'default:anything@'])
        expect(await look(plain('/0', userInfo))).toEqual({ code: 'none', passwordIgnored: true })
      expect(await look(plain('/0', ''))).toEqual({ code: 'none', passwordIgnored: false })
      expect((await look(plain('/0?protocol=2', ':anything@'))).code).toBe('unexpected-password')
    } finally {
      await server.administer('ACL', 'SETUSER', 'default', 'resetpass', `>${password}`, `>${pair.bracket}`)
    }
    expect(await look(plain('/0'))).toEqual({ code: 'none', passwordIgnored: false })
  })

  it('r14-client-cert: a client certificate is sent where the server demands one', async () => {
    const demanding = {
      tls: certificate,
      settings: [`tls-ca-cert-file ${client.certificateFile}`, 'tls-auth-clients yes'],
    }
    await secured.restart(demanding)
    expect(
      await judged(overTls(`&ssl_certfile=${client.certificateFile}&ssl_keyfile=${client.keyFile}`)),
    ).toMatchObject(works)
    expect((await judged(overTls(''))).code).not.toBe('none')
    await secured.restart({ ...demanding, settings: [demanding.settings[0]!, 'tls-auth-clients optional'] })
  })

  const linkLocal = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ address }) => address.startsWith('fe80:'))?.address
  const zone = Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses?.some(({ address }) => address === linkLocal),
  )?.[0]
  it.skipIf(linkLocal === undefined)('r18-ipv6-zone: an IPv6 address with its zone', async () => {
    await server.restart({ settings: [`bind 127.0.0.1 ${linkLocal}%${zone}`] })
    for (const percent of ['%25', '%'])
      expect(await judged(`redis://:${password}@[${linkLocal}${percent}${zone}]:${server.port}/0`)).toMatchObject(works)
    await server.restart()
  })

  it('r18-ipv6-zone: but no zone that the host does not have, as its resolver says', async () => {
    for (const address of ['fe80::1%25nowhere9', '::1%25nowhere9', 'fe80::1']) {
      expect(await judged(`redis://:${password}@[${address}]:${server.port}/0`)).toMatchObject({
        valid: true,
        code: 'name-not-found',
        reached: 'none',
      })
    }
  })
})

describe('files that a URL names', () => {
  it('r10-client-cert-not-there: a client certificate that is not there', async () => {
    const url = overTls(`&ssl_certfile=${folder}/gone/c.pem&ssl_keyfile=${folder}/gone/k.pem`)
    expect(await judged(url)).toMatchObject({
      valid: true,
      code: 'file-not-found',
      reached: 'none',
      detail: `the client certificate was not found: ${folder}/gone/c.pem`,
    })
  })

  it('r10-client-cert-not-there: one that holds something else, and a key that does not fit', async () => {
    await writeFile(join(folder, 'notes.txt'), 'nothing of use\n')
    expect((await judged(overTls(`&ssl_certfile=${folder}/notes.txt&ssl_keyfile=${client.keyFile}`))).code).toBe(
      'file-unreadable',
    )
    expect(
      (await judged(overTls(`&ssl_certfile=${client.certificateFile}&ssl_keyfile=${certificate.keyFile}`))).code,
    ).toBe('tls-failed')
  })
})

describe('files that this user may not read', () => {
  it('r14-client-cert: are an error, not a failure: the service may read them', async () => {
    await chmod(client.keyFile, 0o600)
    const url = overTls(`&ssl_certfile=${client.certificateFile}&ssl_keyfile=${client.keyFile}`)
    await expect(asNobody(() => observe(redis, { url, driver: 'redis-py' }))).rejects.toThrow(
      /^this user cannot read the client certificate .*: run preflight as the service's user$/,
    )
  })
})

describe('files that belong to another host', () => {
  it('r10, r14: are not opened, and the check is not applicable, naming them', async () => {
    const url = overTls(`&ssl_certfile=${folder}/gone/c.pem&ssl_keyfile=${folder}/gone/k.pem`)
    const away = observe(redis, { url, driver: 'redis-py', 'target-files': 'elsewhere' })
    await expect(away).rejects.toThrow(ElsewhereError)
    await expect(away).rejects.toThrow(
      `client certificate ${folder}/gone/c.pem, client key ${folder}/gone/k.pem, trusted certificates ${certificate.certificateFile}`,
    )
  })

  it('stop nothing where the URL names none', async () => {
    expect((await observe(redis, { url: plain('/0'), driver: 'redis-py', 'target-files': 'elsewhere' })).reached).toBe(
      'write',
    )
  })
})

describe('a Sentinel', () => {
  it('r17-sentinel-port: is named, and is not a matter of waiting', async () => {
    const own = join(folder, 'sentinel')
    await mkdir(own)
    const sentinel = await onFreePort(async (port) => {
      const file = join(own, 'sentinel.conf')
      await writeFile(
        file,
        `port ${port}\nbind 127.0.0.1\ndir ${own}\nsentinel monitor streams 127.0.0.1 ${server.port} 1\n`,
      )
      const process = await startOwnedProcess({
        command: requireBinary(['redis-server', 'valkey-server']),
        args: [file, '--sentinel'],
        folder: own,
        logFile: join(own, 'sentinel.log'),
      })
      await waitForLog('Sentinel', process, /Sentinel ID is/)
      return { port, process }
    })
    try {
      for (const url of [
        `redis://127.0.0.1:${sentinel.port}/0`,
        `redis://127.0.0.1:${sentinel.port}/2`,
        `redis://:${password}@127.0.0.1:${sentinel.port}/0`,
      ]) {
        const { problem } = await observe(redis, { url, driver: 'redis-py' })
        expect(problem).toMatchObject({
          code: 'sentinel',
          class: 'config',
          transient: false,
          detail: expect.stringMatching(/^this is a Sentinel/) as string,
        })
      }
    } finally {
      await sentinel.process.stop('SIGTERM')
    }
  })
})
