import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MosquittoServer, startMosquitto } from '../../../sandbox/servers/mosquitto.js'
import { AegisPlace, doesNothing, killing } from './aegis-place.js'
import { AegisServices } from './aegis-services.js'
import { ending } from './real.js'

let place: AegisPlace
let broker: MosquittoServer
let services: AegisServices
let folder = ''

/** As `gen-mqtt-cert.sh` makes them: a new authority, and a server's certificate without alternative names. */
const generator = `#!/bin/bash
set -eu
cd "$(dirname "$0")/../certs"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=PrivateCA -keyout ca.key -out ca.crt 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=mosquitto -keyout server.key -out server.csr 2>/dev/null
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out server.crt 2>/dev/null
`

/** What the broker serves, asked on the wire. */
function served(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: broker.tlsPort, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()!.fingerprint256)
      socket.destroy()
    })
    socket.once('error', reject)
  })
}
const inFile = (): string =>
  new X509Certificate(readFileSync(join(broker.certificateFolder, 'server.crt'))).fingerprint256

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-broker-'))
  mkdirSync(join(folder, 'scripts'))
  broker = await startMosquitto(folder)
  place = new AegisPlace({ DATABASE_URL: 'postgresql://nobody:q8-Zk.w2Lx_9vTm@127.0.0.1:1/none' })
  services = new AegisServices({ mosquitto: { restart: () => broker.restart() } })
  await services.start(place)
})
afterAll(async () => {
  services.stop()
  place.remove()
  await broker.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  services.lies = false
  services.changes.length = 0
  generate(generator)
})

function generate(script: string): void {
  writeFileSync(join(folder, 'scripts/generate'), script, { mode: 0o755 })
}
const parameters = () => ({
  broker_address: `127.0.0.1:${broker.tlsPort}`,
  certificate_folder: broker.certificateFolder,
  generator: join(folder, 'scripts/generate'),
  force: true,
})
const rotate = (more: object = {}) => place.run('aegis/rotate-certificates', { ...parameters(), ...more })

describe('the rotation of the certificates of the broker (001-28, 001-34, 001-48, 001-53)', () => {
  it('has another certificate served, and its undo has the old one served again', async () => {
    const before = await served()
    const run = await rotate()
    expect(ending(run)).toBe('completed-with-manual')
    expect(await served()).not.toBe(before)
    expect(await served()).toBe(inFile())
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await served()).toBe(before)
    expect(inFile()).toBe(before)
  })

  it('does nothing to a certificate that is valid for long enough', async () => {
    const before = await served()
    const run = await rotate({ force: false, days: 3 })
    expect(ending(run)).toBe('completed')
    expect(await served()).toBe(before)
    expect(services.changes).toEqual([])
  })

  it.each([
    ['does nothing and ends with 0, as `python -m app.cert_manager`', doesNothing, /is still the old certificate/],
    [
      'loses the key',
      `${generator}openssl ecparam -name prime256v1 -genkey -noout -out server.key\n`,
      /does not belong/,
    ],
    [
      'signs with an authority that it does not leave behind',
      `${generator}openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=Other -keyout ca.key -out ca.crt 2>/dev/null\n`,
      /the new certificate is not one of ca.crt/,
    ],
    ['makes one for two days', generator.replaceAll('-days 3650 -out', '-days 2 -out'), /is valid for \d days only/],
  ])('refuses a generator that %s: the old certificate is served again', async (_what, script, message) => {
    const before = await served()
    generate(script)
    const run = await rotate()
    expect(ending(run)).toMatch(/^undone/)
    expect(readFileSync(join(place.folderOf(run), 'journal.jsonl'), 'utf8')).toMatch(message)
    expect(await served()).toBe(before)
    expect(inFile()).toBe(before)
    expect(services.changes).toEqual(['compose restart mosquitto'])
  })

  it('refuses a restart that says 0 and does nothing, and puts the old files back', async () => {
    const before = await served()
    services.lies = true
    const run = await rotate()
    expect(ending(run)).toMatch(/^undone/)
    expect(run.steps.get('restart/how/compose/restart')!.message).toMatch(/the container was not started again/)
    expect(inFile()).toBe(before)
    expect(await served()).toBe(before)
  })

  it('is refused where the broker serves another certificate than the folder has', async () => {
    const other = broker.authority.issue(join(folder, 'other'), { commonName: 'localhost' })
    await broker.restart({ certificate: other })
    try {
      expect(ending(await rotate())).toMatch(/serves another certificate than that of/)
    } finally {
      await broker.restart()
    }
  })

  it('is refused without its generator, with nothing done', async () => {
    const run = await rotate({ generator: join(folder, 'scripts/none') })
    expect(ending(run)).toMatch(/nothing was done\nprogram .*scripts\/none/)
  })
})

describe.each(['before', 'after'] as const)('preflight killed %s the generator has written', (moment) => {
  it('goes on to the same end, and its undo has the old certificate served again', async () => {
    const before = await served()
    const marker = join(folder, 'kill')
    writeFileSync(marker, '')
    generate(killing(generator, moment, marker))
    const killed = await place.runKilled('aegis/rotate-certificates', parameters(), [
      'generate',
      'restart/how/compose/restart',
    ])
    expect(killed).toBe('SIGKILL')
    expect(inFile() === before).toBe(moment === 'before')
    const run = await place.resumeLast()
    expect(ending(run)).toBe('completed-with-manual')
    expect(await served()).toBe(inFile())
    expect(inFile()).not.toBe(before)
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await served()).toBe(before)
  })
})
