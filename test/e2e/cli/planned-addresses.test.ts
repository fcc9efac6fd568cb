import { describe, expect, it } from 'vitest'
import { folderOf, preflight } from './preflight.js'

const check = (probe: string): string =>
  `{ title: it answers, severity: high, class: dependency, fix: start it, expect: ['facts.problem.code == "none"'], ${probe} }`

/** One check of each kind that connects, whose address is a variable of the deployment. */
const ofVariables = {
  redis: 'redis: { url: "${{ env.REDIS_URL }}" }',
  'redis-of-parts': 'redis: { url: "redis://:${{ env.REDIS_PASSWORD }}@${{ vars.CACHE_HOST }}:6390/0" }',
  postgres: 'postgres: { url: "${{ env.POSTGRES_URL }}" }',
  nats: 'nats: { url: "${{ env.NATS_URL }}" }',
  mqtt: 'mqtt: { host: "${{ vars.CACHE_HOST }}", port: 8883, tls: true, username: a, password: "${{ env.REDIS_PASSWORD }}" }',
  tcp: 'tcp: { address: "${{ env.REDIS_URL }}" }',
  tls: 'tls: { address: "${{ env.REDIS_URL }}" }',
  websocket: 'websocket: { url: "${{ env.SOCKET_URL }}", token: { raw: "${{ env.UNSET_TOKEN }}" } }',
  http: 'http: { url: "${{ env.HTTP_URL }}/health", beside: { again: "${{ env.HTTP_URL }}/ready" } }',
  prometheus: 'prometheus: { url: "${{ env.HTTP_URL }}/metrics" }',
  relay:
    'relay: { url: "${{ env.SOCKET_URL }}", nats: "${{ env.NATS_URL }}", subject: a, proto: [a.proto], type: a.A, trace-field: id }',
}
const files = (probes: Readonly<Record<string, string>>, head = '') => ({
  'packs/site/a.yaml': `stage: datastores\n${head}checks:\n${Object.entries(probes)
    .map(([name, probe]) => `  ${name}: ${check(probe)}\n`)
    .join('')}`,
  'packs/site/a.proto': 'syntax = "proto3"; package a; message A { string id = 1; }',
  'prod.env': `REDIS_URL=redis://:Zk3pQm8vLw2x@10.0.0.1:6380/0
REDIS_PASSWORD=Zk3pQm8vLw2x
CACHE_HOST=cache.example
POSTGRES_URL=postgresql://app:hQ8sdfkWmNzp@[2001:db8::2]/bus
NATS_URL=nats://10.0.0.3
SOCKET_URL=ws://10.0.0.5:9100/
HTTP_URL=http://10.0.0.6:8000
PGHOST=10.0.0.7
PGPORT=5433
`,
})

interface Planned {
  readonly checks: readonly {
    readonly id: string
    readonly addresses: readonly string[]
    readonly unresolved?: string
  }[]
}

async function planned(folder: string, ...more: readonly string[]) {
  const { exitCode, stdout, stderr } = await preflight(
    ['plan', '--no-builtin', '--checks', 'packs', '--format', 'json', ...more],
    { cwd: folder },
  )
  expect(exitCode, stderr).toBe(0)
  const { checks } = JSON.parse(stdout) as Planned
  return {
    stderr,
    contacts: checks.map(({ id, addresses, unresolved }) => [id.slice('site/a/'.length), unresolved ?? addresses]),
  }
}

describe('preflight plan', () => {
  const folder = folderOf(files(ofVariables, 'variables: { CACHE_HOST: { exposure: public } }\n'))

  it('names the address that a run would contact, for every kind that takes it from a variable', async () => {
    expect(Object.fromEntries((await planned(folder, '--env-file', 'prod.env')).contacts)).toEqual({
      redis: ['10.0.0.1:6380'],
      'redis-of-parts': ['cache.example:6390'],
      postgres: ['[2001:db8::2]:5433'],
      nats: ['10.0.0.3:4222'],
      mqtt: ['cache.example:8883'],
      tcp: ['10.0.0.1:6380'],
      tls: ['10.0.0.1:6380'],
      websocket: ['ws://10.0.0.5:9100/'],
      http: ['http://10.0.0.6:8000/health', 'http://10.0.0.6:8000/ready'],
      prometheus: ['http://10.0.0.6:8000/metrics'],
      relay: ['ws://10.0.0.5:9100/', '10.0.0.3:4222'],
    })
  })

  it('says of each that it is unknown, and why, where no environment is named', async () => {
    const { contacts } = await planned(folder)
    expect(contacts).toHaveLength(Object.keys(ofVariables).length)
    for (const [id, said] of contacts)
      expect(said, String(id)).toMatch(/^(?:env|vars)\.[A-Z_]+ is unknown: no environment was named$/)
  })

  it('names what is known beside what is not', async () => {
    const { relay } = ofVariables
    const half = folderOf(files({ relay: relay.replace('${{ env.SOCKET_URL }}', 'ws://10.0.0.5:9100/') }))
    const { stdout } = await preflight(['plan', '--no-builtin', '--checks', 'packs'], { cwd: half })
    expect(stdout).toContain('      contacts ws://10.0.0.5:9100/\n')
    expect(stdout).toContain('      contacts unknown: env.NATS_URL is unknown: no environment was named\n')
  })

  it('contacts nothing by a URL that cannot be read', async () => {
    const wrong = folderOf(files({ redis: 'redis: { url: "${{ env.HTTP_URL }}" }' }))
    expect((await planned(wrong, '--env-file', 'prod.env')).contacts).toEqual([['redis', []]])
  })
})

