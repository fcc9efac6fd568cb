import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AegisDatabase, AegisPlace, doesNothing, startAegisDatabase } from './aegis-place.js'
import { AegisServices } from './aegis-services.js'
import { ending } from './real.js'

let place: AegisPlace
let services: AegisServices
let database: AegisDatabase
let api: Server
let url = ''
/** What the health page says of its components. */
let health: Record<string, string> = {}
const whole = { database: 'healthy', mqtt: 'unhealthy', storage: 'healthy' }

beforeAll(async () => {
  // As the real page: always 200, whatever it says.
  api = createServer((_request, response) => {
    const isHealthy = Object.values(health).every((status) => status === 'healthy')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ status: isHealthy ? 'healthy' : 'unhealthy', version: '1.0.0', components: health }))
  }).listen(0, '127.0.0.1')
  await once(api, 'listening')
  url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  database = await startAegisDatabase()
  place = new AegisPlace({ DATABASE_URL: database.serviceUrl })
  services = new AegisServices({
    eventbus: { restart: () => void (health = whole) },
    postgres: { restart: () => database.restart() },
    mosquitto: { restart: () => undefined },
  })
  await services.start(place)
}, 60_000)
afterAll(async () => {
  services.stop()
  place.remove()
  api.close()
  await database.remove()
})
beforeEach(() => {
  services.lies = false
  services.changes.length = 0
  services.install()
  health = { ...whole, database: 'unhealthy' }
})

const restart = (more: object = {}) => place.run('aegis/restart', { api_url: url, ...more })

describe.each([
  ['compose', 'compose restart eventbus', /the container was not started again/],
  ['systemd', 'restart aegis-event-bus', /the unit was not started again/],
])('the restart of the API by %s (001-29, 001-51)', (deployment, command, message) => {
  it('ends when it is healthy, component by component', async () => {
    expect(ending(await restart({ deployment }))).toBe('completed')
    expect(services.changes).toEqual([command])
    expect(health).toEqual(whole)
  })

  it('fails where the program says 0 and does nothing', async () => {
    services.lies = true
    // The page is healthy all the while.
    health = whole
    expect(ending(await restart({ deployment }))).toMatch(message)
  })

  it('is refused where the program is absent, with nothing done', async () => {
    const path = process.env['PATH']!
    const program = deployment === 'compose' ? 'docker' : 'systemctl'
    place.uninstall('docker')
    place.uninstall('systemctl')
    place.useOnly(['bash', 'sh'])
    try {
      expect(ending(await restart({ deployment }))).toMatch(
        new RegExp(`nothing was done\nprogram ${program} was not found`),
      )
    } finally {
      process.env['PATH'] = path
      for (const name of ['bash', 'sh']) place.uninstall(name)
    }
  })
})

describe('the restart of a service that does not exist', () => {
  it('names those of the compose file: `app` is none (001-21)', async () => {
    const run = await restart({ service: 'app' })
    expect(ending(run)).toMatch(/there is no service app; the compose file has: eventbus\npostgres\nmosquitto/)
    expect(services.changes).toEqual([])
  })

  it('is refused by systemd, whose show ends with 0 for it', async () => {
    const run = await restart({ deployment: 'systemd', unit: 'app' })
    expect(ending(run)).toMatch(/there is no unit app/)
    expect(services.changes).toEqual([])
  })
})

describe('the restart of the database (001-24)', () => {
  it('ends when its user can log in, which `from app.db import engine_rw` does not show', async () => {
    await database.stop()
    // The import prints its words with the database down: what is judged is the login.
    services.lies = true
    const lying = await restart({ service: 'postgres' })
    expect(ending(lying)).toMatch(/the container was not started again/)
    services.lies = false
    expect(ending(await restart({ service: 'postgres' }))).toBe('completed')
    expect(await database.administer('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

describe('the restart by a script', () => {
  const started: ChildProcess[] = []
  afterAll(() => {
    const pid = Number(readFileSync(join(place.folder, 'eventbus.pid'), 'utf8'))
    process.kill(pid)
    for (const child of started) child.kill()
  })

  it('ends when another process runs, and fails where the script says 0 and does nothing', async () => {
    const old = spawn('sleep', ['600'])
    started.push(old)
    const pidFile = join(place.folder, 'eventbus.pid')
    writeFileSync(pidFile, String(old.pid))
    health = whole
    const script = { deployment: 'script', launcher: './restart' }
    writeFileSync(join(place.folder, 'restart'), doesNothing, { mode: 0o755 })
    expect(ending(await restart(script))).toMatch(/was not started again/)
    writeFileSync(
      join(place.folder, 'restart'),
      '#!/bin/sh\nkill "$(cat "$1.pid")"\nsetsid sleep 600 >/dev/null 2>&1 </dev/null &\necho $! >"$1.pid"\n',
    )
    expect(ending(await restart(script))).toBe('completed')
    expect(Number(readFileSync(pidFile, 'utf8'))).not.toBe(old.pid)
  })
})
