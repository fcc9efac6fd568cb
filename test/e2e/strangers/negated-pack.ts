import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import type { CheckDefinition } from '../../../src/checks/definition.js'
import { factTypeOf } from '../../../src/base/facts.js'
import { formatPosition } from '../../../src/base/errors.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { negationsOf, type Negation } from './negations.js'

const scheme = (plain: string, encrypted: string) => `\${{ inputs.tls ? "${encrypted}" : "${plain}" }}://`
const place = '${{ inputs.place }}'

/**
 * How a check of each kind that talks to something comes to a stranger. `page` and `nats` are what it talks to first,
 * where it talks to two.
 */
export const calls: Readonly<Record<string, object>> = {
  command: { argv: ['${{ inputs.program }}'] },
  http: { url: '${{ inputs.page }}', beside: { other: `${scheme('http', 'https')}${place}/` } },
  mqtt: { url: `${scheme('mqtt', 'mqtts')}user:a-password@${place}` },
  nats: { url: `${scheme('nats', 'tls')}${place}`, jetstream: true },
  postgres: {
    url: `postgresql://user:a-password@${place}/db?sslmode=\${{ inputs.tls ? "require" : "disable" }}`,
    query: 'SELECT 1 AS one',
    tables: ['events'],
    indexes: ['by_time'],
  },
  prometheus: { url: `${scheme('http', 'https')}${place}/metrics`, names: ['uptime_seconds'] },
  redis: { url: `${scheme('redis', 'rediss')}:a-password@${place}/0`, read: { keys: ['DBSIZE'] } },
  relay: {
    url: `${scheme('ws', 'wss')}${place}/`,
    nats: 'nats://${{ inputs.nats }}',
    subject: 'stranger.raw',
    proto: ['message.proto'],
    type: 'stranger.Message',
    'trace-field': 'trace_id',
    mode: 'invalid',
    within: '50ms',
    wait: '50ms',
  },
  sqlite: { path: './empty.db', program: '${{ inputs.program }}', query: 'SELECT 1 AS one' },
  tcp: { address: place },
  tls: { address: place },
  websocket: { url: `${scheme('ws', 'wss')}${place}/`, frames: [{ receive: { within: '50ms' } }] },
}

export interface StrangerInputs {
  readonly place: string
  readonly page: string
  readonly nats: string
  readonly program: string
  readonly tls: boolean
}

const declared = {
  place: 'string',
  page: 'string',
  nats: 'string',
  program: 'string',
  tls: 'boolean',
} as const satisfies Record<keyof StrangerInputs, string>

/** A check that expects one negation of a fact, as the product compiles it. */
export interface NegatedCheck {
  readonly kind: string
  readonly negation: Negation
  readonly definition: CheckDefinition
}

/**
 * A check for each negation of each kind.
 *
 * @param folder is written to
 * @throws Error when one does not compile
 */
export async function negatedPack(folder: string, kinds: readonly string[]): Promise<readonly NegatedCheck[]> {
  const system = join(folder, 'checks/strange')
  mkdirSync(system, { recursive: true })
  writeFileSync(join(system, 'empty.db'), '')
  writeFileSync(
    join(system, 'message.proto'),
    'syntax = "proto3";\npackage stranger;\nmessage Message { string trace_id = 1; }\n',
  )
  writeFileSync(
    join(system, 'pack.yaml'),
    JSON.stringify({
      inputs: Object.fromEntries(Object.entries(declared).map(([name, type]) => [name, { type, description: name }])),
    }),
  )
  const written = new Map<string, { readonly kind: string; readonly negation: Negation }>()
  for (const kind of kinds) {
    const negations = negationsOf(factTypeOf((await probeRegistry.load(kind)).facts))
    negations.forEach((negation, index) => written.set(`strange/${kind}/n${index}`, { kind, negation }))
    const checkOf = ({ that }: Negation) => ({
      title: 'nothing is wrong',
      severity: 'high',
      class: 'config',
      [kind]: calls[kind],
      expect: [that],
      timeout: '1m',
      fix: 'none',
    })
    writeFileSync(
      join(system, `${kind}.yaml`),
      JSON.stringify({
        stage: 'runtime',
        checks: Object.fromEntries(negations.map((negation, index) => [`n${index}`, checkOf(negation)])),
      }),
    )
  }
  const { definitions, diagnostics } = await loadDefinitions(
    [{ folder: join(folder, 'checks'), label: 'checks' }],
    probeRegistry,
    collectorRegistry,
  )
  if (definitions === undefined)
    throw new Error(diagnostics.map(({ position, message }) => `${formatPosition(position)} ${message}`).join('\n'))
  return [...written].map(([id, each]) => ({ ...each, definition: definitions.checks.get(id)! }))
}
