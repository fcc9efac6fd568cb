import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { initialise, type InitOptions } from '../../src/checks/initialise/initialise.js'
import { loadConfiguration } from '../../src/checks/load/configuration.js'
import type { Person, Question } from '../../src/engine/person.js'

const weak = 'canary-Tq8'
const environmentText = `CACHE_URL=redis://:${weak}@127.0.0.1:1/0
DATABASE_URL=postgres://u:${weak}@127.0.0.1:1/orders
NATS_URL=nats://127.0.0.1:4222
BROKER=amqp://127.0.0.1:5672
PAGE=https://orders.example/health
LIVE=wss://orders.example/live
SIGNING_KEY=${weak}
API_TOKEN=${weak}
PUBLIC_KEY=abc
REGION=eu
`

function folder(environment?: string): string {
  const made = join(mkdtempSync(join(tmpdir(), 'preflight-init-')), 'Orders EU')
  mkdirSync(made)
  if (environment !== undefined) writeFileSync(join(made, '.env'), environment)
  return made
}

const init = (where: string, options: Partial<InitOptions> = {}) =>
  initialise({
    folder: where,
    deployment: undefined,
    packs: [],
    isOwn: false,
    environment: [],
    gates: undefined,
    inputs: [],
    isYes: true,
    asked: undefined,
    ...options,
  })

/** Somebody who gives these answers, by the beginning of the question; every answer is used once. */
function person(answers: Readonly<Record<string, readonly string[]>>): InitOptions['asked'] & { questions: string[] } {
  const left = new Map(Object.entries(answers).map(([question, texts]) => [question, [...texts]]))
  const questions: string[] = []
  const answer = ({ ask, explain = '' }: Question): Promise<string> => {
    questions.push(`${explain}\n${ask}`)
    const texts = [...left].find(([question]) => ask.startsWith(question))?.[1]
    const text = texts?.shift()
    return text === undefined ? Promise.reject(new Error(`unexpected question: ${ask}`)) : Promise.resolve(text)
  }
  const asked: Person = { type: answer, line: answer, pick: answer, secret: answer }
  return { person: asked, signal: new AbortController().signal, questions }
}

const text = (where: string, file: string): string => readFileSync(join(where, file), 'utf8')
const settings = (where: string): unknown => parse(text(where, 'preflight.yaml'))

