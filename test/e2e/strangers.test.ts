import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { productionEnvironment } from '../../sandbox/production-environment.js'
import { probeRegistry } from '../../src/registry/probes.js'
import { silent, startRawPeer } from '../peers/raw-peer.js'
import { capturedRun } from './captured-run.js'

/** What stands where a target should be. */
interface Stranger {
  readonly port: number
  /** Path of what answers for conda, rustc and cargo. */
  readonly program: string
  stop(): Promise<void>
}

/** Kinds that look at variables, files and the system's tables only: no stranger can answer for them. */
const kindsWithoutPeer = new Set(['env', 'secret', 'file', 'disk', 'descriptor', 'listeners', 'bind'])

/** Greens that claim no more than was seen, each with its reason. */
const exempt: Readonly<Record<string, readonly string[]>> = {
  // The title says that a port answers, and it does.
  peer: ['arqonbus/runtime/reachable', 'shield/runtime/reachable'],
  // Of the repository's connection scripts nothing is promised but the exit code.
  program: ['arqonbus/gates/redis-script', 'arqonbus/gates/postgres-script'],
}

const root = join(import.meta.dirname, '../../checks')

/** Ids of the shipped checks whose probe talks to a server or a program. */
const talking = ['arqonbus', 'shield'].flatMap((system) =>
  readdirSync(join(root, system))
    .filter((name) => name.endsWith('.yaml') && name !== 'pack.yaml')
    .flatMap((name) => {
      const { checks } = parse(readFileSync(join(root, system, name), 'utf8')) as { readonly checks?: Readonly<Record<string, object>> }
      const kindOf = (check: object) => probeRegistry.names().find((kind) => kind in check) ?? ''
      return Object.entries(checks ?? {})
        .filter(([, check]) => !kindsWithoutPeer.has(kindOf(check)))
        .map(([key]) => `${system}/${basename(name, '.yaml')}/${key}`)
    }),
)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-strangers-'))
  mkdirSync(join(folder, 'checkout'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const missingProgram = () => join(folder, 'no-such-program')

async function pages(answer: RequestListener): Promise<Stranger> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    program: missingProgram(),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function saysNothing(): Promise<Stranger> {
  const peer = await startRawPeer(silent)
  return { port: peer.port, program: missingProgram(), stop: () => peer.stop() }
}

/** A port where nobody listens, and a program that does this. */
async function program(name: string, text: string | undefined): Promise<Stranger> {
  const closed = await pages(() => undefined)
  await closed.stop()
  const path = text === undefined ? missingProgram() : join(folder, name)
  if (text !== undefined) {
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
  }
  return { port: closed.port, program: path, stop: async () => undefined }
}

const strangers: readonly (readonly [name: string, kind: 'peer' | 'program', appear: () => Promise<Stranger>])[] = [
  ['a server that answers 200 {"ok":1} to everything', 'peer', () => pages((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":1}'))],
  ['a server that answers a login page', 'peer', () => pages((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title><form action="/login"><input name="password"></form>'))],
  ['a server that accepts and says nothing', 'peer', saysNothing],
  ['a program that prints OK and ends with 0', 'program', () => program('says-ok', 'echo OK')],
  ['a program that prints nothing and ends with 0', 'program', () => program('says-nothing', ':')],
  ['no program and no server', 'program', () => program('absent', undefined)],
]

/** The greens among the checks that talk to something, of a run where everything is this stranger. */
async function greens({ port, program: path }: Stranger, selectors: readonly string[]): Promise<readonly string[]> {
  const at = `127.0.0.1:${port}`
  const environment = productionEnvironment({
    busPort: port,
    telemetryPort: port,
    hotStoreUrl: `redis://:a-Long-passw0rd-of-no-use@${at}/0`,
    postgresUrl: `postgresql://bus:a-Long-passw0rd-of-no-use@${at}/bus`,
    natsUrl: `nats://${at}`,
  })
  const inputs = {
    bus_url: `ws://${at}/`,
    bus_http_url: `http://${at}`,
    telemetry_url: `ws://${at}/`,
    shield_url: `ws://${at}/ws`,
    shield_metrics_url: `http://${at}/metrics`,
    shield_directory: folder,
    ollama_enabled: 'true',
    ollama_url: `http://${at}`,
    repository: join(folder, 'checkout'),
    conda: path,
    rustc: path,
    cargo: path,
    test_redis_url: `redis://127.0.0.1:${port}/9`,
    test_postgres_url: 'postgresql://tests@127.0.0.1:1/tests',
  }
  const { document } = await capturedRun({ environment, inputs, selectors, timeout: 800 })
  expect(document.state).toBe('complete')
  return document.checks.filter(({ id, status }) => talking.includes(id) && status === 'pass').map(({ id }) => id)
}

it('finds the checks that talk to something', () => {
  expect(talking.length).toBeGreaterThan(35)
  expect(talking).toContain('arqonbus/runtime/metrics')
  expect(talking).not.toContain('arqonbus/config/environment')
})

describe.each(strangers)('%s', (_name, kind, appear) => {
  let stranger: Stranger
  beforeAll(async () => {
    stranger = await appear()
  })
  afterAll(() => stranger.stop())

  it('passes no check, together with its pack', async () => {
    const unexpected = (await greens(stranger, ['arqonbus', 'shield'])).filter((id) => !exempt[kind]?.includes(id))
    expect(unexpected).toEqual([])
  })

  it('passes no check that is run alone', async () => {
    const unexpected: string[] = []
    for (const id of talking) {
      const green = await greens(stranger, [id])
      unexpected.push(...green.filter((each) => !exempt[kind]?.includes(each)))
    }
    expect(unexpected).toEqual([])
  })
})
