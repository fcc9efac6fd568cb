import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startMosquitto, type MosquittoServer } from '../../../sandbox/servers/mosquitto.js'
import { folderOf, ownPacks, preflight, startProgram } from './preflight.js'

const wrong = 'Zk3qP9xV7tR2mW8yB4nL6cD1fG5hJ0sA'
const check = (probe: string): string =>
  `{ title: the broker takes us, severity: high, class: config, mqtt: { ${probe} }, fix: look at it, expect: [facts.echoed] }`
const pack = `stage: datastores
variables: { MQTT_HOST: { exposure: public }, MQTT_PASSWORD: { exposure: secret }, MQTT_URL: { exposure: dsn } }
checks:
  right: ${check('url: "${{ env.MQTT_URL }}"')}
  wrong: ${check('host: "${{ vars.MQTT_HOST }}", port: "${{ inputs.port }}", username: aegis, password: "${{ env.MQTT_PASSWORD }}"')}
inputs:
  port: { type: integer, description: of the broker }
`

let place: string
let folder: string
let server: MosquittoServer
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'mqtt-secrets-'))
  server = await startMosquitto(place)
  folder = folderOf({
    'packs/site/a.yaml': pack,
    'prod.env': `MQTT_HOST=127.0.0.1\nMQTT_PASSWORD=${wrong}\nMQTT_URL=${server.url}\n`,
  })
})
afterAll(async () => {
  await server.stop()
  await rm(place, { recursive: true, force: true })
})

it('passwords of a broker are in no output, and a refused login is red', async () => {
  const given = [...ownPacks, '--env-file', 'prod.env', '--input', `port=${server.port}`]
  const environment = { XDG_STATE_HOME: join(folder, 'state') }
  const outputs: string[] = []
  for (const args of [
    ['run', ...given, '--output', 'result.json'],
    ['run', ...given, '--format', 'json'],
    ['plan', ...given],
    ['probe', 'mqtt', `url=${server.url}`, ...given.slice(0, -2)],
    ['report', 'result.json', '--format', 'html'],
  ]) {
    const { stdout, stderr } = await preflight(args, { cwd: folder, environment })
    outputs.push(`${stdout}\n${stderr}`)
  }
  // The program as it ships, whose libraries would log what they are given.
  const shipped = await startProgram(['run', ...given], {
    cwd: folder,
    environment: { ...environment, DEBUG: '*' },
  })
  expect(shipped.exitCode).toBe(1)
  outputs.push(`${shipped.stdout}\n${shipped.stderr}`, readFileSync(join(folder, 'result.json'), 'utf8'))
  expect(shipped.stdout).toContain('not authorized (5)')
  for (const output of outputs) {
    expect(output).not.toContain(wrong)
    expect(output).not.toContain(server.password)
  }
  const { checks } = JSON.parse(outputs.at(-1) ?? '') as { checks: { id: string; status: string }[] }
  expect(checks.map(({ id, status }) => [id, status])).toEqual([
    ['site/a/right', 'pass'],
    ['site/a/wrong', 'fail'],
  ])
}, 60_000)
