import { describe, expect, it } from 'vitest'
import { Chalk } from 'chalk'
import { snapshotDifferenceText } from '../../../src/incidents/text/snapshot-text.js'
import type { Snapshot } from '../../../src/incidents/snapshot/snapshot.js'
import { compareSnapshots } from '../../../src/incidents/snapshot/compare-snapshots.js'
import { takeSnapshot } from '../../../src/incidents/snapshot/snapshot-deployment.js'
import { randomKey } from '../../../src/incidents/snapshot/snapshot-key.js'
import { environmentOf, meta, parts } from '../../checks/deployment.js'

const key = randomKey()
const [old, renewed] = ['Zx8kQ2mN5vB7cD1fG4hJ6kL9', 'pQ3sT6uV9wX2yZ5aB8cD1eF4']
const taken = (values: Readonly<Record<string, string>>, overrides: Parameters<typeof parts>[1] = {}): Snapshot =>
  takeSnapshot(parts(values, { key, ...overrides }))
const changes = (a: Snapshot, b: Snapshot) => compareSnapshots(a, b).variables

describe('two snapshots under one key', () => {
  it('say of a secret whether it is another one, and nothing else', () => {
    expect(changes(taken({ TOKEN_SECRET: old }), taken({ TOKEN_SECRET: renewed }))).toEqual([
      { name: 'TOKEN_SECRET', kind: 'hidden', changed: 'yes' },
    ])
    expect(changes(taken({ TOKEN_SECRET: old }), taken({ TOKEN_SECRET: old }))).toEqual([
      { name: 'TOKEN_SECRET', kind: 'hidden', changed: 'no' },
    ])
  })

  it('say of a public variable what it was and is', () => {
    expect(changes(taken({ PORT: '9100' }), taken({ PORT: '9101' }))).toEqual([
      { name: 'PORT', kind: 'value', from: '9100', to: '9101' },
    ])
    expect(changes(taken({ BIND: '' }), taken({ BIND: 'h' }))).toEqual([
      { name: 'BIND', kind: 'value', from: '', to: 'h' },
    ])
    expect(changes(taken({ PORT: '9100' }), taken({ PORT: '9100' }))).toEqual([])
  })

  it('say what appeared and vanished; what a pack declares and is not set is not there', () => {
    expect(changes(taken({ TOKEN_SECRET: old }), taken({ PORT: '1', EXTRA: 'x' }))).toEqual([
      { name: 'EXTRA', kind: 'appeared', value: null },
      { name: 'PORT', kind: 'appeared', value: '1' },
      { name: 'TOKEN_SECRET', kind: 'vanished', value: null },
    ])
  })

  it('claim no change of a value that became hidden for the sake of another', () => {
    expect(changes(taken({ BIND: 'arqon-eu-1' }), taken({ BIND: 'arqon-eu-1', EXTRA: 'arqon-eu-1' }))).toEqual([
      { name: 'BIND', kind: 'hidden', changed: 'unknown' },
      { name: 'EXTRA', kind: 'appeared', value: null },
    ])
    expect(changes(taken({ BIND: 'arqon-eu-1' }), taken({ BIND: old }))).toEqual([
      { name: 'BIND', kind: 'hidden', changed: 'yes' },
    ])
  })

  it('keep names apart that every object has', () => {
    const without = taken({})
    const hostile = taken(
      {},
      {
        environment: environmentOf([
          ['constructor', old],
          ['__proto__', old],
        ]),
      },
    )
    expect(changes(without, hostile).map(({ name, kind }) => [name, kind])).toEqual([
      ['__proto__', 'appeared'],
      ['constructor', 'appeared'],
    ])
    expect(changes(hostile, hostile)).toEqual([
      { name: '__proto__', kind: 'hidden', changed: 'no' },
      { name: 'constructor', kind: 'hidden', changed: 'no' },
    ])
  })
})

