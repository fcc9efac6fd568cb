import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import mqtt from 'mqtt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MosquittoServer, startMosquitto } from '../../../sandbox/servers/mosquitto.js'

let folder = ''
let mosquitto: MosquittoServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-mosquitto-'))
  mosquitto = await startMosquitto(folder)
})

afterAll(async () => {
  await mosquitto.stop()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  await mosquitto.restart()
})

/** `accepted`, else the words of the failure. */
async function login(url: string, options: mqtt.IClientOptions = {}): Promise<string> {
  try {
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, connectTimeout: 2000, ...options }, false)
    await client.endAsync(true)
    return 'accepted'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The serial number of the certificate that the TLS listener serves to a client that trusts the authority. */
function servedSerial(): Promise<string> {
  return new Promise((fulfil, reject) => {
    const ca = readFileSync(mosquitto.authority.certificateFile)
    const socket = connectTls({ host: '127.0.0.1', port: mosquitto.tlsPort, ca }, () => {
      fulfil(socket.getPeerCertificate().serialNumber)
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

describe('Mosquitto', () => {
  it('lets in its user, and nobody else', async () => {
    expect(await login(mosquitto.url)).toBe('accepted')
    expect(await login(`mqtt://127.0.0.1:${mosquitto.port}`)).toMatch(/Not authorized/)
    expect(await login(mosquitto.url.replace(mosquitto.password, 'wrong'))).toMatch(/Not authorized/)
  })

  it('lets in anyone, or nobody', async () => {
    await mosquitto.restart({ access: 'anonymous' })
    expect(await login(`mqtt://127.0.0.1:${mosquitto.port}`)).toBe('accepted')
    await mosquitto.restart({ access: 'nobody' })
    expect(await login(`mqtt://127.0.0.1:${mosquitto.port}`)).toMatch(/Not authorized/)
    expect(await login(mosquitto.url)).toMatch(/Not authorized/)
  })

  it('speaks TLS with a certificate of its own authority, and with another one that it is given', async () => {
    expect(await login(mosquitto.tlsUrl)).toMatch(/self.signed|unable to (?:get|verify)/)
    const ca = readFileSync(mosquitto.authority.certificateFile)
    expect(await login(mosquitto.tlsUrl, { ca })).toBe('accepted')
    const before = await servedSerial()
    const certificate = mosquitto.authority.issue(join(folder, 'other'), { commonName: 'mosquitto' })
    await mosquitto.restart({ certificate })
    // Without a subjectAltName, as the real system has it.
    expect(await login(mosquitto.tlsUrl, { ca })).toMatch(/does not match certificate's altnames|IP: 127.0.0.1/)
    await mosquitto.restart()
    expect(await servedSerial()).toBe(before)
  })

  it('demands a certificate of the client', async () => {
    await mosquitto.restart({ demandsClientCertificate: true })
    const ca = readFileSync(mosquitto.authority.certificateFile)
    expect(await login(mosquitto.tlsUrl, { ca })).not.toBe('accepted')
    const client = mosquitto.authority.issue(join(folder, 'client'), { commonName: 'client' })
    const [cert, key] = [readFileSync(client.certificateFile), readFileSync(client.keyFile)]
    expect(await login(mosquitto.tlsUrl, { ca, cert, key })).toBe('accepted')
  })

  it('allows what its list of rights allows', async () => {
    await mosquitto.restart({ acl: [`user ${mosquitto.user}`, 'topic read aegis/#'] })
    const client = await mqtt.connectAsync(mosquitto.url, { reconnectPeriod: 0, protocolVersion: 5 }, false)
    const [granted] = await client.subscribeAsync('aegis/x', { qos: 1 })
    expect(granted?.qos).toBe(1)
    await expect(client.publishAsync('aegis/x', 'x', { qos: 1 })).rejects.toThrow(/Not authorized/)
    await client.endAsync(true)
  })

  it('stops when paused, and is refused when stopped', async () => {
    await mosquitto.pause()
    expect(await login(mosquitto.url, { connectTimeout: 300 })).not.toBe('accepted')
    mosquitto.resume()
    expect(await login(mosquitto.url)).toBe('accepted')
    await mosquitto.stop()
    expect(mosquitto.isRunning()).toBe(false)
    expect(await login(mosquitto.url)).toMatch(/ECONNREFUSED/)
  })
})