describe('what a driver reads beside a literal URL', () => {
  const literal = {
    postgres: 'postgres: { url: "postgresql://app:pw@10.0.0.2/bus" }',
    'postgres-of-input': 'postgres: { url: "${{ inputs.database }}" }',
    'postgres-of-variable': 'postgres: { url: "${{ env.POSTGRES_URL }}" }',
    'async-nats': 'nats: { driver: async-nats, url: "nats://10.0.0.3" }',
    nats: 'nats: { url: "nats://10.0.0.3" }',
    redis: 'redis: { url: "redis://10.0.0.1/0" }',
    relay:
      'relay: { url: "ws://10.0.0.5/", nats: "nats://10.0.0.3", nats-driver: async-nats, subject: a, proto: [a.proto], type: a.A, trace-field: id }',
  }
  const head = 'inputs: { database: { type: url, description: where, default: "postgresql://app:pw@10.0.0.2/bus" } }\n'
  const folder = folderOf(files(literal, head))
  const readers = (name: string) =>
    preflight(['run', '--no-builtin', '--checks', 'packs', '--no-keep', `site/a/${name}`], { cwd: folder })

  it.each([
    ['postgres', '18 variables (PGSERVICE, PGSERVICEFILE, PGHOST and 15 more) are read by site/a/postgres'],
    [
      'postgres-of-input',
      '18 variables (PGSERVICE, PGSERVICEFILE, PGHOST and 15 more) are read by site/a/postgres-of-input',
    ],
    ['async-nats', '1 variable (SSL_CERT_FILE) is read by site/a/async-nats'],
    ['relay', '1 variable (SSL_CERT_FILE) is read by site/a/relay'],
    ['postgres-of-variable', '1 variable (POSTGRES_URL) is read by site/a/postgres-of-variable'],
  ])('is read by the check %s, which asks for an environment', async (name, said) => {
    expect(await readers(name)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`no environment was named, and ${said}`) as string,
    })
  })

  it.each([
    ['postgresql://app:pw@/bus', 'it depends on PGHOST and PGPORT, and no environment was named'],
    ['postgresql://app:pw@/bus?port=5433', 'it depends on PGHOST, and no environment was named'],
    ['postgresql://app:pw@10.0.0.2/bus', 'it depends on PGPORT, and no environment was named'],
    ['postgresql://app:pw@10.0.0.2:5432/bus', undefined],
    ['postgresql://app:pw@/bus?host=10.0.0.2&port=5432', undefined],
  ])('of %s decides the address where no environment is named, as far as the URL leaves it open', async (url, said) => {
    const one = folderOf(files({ postgres: `postgres: { url: "${url}" }` }))
    const plan = ['plan', '--no-builtin', '--checks', 'packs', '--format', 'json']
    const [without, named] = await Promise.all([
      preflight(plan, { cwd: one }),
      preflight([...plan, '--env-file', 'prod.env'], { cwd: one }),
    ])
    const of = ({ stdout }: { readonly stdout: string }) => (JSON.parse(stdout) as Planned).checks[0]!
    expect(of(without).unresolved).toBe(said)
    expect(of(without).addresses).toContain(
      url.includes('10.0.0.2') ? '10.0.0.2:5432' : `/tmp/.s.PGSQL.${url.includes('5433') ? '5433' : '5432'}`,
    )
    expect(of(named)).not.toHaveProperty('unresolved')
    if (said === undefined) expect(of(named).addresses).toEqual(of(without).addresses)
    else expect(of(named).addresses).not.toEqual(of(without).addresses)
  })

  it('is nothing for a driver that asks for none', async () => {
    const { contacts, stderr } = await planned(folder, 'site/a/redis', 'site/a/nats')
    expect(contacts).toHaveLength(2)
    expect(stderr).toBe('')
  })

  it('is among the requirements', async () => {
    const { stdout } = await preflight(
      ['requirements', '--no-builtin', '--checks', 'packs', '--format', 'json', 'site/a/postgres', 'site/a/async-nats'],
      { cwd: folder },
    )
    const { variables } = JSON.parse(stdout) as {
      readonly variables: readonly { readonly name: string; readonly checks: readonly string[] }[]
    }
    expect(variables.find(({ name }) => name === 'PGSSLMODE')?.checks).toEqual(['site/a/postgres'])
    expect(variables.find(({ name }) => name === 'SSL_CERT_FILE')?.checks).toEqual(['site/a/async-nats'])
  })

  it('is asked for by a single probe too', async () => {
    expect(await preflight(['probe', 'postgres', 'url=postgresql://app:pw@127.0.0.1:1/bus'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('are read by the probe postgres') as string,
    })
  })
})