describe('two snapshots under different keys', () => {
  it('know nothing of a secret, unless its length or kind is another', () => {
    const other = { key: randomKey() }
    expect(changes(taken({ TOKEN_SECRET: old }), taken({ TOKEN_SECRET: old }, other))).toEqual([
      { name: 'TOKEN_SECRET', kind: 'hidden', changed: 'unknown' },
    ])
    expect(changes(taken({ TOKEN_SECRET: old }), taken({ TOKEN_SECRET: `${old}${renewed}` }, other))).toEqual([
      { name: 'TOKEN_SECRET', kind: 'hidden', changed: 'yes' },
    ])
  })

  it('do not know of a name that is not shown whether it is the same', () => {
    const environment = environmentOf([['MIIEpAIBAAKCAQEA7x8kQ2mN5vB7cD1f', '=']])
    expect(
      changes(taken({}, { environment }), taken({}, { environment, key: randomKey() })).map(
        (each) => each.kind === 'hidden' && each.changed,
      ),
    ).toEqual(['unknown', 'unknown'])
  })
})

describe('all else that differs', () => {
  const repository = meta.repository!
  const server = { id: 'site/datastores/store', facts: { server: 'valkey', version: '8.0.1' } }
  const result = { run: { id: 'r1', finishedAt: null }, checks: [server] } as unknown as NonNullable<
    Parameters<typeof takeSnapshot>[0]['result']
  >

  it('is named, from and to', () => {
    const a = taken({})
    const b = taken(
      {},
      {
        meta: {
          ...meta,
          node: '22.0.0',
          host: 'ops-2',
          repository: { ...repository, commit: 'f'.repeat(40), branch: null, changed: [] },
        },
      },
    )
    expect(compareSnapshots(a, b).facts).toEqual([
      { what: 'host', from: 'ops-1', to: 'ops-2' },
      { what: 'Node', from: '20.20.2', to: '22.0.0' },
      { what: 'git commit', from: repository.commit, to: 'f'.repeat(40) },
      { what: 'git branch', from: 'main', to: null },
      { what: 'changed file src/bus.py', from: 'M', to: null },
      { what: 'changed file notes.txt', from: '??', to: null },
    ])
    expect(compareSnapshots(a, a).facts).toEqual([])
  })

  it('counts servers only where both snapshots know of them', () => {
    const newer = {
      ...result,
      checks: [{ ...server, facts: { server: 'valkey', version: '8.1.0' } }],
    } as unknown as typeof result
    expect(compareSnapshots(taken({}), taken({}, { result })).facts).toEqual([])
    expect(compareSnapshots(taken({}, { result }), taken({}, { result: newer })).facts).toEqual([
      { what: 'server seen by site/datastores/store', from: 'valkey 8.0.1', to: 'valkey 8.1.0' },
    ])
  })
})

describe('the text of a difference', () => {
  const style = { chalk: new Chalk({ level: 0 }), width: 80 }

  it('says what changed, what did not and what is unknown', () => {
    const a = taken({ PORT: '9100', TOKEN_SECRET: old, EXTRA: 'same' })
    const b = taken(
      { PORT: ' 9101', TOKEN_SECRET: renewed, EXTRA: 'same', BIND: 'h' },
      { meta: { ...meta, node: '22.0.0' } },
    )
    expect(snapshotDifferenceText(compareSnapshots(a, b), style)).toBe(
      `from 2026-01-02 03:04:05 UTC to 2026-01-02 03:04:05 UTC
  ≠ Node  20.20.2 → 22.0.0
  + BIND  h
  ≠ PORT  9100 → " 9101"
  ≠ TOKEN_SECRET  changed: yes (its value is not shown)
  not shown, changed: no (1)
    EXTRA
`,
    )
  })

  it('says why it cannot tell', () => {
    const text = snapshotDifferenceText(
      compareSnapshots(taken({ TOKEN_SECRET: old }), taken({ TOKEN_SECRET: old }, { key: randomKey() })),
      style,
    )
    expect(text).toContain('no visible difference')
    expect(text).toContain('not shown, cannot be compared (1)\n    TOKEN_SECRET\n')
    expect(text).toContain('--key-file')
  })
})
