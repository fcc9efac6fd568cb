import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate } from '../../sandbox/servers/certificate.js'
import { startNats, type NatsServer } from '../../sandbox/servers/nats.js'
import { pemOf } from '../../scripts/driver-vectors/certificates/matrix.js'
import { authority, leaf } from '../../scripts/driver-vectors/certificates/parts.js'
import { probe as env } from '../../src/checks/probes/env.js'
import { probe as nats } from '../../src/checks/probes/nats.js'
import { preflight } from '../e2e/cli/preflight.js'
import { observe } from '../checks/probes/observe.js'

const password = 'lantern-over-harbour'

let folder: string
let server: NatsServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-cases-'))
  server = await startNats(join(folder, 'one'), password)
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The configuration check and the probe, with the driver's name as a pack gives it. */
async function judged(url: string, more: object = {}) {
  const variables = {
    SPINE_URL: {
      reads: ['url' as const],
      driver: 'async-nats',
      schemes: ['nats', 'tls', ''],
      exposure: 'dsn' as const,
    },
  }
  const { valid, unsentUserInfo } = await observe(
    env,
    { name: 'SPINE_URL' },
    { environment: { SPINE_URL: url }, variables },
  )
  const { problem, reached } = await observe(nats, { url, driver: 'async-nats', ...more })
  return { valid, unsentUserInfo, code: problem.code, detail: problem.detail, isTransient: problem.transient, reached }
}

const address = (userInfo: string) => `nats://${userInfo}127.0.0.1:${server.port}`

describe('NATS by async-nats', () => {
  it('n01-user-password: a server that demands the user and password of the URL never gets them', async () => {
    const result = await judged(address(`${server.user}:${password}@`))
    expect(result).toMatchObject({
      valid: true,
      unsentUserInfo: true,
      code: 'credentials-not-sent',
      reached: 'info',
      isTransient: false,
    })
    expect(result.detail).toContain('never sends the credentials in its URL')
    expect(JSON.stringify(result)).not.toContain(password)
    expect((await observe(nats, { url: address(`${server.user}:${password}@`) })).problem.code).toBe('none')
  })

  it('n02-token: nor one that demands the token', async () => {
    await server.restart({ demands: 'token' })
    expect(await judged(address(`${password}@`))).toMatchObject({
      unsentUserInfo: true,
      code: 'credentials-not-sent',
      isTransient: false,
    })
    await server.restart()
  })

  it('a server that takes clients without credentials is green, and user-info in its URL is reported', async () => {
    await server.restart({ demands: 'nothing' })
    expect(await judged(`${address('')} `)).toMatchObject({
      valid: true,
      unsentUserInfo: false,
      code: 'none',
      reached: 'roundtrip',
    })
    expect(await judged(address('someone:else@').replace('nats:', 'NATS:'))).toMatchObject({
      unsentUserInfo: true,
      code: 'none',
      reached: 'roundtrip',
    })
    await server.restart()
  })

  it('n06-client-cert-demanded: a server that demands a client certificate is refused by name, for good', async () => {
    await mkdir(join(folder, 'tls'))
    const tls = createCertificate(join(folder, 'tls'))
    await server.restart({ demands: 'nothing', tls, clientAuthority: tls.certificateFile })
    const result = await judged(`tls://localhost:${server.port}`, { 'trust-file': tls.certificateFile })
    expect(result).toMatchObject({ code: 'client-certificate-demanded', isTransient: false })
    expect(result.detail).toContain('client certificates for NATS are not supported')
    await server.restart()
  })
})

describe('certificates by async-nats, in the check of Shield', () => {
  /** The check as it is run before a start: exit code, and what is said of it. */
  async function checked(
    variables: Readonly<Record<string, string>>,
    {
      flags = [],
      surroundings = {},
    }: { readonly flags?: readonly string[]; readonly surroundings?: Readonly<Record<string, string>> } = {},
  ): Promise<{ readonly exitCode: number | null; readonly status?: string; readonly message?: string }> {
    const file = join(folder, 'shield.env')
    await writeFile(
      file,
      Object.entries({ NATS_URL: `tls://localhost:${server.port}`, ...variables })
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    const { exitCode, stdout } = await preflight(
      [
        'run',
        'shield/datastores/nats',
        '--env-file',
        file,
        '--input',
        `shield_directory=${folder}`,
        '--format',
        'json',
        ...flags,
      ],
      { cwd: folder, environment: surroundings },
    )
    const { checks } = JSON.parse(stdout) as {
      readonly checks: readonly { readonly id: string; readonly status: string; readonly message: string }[]
    }
    return { exitCode, ...checks.find(({ id }) => id === 'shield/datastores/nats') }
  }

  it('n04-self-signed-ca-true: what openssl req -x509 makes is refused, although it is trusted', async () => {
    await mkdir(join(folder, 'n04'))
    // Self-signed, CA:TRUE, with localhost as subjectAltName.
    const tls = createCertificate(join(folder, 'n04'))
    await server.restart({ demands: 'nothing', tls })
    const result = await checked({ SSL_CERT_FILE: tls.certificateFile })
    expect(result).toMatchObject({ exitCode: 1, status: 'fail' })
    expect(result.message).toMatch(
      /certificate-is-authority.*CaUsedAsEndEntity.*certificate authority.*issue a leaf certificate from it/,
    )
    expect(
      (await observe(nats, { url: `tls://localhost:${server.port}`, 'trust-file': tls.certificateFile })).problem.code,
    ).toBe('none')
    await server.restart()
  })

  it('n04-self-signed-ca-true: a leaf issued from it is taken, by SSL_CERT_FILE of the environment under test', async () => {
    const root = authority()
    const { certificate, privateKey } = leaf(root)
    const tls = { certificateFile: join(folder, 'leaf.crt'), keyFile: join(folder, 'leaf.key') }
    const trusted = join(folder, 'root.crt')
    await writeFile(tls.certificateFile, pemOf([certificate]))
    await writeFile(tls.keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    await writeFile(trusted, pemOf([root.certificate]))
    await server.restart({ demands: 'nothing', tls })
    expect(await checked({ SSL_CERT_FILE: trusted })).toMatchObject({ exitCode: 0, status: 'pass' })
    const unknown = await checked({})
    expect(unknown).toMatchObject({ exitCode: 1, status: 'fail' })
    expect(unknown.message).toContain('UnknownIssuer')
    expect(await checked({}, { surroundings: { NODE_EXTRA_CA_CERTS: trusted } })).toMatchObject({
      exitCode: 0,
      status: 'pass',
    })
    const missing = await checked({ SSL_CERT_FILE: join(folder, 'nowhere.crt') })
    expect(missing).toMatchObject({ exitCode: 1, status: 'fail' })
    expect(missing.message).toContain('file-not-found')
    const elsewhere = await checked({ SSL_CERT_FILE: trusted }, { flags: ['--input', 'shield.target_files=elsewhere'] })
    expect(elsewhere.status).toBe('not-applicable')
    expect(elsewhere.message).toContain(trusted)
    await server.restart()
  })
})
