import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate } from '../../sandbox/servers/certificate.js'
import { startNats, type NatsServer } from '../../sandbox/servers/nats.js'
import { probe as env } from '../../src/probes/env.js'
import { probe as nats } from '../../src/probes/nats.js'
import { observe } from '../probes/observe.js'

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
  const variables = { SPINE_URL: { reads: ['url' as const], driver: 'async-nats', schemes: ['nats', 'tls', ''], exposure: 'dsn' as const } }
  const { valid, unsentUserInfo } = await observe(env, { name: 'SPINE_URL' }, { environment: { SPINE_URL: url }, variables })
  const { problem, reached } = await observe(nats, { url, driver: 'async-nats', ...more })
  return { valid, unsentUserInfo, code: problem.code, detail: problem.detail, isTransient: problem.transient, reached }
}

const address = (userInfo: string) => `nats://${userInfo}127.0.0.1:${server.port}`

describe('NATS by async-nats', () => {
  it('n01: a server that demands the user and password of the URL never gets them', async () => {
    const result = await judged(address(`${server.user}:${password}@`))
    expect(result).toMatchObject({ valid: true, unsentUserInfo: true, code: 'credentials-not-sent', reached: 'info', isTransient: false })
    expect(result.detail).toContain('never sends the credentials in its URL')
    expect(JSON.stringify(result)).not.toContain(password)
    expect((await observe(nats, { url: address(`${server.user}:${password}@`) })).problem.code).toBe('none')
  })

  it('n02: nor one that demands the token', async () => {
    await server.restart({ demands: 'token' })
    expect(await judged(address(`${password}@`))).toMatchObject({ unsentUserInfo: true, code: 'credentials-not-sent', isTransient: false })
    await server.restart()
  })

  it('a server that takes clients without credentials is green, and user-info in its URL is told', async () => {
    await server.restart({ demands: 'nothing' })
    expect(await judged(`${address('')} `)).toMatchObject({ valid: true, unsentUserInfo: false, code: 'none', reached: 'roundtrip' })
    expect(await judged(address('someone:else@').replace('nats:', 'NATS:'))).toMatchObject({ unsentUserInfo: true, code: 'none', reached: 'roundtrip' })
    await server.restart()
  })

  it('n06: a server that demands a client certificate is refused by name, for good', async () => {
    await mkdir(join(folder, 'tls'))
    const tls = createCertificate(join(folder, 'tls'))
    await server.restart({ demands: 'nothing', tls, clientAuthority: tls.certificateFile })
    const result = await judged(`tls://localhost:${server.port}`, { 'trust-file': tls.certificateFile })
    expect(result).toMatchObject({ code: 'client-certificate-demanded', isTransient: false })
    expect(result.detail).toContain('client certificates for NATS are not supported')
    await server.restart()
  })
})