describe('with --yes', () => {
  it('a pack of your own looks at what the environment names, and no value of it is written', async () => {
    const where = folder(environmentText)
    const { written, missing } = await init(where)
    expect(settings(where)).toEqual({
      deployment: 'Orders EU',
      profile: 'prod',
      packs: [],
      checks: ['checks'],
      runbooks: ['runbooks'],
      environment: ['.env'],
    })
    expect(missing).toEqual([])
    const checks = (stage: string): Record<string, Record<string, unknown>> =>
      (parse(text(where, `checks/orders-eu/${stage}.yaml`)) as { checks: Record<string, Record<string, unknown>> })
        .checks
    const kind = (check: Record<string, unknown>): string | undefined =>
      Object.keys(check).find((key) =>
        ['redis', 'postgres', 'nats', 'tcp', 'http', 'websocket', 'secret'].includes(key),
      )
    const kinds = (stage: string): unknown =>
      Object.fromEntries(Object.entries(checks(stage)).map(([name, check]) => [name, kind(check)]))
    expect(kinds('datastores')).toEqual({
      'cache-url': 'redis',
      'database-url': 'postgres',
      'nats-url': 'nats',
      broker: 'tcp',
    })
    expect(kinds('runtime')).toEqual({ page: 'http', live: 'websocket' })
    expect(kinds('secrets')).toEqual({ 'signing-key': 'secret', 'api-token': 'secret' })
    for (const stage of ['datastores', 'runtime', 'secrets'])
      for (const check of Object.values(checks(stage))) expect(check['runbook']).toBe('orders-eu/red-check')
    expect(written).toContain(join(where, 'runbooks/orders-eu/red-check.yaml'))
    for (const file of written) expect(readFileSync(file, 'utf8')).not.toContain(weak)
  })

  it('writes a check that works everywhere where nothing was found', async () => {
    const where = folder()
    await init(where, { deployment: '→' })
    expect(text(where, 'checks/site/config.yaml')).toContain('disk:')
    expect(text(where, 'preflight.yaml')).toContain('# environment: [.env]')
  })

  it('takes no name of a pack that ships for the pack of your own', async () => {
    const where = folder()
    await init(where, { deployment: 'shield', isOwn: true })
    expect(existsSync(join(where, 'checks/shield-site'))).toBe(true)
  })

  it('does not guess which of several environments is meant', async () => {
    const where = folder('A=1\n')
    writeFileSync(join(where, '.env.production'), 'A=2\n')
    await expect(init(where)).rejects.toThrow(/which environment is meant\? .*\.env.*\.env\.production/)
    expect(existsSync(join(where, 'preflight.yaml'))).toBe(false)
  })

  it('writes of a pack that ships what is required and not given, as comments', async () => {
    const where = folder()
    const { missing } = await init(where, { packs: ['arqonbus'], gates: true })
    expect(missing).toEqual(
      expect.arrayContaining(['arqonbus.repository', 'arqonbus.test_redis_url', 'arqonbus.test_postgres_url']),
    )
    expect(text(where, 'preflight.yaml')).toContain('  # arqonbus.test_postgres_url: { file: PATH }   # required')
    expect(settings(where)).toMatchObject({ packs: ['arqonbus'], gates: true })
    expect((await init(folder(), { packs: ['arqonbus'], gates: false })).missing).toEqual([])
  })

  it('keeps a secret input in a file for its owner alone', async () => {
    const where = folder()
    const url = `postgres://t:${weak}@127.0.0.1/throwaway`
    const { secrets } = await init(where, {
      packs: ['arqonbus'],
      inputs: [`test_postgres_url=${url}`, 'test_redis_url=${{ env.TEST_REDIS }}', 'bus_url=ws://bus:9100'],
    })
    expect(settings(where)).toMatchObject({
      gates: false,
      inputs: {
        'arqonbus.test_postgres_url': { file: 'secrets/arqonbus.test_postgres_url' },
        'arqonbus.test_redis_url': '${{ env.TEST_REDIS }}',
        'arqonbus.bus_url': 'ws://bus:9100',
      },
    })
    expect(secrets).toEqual([join(where, 'secrets/arqonbus.test_postgres_url')])
    expect(text(where, 'secrets/arqonbus.test_postgres_url')).toBe(`${url}\n`)
    expect(text(where, 'secrets/.gitignore')).toBe('*\n')
    expect(statSync(secrets[0]!).mode & 0o777).toBe(0o600)
  })

  it.each([
    [{ packs: ['sheild'] }, 'unknown pack sheild'],
    [{ packs: ['shield'], inputs: ['nonsense=1'] }, 'unknown input nonsense'],
    [{ packs: ['arqonbus'], inputs: ['postgres_pool=many'] }, 'postgres_pool must be a whole number'],
    [{ environment: ['missing.env'] }, 'missing.env'],
  ] as const)('refuses %j and writes nothing', async (options, message) => {
    const where = folder()
    await expect(init(where, options)).rejects.toThrow(message)
    expect(existsSync(join(where, 'preflight.yaml'))).toBe(false)
  })

  it('writes over nothing, and then nothing at all', async () => {
    const where = folder()
    mkdirSync(join(where, 'runbooks/orders-eu'), { recursive: true })
    writeFileSync(join(where, 'runbooks/orders-eu/red-check.yaml'), 'mine')
    await expect(init(where)).rejects.toThrow('red-check.yaml already exists')
    expect(existsSync(join(where, 'preflight.yaml'))).toBe(false)
    expect(text(where, 'runbooks/orders-eu/red-check.yaml')).toBe('mine')
  })
})

