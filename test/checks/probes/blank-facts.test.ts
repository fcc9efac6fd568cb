import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import { observe } from './observe.js'

/** By kind, an input for which there is nothing to see: a port that refuses, a path or a variable that is not there. */
const nothingToSee: Readonly<Record<string, unknown>> = {
  certificate: { path: '/no/such/path' },
  descriptor: { path: '/no/such/path' },
  disk: { path: '/no/such/path' },
  env: { name: 'NOT_SET' },
  file: { path: '/no/such/path' },
  files: { folder: '/no/such/path' },
  http: { url: 'http://127.0.0.1:1/' },
  host: { window: '1ms', 'proc-root': '/no/such/path' },
  port: { port: 7946, 'proc-root': '/no/such/path' },
  process: { 'pid-file': '/no/such/path', busiest: true, window: '1ms', 'proc-root': '/no/such/path' },
  listeners: { host: 'no-such-host.invalid', port: 1 },
  log: { paths: ['/no/such/path'], patterns: { errors: 'ERROR' }, json: { level: 'level' } },
  mqtt: { url: 'mqtt://127.0.0.1:1' },
  nats: { url: 'nats://127.0.0.1:1' },
  postgres: { url: 'postgresql://user:password@127.0.0.1:1/database' },
  prometheus: { url: 'http://127.0.0.1:1/metrics' },
  redis: { url: 'redis://127.0.0.1:1' },
  relay: {
    url: 'ws://127.0.0.1:1/',
    nats: 'nats://127.0.0.1:1',
    subject: 'a',
    proto: ['arqon.proto'],
    type: 'arqon.v1.Envelope',
    'trace-field': 'trace_id',
  },
  secret: { name: 'NOT_SET' },
  tcp: { address: '127.0.0.1:1' },
  tls: { address: '127.0.0.1:1' },
  websocket: { url: 'ws://127.0.0.1:1/' },
}

/** Kinds whose facts are all of what was seen: of a program's end, of the addresses that were tried. */
const alwaysSeeing = ['bind', 'command']

/** Facts that differ from run to run, or from one account to another, are recorded as blank. */
const ofThisRun = (facts: object): object => ({
  ...('elapsedMs' in facts ? { elapsedMs: 0 } : {}),
  ...('traceId' in facts ? { traceId: '' } : {}),
  ...('filesOfUnknownHome' in facts ? { filesOfUnknownHome: [] } : {}),
})

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/blank-facts.json'), 'utf8'),
) as Readonly<Record<string, object>>

it('knows every kind', () => {
  expect(
    Object.keys(nothingToSee).sort(),
    '`nothingToSee` in this file must have an input for each kind, or `alwaysSeeing` its name',
  ).toEqual(probeRegistry.names().filter((kind) => !alwaysSeeing.includes(kind)))
})

it.each(Object.entries(nothingToSee))(
  '%s says what it always said where there is nothing to see',
  async (kind, input) => {
    const packFolder = join(import.meta.dirname, '../../../checks/shield')
    const facts = await observe(await probeRegistry.load(kind), input as never, { packFolder })
    expect(
      { ...facts, ...ofThisRun(facts) },
      `what test/fixtures/blank-facts.json has as \`${kind}\` must be what the kind says`,
    ).toEqual(recorded[kind])
  },
)
