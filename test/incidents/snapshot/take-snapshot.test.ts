import { describe, expect, it } from 'vitest'
import { snapshotSchema, type Snapshot, type SnapshotVariable } from '../../../src/incidents/snapshot/snapshot.js'
import { takeSnapshot } from '../../../src/incidents/snapshot/snapshot-deployment.js'
import { definitionsOf, environmentOf, meta, parts, siteVariables } from '../../checks/deployment.js'

const secret = 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'

function variable({ variables }: Snapshot, name: string): SnapshotVariable | undefined {
  return variables.find((each) => each.name === name)
}

describe('the variables of a snapshot', () => {
  const snapshot = takeSnapshot(
    parts({
      PORT: '9100',
      DEBUG: secret,
      BIND: '',
      STORE_URL: 'redis://:pw@h:6379/0',
      TOKEN_SECRET: secret,
      OTHER: 'x',
    }),
  )

  it('are of the schema, in the order of their names', () => {
    expect(snapshotSchema.parse(snapshot)).toEqual(snapshot)
    expect(snapshot.variables.map(({ name }) => name)).toEqual([
      'BIND',
      'DEBUG',
      'MODE',
      'OTHER',
      'PORT',
      'STORE_URL',
      'TOKEN_SECRET',
    ])
  })

  it('are shown when a pack calls them public and they look it', () => {
    expect(variable(snapshot, 'PORT')).toEqual({
      name: 'PORT',
      exposure: 'public',
      state: 'set',
      value: '9100',
      bytes: null,
      shape: null,
      fingerprint: null,
    })
  })

  it('are reported in outline when not', () => {
    const hidden = { state: 'set', value: null, fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string }
    expect(variable(snapshot, 'DEBUG')).toEqual({
      ...hidden,
      name: 'DEBUG',
      exposure: 'public',
      bytes: '16-31',
      shape: 'base64',
    })
    expect(variable(snapshot, 'STORE_URL')).toEqual({
      ...hidden,
      name: 'STORE_URL',
      exposure: 'dsn',
      bytes: '16-31',
      shape: 'url',
    })
    expect(variable(snapshot, 'OTHER')).toEqual({
      ...hidden,
      name: 'OTHER',
      exposure: null,
      bytes: '1-7',
      shape: 'text',
    })
  })

  it('are empty or unset, which is not the same', () => {
    const nothing = { exposure: 'public', value: null, bytes: null, shape: null, fingerprint: null }
    expect(variable(snapshot, 'BIND')).toEqual({ ...nothing, name: 'BIND', state: 'empty' })
    expect(variable(snapshot, 'MODE')).toEqual({ ...nothing, name: 'MODE', state: 'unset' })
  })

  it('do not show that two have the same value', () => {
    expect(variable(snapshot, 'DEBUG')?.fingerprint).not.toBe(variable(snapshot, 'TOKEN_SECRET')?.fingerprint)
  })
})

describe('what is not shown', () => {
  it.each([
    ['all of a secret', `redis-${secret}`],
    ['ten characters of a secret', `redis-${secret.slice(3, 13)}`],
    ['a secret in hex', Buffer.from('hunter2hunter2').toString('hex')],
  ])('a public value with %s', (_, value) => {
    const snapshot = takeSnapshot(parts({ BIND: value, TOKEN_SECRET: secret, STORE_URL: 'redis://:hunter2hunter2@h' }))
    expect(variable(snapshot, 'BIND')).toMatchObject({ state: 'set', value: null })
  })

  it('a piece of what is in the place of a URL and is not one', () => {
    const snapshot = takeSnapshot(
      parts(
        { BIND: 'q=qqqqqqQ', STORE_URL: '{"password":"q=qqqqqqQ9xZ"}' },
        { meta: { ...meta, host: 'q=qqqqqqQ9xZ' } },
      ),
    )
    expect(snapshot.host).toBe('[redacted]')
  })

  it('a variable that another pack calls secret', () => {
    const definitions = definitionsOf(siteVariables, { PORT: { exposure: 'secret' } })
    expect(variable(takeSnapshot(parts({ PORT: '9100' }, { definitions })), 'PORT')).toMatchObject({
      exposure: 'secret',
      value: null,
    })
  })

  it('a name that is a piece of a key, or holds a secret', () => {
    const environment = environmentOf([
      ['MIIEpAIBAAKCAQEA7x8kQ2mN5vB7cD1f', '='],
      [`SET_${secret}`, 'x'],
      ['TOKEN_SECRET', secret],
    ])
    const { variables } = takeSnapshot(parts({}, { environment }))
    expect(JSON.stringify(variables)).not.toMatch(/MIIEpA|Zx8kQ2/)
    expect(variables.filter(({ name }) => /^\[redacted\] [0-9a-f]{16}$/.test(name))).toHaveLength(2)
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'what every object has under the name %s',
    (name) => {
      const taken = variable(takeSnapshot(parts({}, { environment: environmentOf([[name, secret]]) })), name)
      expect(taken).toMatchObject({ name, exposure: null, state: 'set', bytes: '16-31', shape: 'base64' })
      expect(variable(takeSnapshot(parts({})), name)).toBeUndefined()
    },
  )

  it('a secret in a branch, a file, a host, a deployment or the name of the environment file', () => {
    const repository = {
      ...meta.repository!,
      branch: `fix/${secret}`,
      changed: [{ state: '??', file: `${secret}.bak` }],
    }
    const { environment } = parts({ TOKEN_SECRET: secret })
    const snapshot = takeSnapshot(
      parts({}, { environment, meta: { ...meta, repository, host: secret, deployment: secret } }),
    )
    expect(JSON.stringify(snapshot)).not.toContain(secret.slice(0, 10))
    expect(snapshot.repository?.branch).toBe('fix/[redacted]')
  })
})

it('says what it was taken of', () => {
  const snapshot = takeSnapshot(parts({ PORT: '1' }))
  expect(snapshot).toMatchObject({
    tool: { name: 'preflight', version: '1.2.3' },
    takenAt: meta.takenAt,
    deployment: 'eu-west',
    profile: 'prod',
    host: 'ops-1',
    node: '20.20.2',
    system: meta.system,
    definitionsDigest: 'd'.repeat(64),
    repository: meta.repository,
    result: null,
    servers: [],
    key: { kind: 'random' },
    sources: ['prod.env'],
  })
})
