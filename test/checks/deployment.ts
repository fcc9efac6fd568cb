import { variableSchema, type VariableDeclaration } from '../../src/environment/variable-reading.js'
import type { z } from 'zod'
import type { Definitions, Pack } from '../../src/checks/definition.js'
import { TestedEnvironment } from '../../src/environment/environment.js'
import { type SnapshotMeta, randomKey } from '../../src/incidents/snapshot/snapshot-key.js'
import type { SnapshotParts } from '../../src/incidents/snapshot/snapshot-deployment.js'

type Declared = Readonly<Record<string, z.input<typeof variableSchema>>>

export function declaration(input: z.input<typeof variableSchema>): VariableDeclaration {
  return variableSchema.parse(input)
}

/** Definitions that hold nothing but the variables of some packs. */
export function definitionsOf(...packs: readonly Declared[]): Definitions {
  return {
    packs: packs.map((variables, index): Pack => ({
      system: `site${index}`,
      root: '/packs',
      files: [],
      variables: Object.fromEntries(Object.entries(variables).map(([name, input]) => [name, declaration(input)])),
      inputs: [],
      checks: [],
      peers: [],
      evidence: [],
    })),
    checks: new Map(),
    profiles: new Map([['prod', 'prod']]),
    defaultSelection: [],
    digest: 'd'.repeat(64),
  }
}

/** Some of every kind of variable that packs declare. */
export const siteVariables: Declared = {
  PORT: { reads: ['python-int'], minimum: 1, maximum: 65535, exposure: 'public' },
  MODE: { reads: ['lower'], values: ['strict', 'degraded'], exposure: 'public' },
  DEBUG: { reads: ['only-true'], exposure: 'public' },
  BIND: { 'non-empty': true, exposure: 'public' },
  STORE_URL: { reads: ['url'], schemes: ['redis'], exposure: 'dsn' },
  TOKEN_SECRET: { exposure: 'secret' },
}

export const meta: SnapshotMeta = {
  toolVersion: '1.2.3',
  takenAt: '2026-01-02T03:04:05.678Z',
  deployment: 'eu-west',
  profile: 'prod',
  host: 'ops-1',
  node: '20.20.2',
  system: { distribution: 'Debian GNU/Linux 12', kernel: 'Linux 6.1.0', architecture: 'x64' },
  repository: {
    commit: '0123456789abcdef0123456789abcdef01234567',
    branch: 'main',
    dirty: true,
    changed: [
      { state: ' M', file: 'src/bus.py' },
      { state: '??', file: 'notes.txt' },
    ],
    omitted: 0,
  },
}

export function parts(values: Readonly<Record<string, string>>, overrides: Partial<SnapshotParts> = {}): SnapshotParts {
  return {
    definitions: definitionsOf(siteVariables),
    environment: environmentOf(Object.entries(values)),
    sources: { files: ['prod.env'], pid: undefined, inherit: false },
    given: {},
    key: randomKey(),
    meta,
    ...overrides,
  }
}

/** Pairs, since an object literal would take `__proto__` for something else. */
export function environmentOf(pairs: Iterable<readonly [string, string]>): TestedEnvironment {
  const single = [...pairs].map(
    ([name, value]) => TestedEnvironment.of(Object.fromEntries([[name, value]]), 'prod.env').entries()[0]!,
  )
  return new TestedEnvironment(single)
}