describe('at a terminal', () => {
  it('asks only for addresses of which the environment says nothing, and for what is required', async () => {
    const where = folder('ARQONBUS_SERVER_PORT=9200\n')
    const asked = person({
      'What do you run?': ['pack arqonbus'],
      'What else': ['pack shield', 'done'],
      'Where is': [`file ${join(where, '.env')}`],
      'Do the gates': ['no'],
      'shield.shield_directory': ['/srv/shield'],
      'shield.shield_url': ['not an address', ' ws://edge:4000/ws '],
      '': Array<string>(20).fill(''),
    })
    await init(where, { isYes: false, asked })
    const all = asked.questions.join('\n')
    expect(all).not.toMatch(/^arqonbus\.(?:bus_url|repository|conda|test_redis_url|ollama_url)/m)
    expect(all).toMatch(/^arqonbus\.bus_http_url \(empty: http:\/\/127\.0\.0\.1:8080\)/m)
    expect(all).toContain('must be an address without spaces')
    expect(settings(where)).toEqual({
      deployment: 'Orders EU',
      profile: 'prod',
      packs: ['arqonbus', 'shield'],
      environment: ['.env'],
      gates: false,
      inputs: { 'shield.shield_directory': '/srv/shield', 'shield.shield_url': 'ws://edge:4000/ws' },
    })
  })

  it('asks for the inputs of the gates where they run', async () => {
    const where = folder()
    const asked = person({
      'What do you run?': ['pack arqonbus'],
      'What else': ['done'],
      'Where is': ['none'],
      'Do the gates': ['yes'],
      'arqonbus.repository': ['/srv/bus'],
      'arqonbus.test_redis_url': [`redis://:${weak}@localhost:1/0`],
      '': Array<string>(20).fill(''),
    })
    const { missing } = await init(where, { isYes: false, asked })
    expect(missing).toEqual(['arqonbus.test_postgres_url'])
    expect(settings(where)).toMatchObject({
      gates: true,
      inputs: {
        'arqonbus.repository': '/srv/bus',
        'arqonbus.test_redis_url': { file: 'secrets/arqonbus.test_redis_url' },
      },
    })
  })

  it('takes addresses for a pack of your own, and hides one that has a password', async () => {
    const where = folder()
    const asked = person({
      'What do you run?': ['own'],
      'What else': ['done'],
      'Where is': ['other', 'shell'],
      'Which file?': ['missing.env'],
      'Which other': ['nonsense', 'http://127.0.0.1:1/health'],
      'And another?': [`redis://:${weak}@127.0.0.1:2`, 'http://127.0.0.1:3/', '127.0.0.1:4', ''],
    })
    await init(where, { isYes: false, asked })
    expect(asked.questions.join('\n')).toContain('missing.env')
    expect(settings(where)).toMatchObject({
      environment: [{ 'this-shell': true }],
      inputs: {
        'orders-eu.http_address': 'http://127.0.0.1:1/health',
        'orders-eu.redis_address': { file: 'secrets/orders-eu.redis_address' },
        'orders-eu.http_2_address': 'http://127.0.0.1:3/',
        'orders-eu.tcp_address': '127.0.0.1:4',
      },
    })
    expect(text(where, 'checks/orders-eu/pack.yaml')).toMatch(/redis_address: \{.*secret: true/)
    expect((await loadConfiguration(join(where, 'preflight.yaml'))).diagnostics).toEqual([])
  })

  it('asks nothing that flags say', async () => {
    const asked = person({})
    await init(folder('A=1\n'), {
      isYes: false,
      asked,
      packs: ['shield'],
      environment: [],
      inputs: [],
    }).catch((error: unknown) => expect(String(error)).toContain('Where is the environment'))
    expect(asked.questions).toHaveLength(1)
  })
})
