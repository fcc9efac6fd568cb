import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/env.js'
import { observe, type Surroundings } from './observe.js'

const variables: NonNullable<Surroundings['variables']> = {
  MODE: { reads: ['lower'], values: ['strict', 'degraded'], default: 'degraded', exposure: 'public' },
  PORT: { reads: ['python-int'], minimum: 1, maximum: 65_535, default: 9100, exposure: 'public' },
  SECONDS: { reads: ['python-float'], exposure: 'public' },
  ON: { reads: ['only-true'], exposure: 'public' },
  HOST: { reads: ['python-trim'], 'non-empty': true, exposure: 'public' },
  PAGE: { reads: ['url'], exposure: 'public' },
  STORE: { reads: ['url'], schemes: ['redis'], exposure: 'dsn' },
  OTHER_STORE: { reads: ['url'], schemes: ['redis'], exposure: 'dsn' },
  KEY: { exposure: 'secret' },
  UNTRIMMED_KEY: { 'empty-after': 'rust-trim', exposure: 'secret' },
  PIN: { reads: ['python-int'], exposure: 'secret' },
}
const see = (
  input: Parameters<typeof observe<typeof probe.input, typeof probe.facts>>[1],
  environment: Record<string, string>,
) => observe(probe, input, { environment, variables })

describe('one variable', () => {
  it('that is unset has no facts but that, and its default is not applied', async () => {
    expect(await see({ name: 'MODE' }, {})).toMatchObject({
      set: false,
      empty: false,
      name: '',
      value: '',
      valid: false,
      reason: 'is not set',
      present: [],
      invalid: [],
    })
    expect(await see({ name: 'PORT' }, {})).toMatchObject({ set: false, int: 0 })
  })

  it('is read as its target reads it', async () => {
    expect(await see({ name: 'MODE' }, { MODE: 'STRICT' })).toMatchObject({
      set: true,
      name: 'MODE',
      value: 'strict',
      valid: true,
      reason: '',
      present: ['MODE'],
      invalid: [],
    })
    expect(await see({ name: 'MODE' }, { MODE: 'strict ' })).toMatchObject({
      set: true,
      valid: false,
      value: 'strict ',
      invalid: ['MODE: is not one of strict, degraded'],
    })
    expect(await see({ name: 'PORT' }, { PORT: ' 9_100 ' })).toMatchObject({
      valid: true,
      value: '9100',
      int: 9100,
      number: 9100,
    })
    expect(await see({ name: 'ON' }, { ON: '1' })).toMatchObject({ valid: true, value: 'false', bool: false })
  })

  it('is empty when the textual steps leave nothing', async () => {
    expect(await see({ name: 'HOST' }, { HOST: '\u00A0' })).toMatchObject({
      set: true,
      empty: true,
      valid: false,
      reason: 'is empty',
    })
    expect(await see({ name: 'MODE' }, { MODE: ' ' })).toMatchObject({ set: true, empty: false, valid: false })
    expect(await see({ name: 'KEY' }, { KEY: '' })).toMatchObject({ set: true, empty: true, valid: true })
    expect(await see({ name: 'KEY' }, { KEY: ' ' })).toMatchObject({ empty: false })
    expect(await see({ name: 'UNTRIMMED_KEY' }, { UNTRIMMED_KEY: ' \n' })).toMatchObject({ empty: true })
  })

  it('that is not finite stays a number that JSON can hold', async () => {
    expect(await see({ name: 'SECONDS' }, { SECONDS: 'inf' })).toMatchObject({
      valid: true,
      value: 'inf',
      number: Number.MAX_VALUE,
      int: Number.MAX_SAFE_INTEGER,
    })
    expect(await see({ name: 'SECONDS' }, { SECONDS: 'nan' })).toMatchObject({ valid: true, value: 'nan', number: 0 })
  })

  it('may have the name of anything that every object has', async () => {
    expect(await see({ name: 'constructor' }, {})).toMatchObject({ set: false })
    expect(await see({ name: '__proto__' }, {})).toMatchObject({ set: false })
    expect(await see({ name: 'constructor' }, { constructor: 'x' })).toMatchObject({ set: true, value: '' })
  })
})

describe('what the target uses where nothing is set', () => {
  const otherwise = 'redis://:hunter2@cache.example:6380/2'

  it('is described in its place, and is not set', async () => {
    const made = {
      set: false,
      assumed: true,
      valid: true,
      reason: '',
      host: 'cache.example',
      port: 6380,
      path: '2',
      hasPassword: true,
      encrypted: false,
      remoteHosts: ['cache.example'],
    }
    expect(await see({ name: 'STORE', otherwise }, {})).toMatchObject(made)
    expect(await see({ first: ['STORE', 'OTHER_STORE'], otherwise }, {})).toMatchObject(made)
    expect(
      await see({ first: ['STORE', 'OTHER_STORE'], otherwise }, { STORE: '', OTHER_STORE: 'redis://h' }),
    ).toMatchObject({ ...made, set: true, empty: true, name: 'STORE' })
  })

  it('is judged as the variable would be', async () => {
    expect(await see({ name: 'STORE', otherwise: 'http://h' }, {})).toMatchObject({
      assumed: true,
      valid: false,
      reason: 'has a scheme other than redis',
    })
  })

  it('counts for nothing beside a variable that is set', async () => {
    expect(await see({ name: 'STORE', otherwise }, { STORE: 'redis://h:1' })).toMatchObject({
      set: true,
      assumed: false,
      host: 'h',
      port: 1,
    })
  })

  it('shows no credential', async () => {
    expect(JSON.stringify(await see({ name: 'STORE', otherwise }, {}))).not.toContain('hunter2')
  })
})

describe('what is shown', () => {
  it('of a dsn is all but its credentials', async () => {
    const facts = await see(
      { name: 'STORE' },
      { STORE: 'redis://me:hunter2@[::1]:6379/3?client_name=bus&password=hunter3' },
    )
    expect(facts).toMatchObject({
      valid: true,
      value: '',
      scheme: 'redis',
      host: '::1',
      port: 6379,
      path: '3',
      user: 'me',
      hasPassword: true,
    })
    expect(facts.query).toEqual({ client_name: 'bus', password: '[redacted]' })
  })

  it('of a dsn with one word of user-info is not that word, which may be a token', async () => {
    expect(await see({ name: 'STORE' }, { STORE: 'redis://hunter2@h' })).toMatchObject({
      host: 'h',
      user: '',
      hasPassword: false,
    })
  })

  it('of a public URL is not a password that does not belong there', async () => {
    expect(await see({ name: 'PAGE' }, { PAGE: 'http://h:1/x' })).toMatchObject({
      value: 'http://h:1/x',
      host: 'h',
      port: 1,
    })
    expect(await see({ name: 'PAGE' }, { PAGE: 'http://me:hunter2@h:1/x' })).toMatchObject({
      value: '',
      host: 'h',
      hasPassword: true,
    })
  })

  const secretive = ['STORE', 'KEY', 'PIN', 'UNDECLARED']
  it.each(secretive)('of %s holds the secret nowhere, whatever is around it', async (name) => {
    const around = fc.constantFrom(
      '',
      'redis://u:',
      'redis://',
      'redis://:1/',
      'redis://h/?token=',
      'redis://u:x@y/',
      ' ',
    )
    const after = fc.constantFrom('', '@h', '@h:6379/0', '@h/0?x=1', '@h:port', '@h,i', ' ', '#@h')
    await fc.assert(
      fc.asyncProperty(
        around,
        fc.stringMatching(/^[a-zA-Z0-9!$%^*;]{9,30}$/),
        after,
        async (before, secret, behind) => {
          const facts = await see({ name }, { [name]: before + secret + behind })
          const mayBeHost = name === 'STORE' && before === 'redis://' && !behind.startsWith('@')
          const isPath = name === 'STORE' && !behind.includes('@') && before.endsWith('/') && before !== 'redis://'
          const visible = mayBeHost || isPath ? { ...facts, host: '', path: '' } : facts
          expect(JSON.stringify(visible)).not.toContain(secret)
        },
      ),
    )
  })

  it('of a secret number is not a number', async () => {
    expect(await see({ name: 'PIN' }, { PIN: '4711' })).toMatchObject({
      set: true,
      valid: true,
      value: '',
      int: 0,
      number: 0,
    })
  })
})

describe('several names', () => {
  it('the first that is set wins, even when it is empty', async () => {
    expect(await see({ first: ['STORE', 'OTHER_STORE'] }, { STORE: '', OTHER_STORE: 'redis://h' })).toMatchObject({
      set: true,
      empty: true,
      name: 'STORE',
      valid: false,
      host: '',
    })
    expect(await see({ first: ['STORE', 'OTHER_STORE'] }, { OTHER_STORE: 'redis://h' })).toMatchObject({
      set: true,
      name: 'OTHER_STORE',
      valid: true,
      host: 'h',
    })
    expect(await see({ first: ['STORE', 'OTHER_STORE'] }, {})).toMatchObject({ set: false, name: '' })
  })

  it('every one of them is judged, whatever the others are', async () => {
    expect(await see({ every: ['MODE', 'PORT', 'ON'] }, { PORT: '0', MODE: 'x' })).toMatchObject({
      set: false,
      valid: false,
      present: ['MODE', 'PORT'],
      invalid: ['MODE: is not one of strict, degraded', 'PORT: is below 1'],
    })
    expect(await see({ every: ['MODE', 'PORT'] }, { PORT: '1', MODE: 'strict' })).toMatchObject({
      set: true,
      valid: true,
      empty: false,
      invalid: [],
    })
    expect(await see({ every: ['KEY', 'PORT'] }, { KEY: '' })).toMatchObject({
      set: false,
      empty: true,
      present: ['KEY'],
    })
  })

  it('passes over what is not read, since another variable is set', async () => {
    const variables = {
      NEW_PORT: { reads: ['python-int' as const], exposure: 'public' as const },
      OLD_PORT: { reads: ['python-int' as const], exposure: 'public' as const, 'unless-set': 'NEW_PORT' },
    }
    const see = (environment: Record<string, string>) =>
      observe(probe, { every: 'numeric' }, { variables, environment })
    expect((await see({ NEW_PORT: '6379', OLD_PORT: 'six' })).invalid).toEqual([])
    expect((await see({ OLD_PORT: 'six' })).invalid).toEqual(['OLD_PORT: is not an integer for Python'])
  })

  it('tells which of the declared variables were left as a template or a manual had them', async () => {
    const facts = await observe(
      probe,
      { every: 'declared' },
      {
        variables: {
          HOST: { exposure: 'public' },
          URL: { exposure: 'dsn' },
          KEY: { exposure: 'secret' },
          MODE: { exposure: 'public' },
          UNSET: { exposure: 'public' },
        },
        environment: {
          HOST: '${BIND_HOST}',
          URL: 'redis://:canary@your-redis-host.com:6379/0',
          KEY: '{{ vault.key }}',
          MODE: 'strict',
          OTHER: '${NOT_OURS}',
        },
      },
    )
    expect(facts).toMatchObject({ present: ['HOST', 'URL', 'MODE'], references: ['HOST'], placeholders: ['URL'] })
    expect(JSON.stringify(facts)).not.toContain('canary')
  })

  describe('of a URL that a driver reads', () => {
    const variables = {
      HOT: { reads: ['url' as const], driver: 'redis-py', exposure: 'dsn' as const },
      DURABLE: { reads: ['url' as const], driver: 'asyncpg', exposure: 'dsn' as const },
    }
    const see = (name: string, url: string, more: { 'trusted-networks'?: string[]; 'service-home'?: string } = {}) =>
      observe(probe, { name, ...more }, { variables, environment: { [name]: url } })

    it.each([
      ['HOT', 'redis://:canary@10.0.0.7/0', false, ['10.0.0.7']],
      ['HOT', 'rediss://:canary@cache.example.org/0', true, ['cache.example.org']],
      ['HOT', 'redis://:canary@127.0.0.1/0', false, []],
      ['HOT', 'unix:///run/redis.sock', false, []],
      ['DURABLE', 'postgresql://u:canary@db1.example.org:5432,localhost:5432/d', false, ['db1.example.org']],
      ['DURABLE', 'postgresql://u:canary@db1.example.org/d?sslmode=prefer', false, ['db1.example.org']],
      ['DURABLE', 'postgresql://u:canary@db1.example.org/d?sslmode=require', true, ['db1.example.org']],
    ] as const)('%s %s', async (name, url, encrypted, hosts) => {
      const facts = await see(name, url)
      expect(facts).toMatchObject({ valid: true, encrypted, remoteHosts: hosts })
      expect(JSON.stringify(facts)).not.toContain('canary')
    })

    it('what is trusted is not remote', async () => {
      expect((await see('HOT', 'redis://10.1.2.3/0', { 'trusted-networks': ['10.0.0.0/8'] })).remoteHosts).toEqual([])
    })

    it('the home of the service decides what its driver finds', async () => {
      const url = 'postgresql://u:canary@db/d?sslmode=verify-full'
      expect((await see('DURABLE', url)).valid).toBe(false)
      expect((await see('DURABLE', url, { 'service-home': '/home/bus' })).valid).toBe(true)
    })
  })

  it('numeric stands for all that are read as numbers', async () => {
    expect(await see({ every: 'numeric' }, { PORT: '', SECONDS: '1s', PIN: '0x1', MODE: 'neither' })).toMatchObject({
      present: ['PORT', 'SECONDS', 'PIN'],
      invalid: [
        'PORT: is not an integer for Python',
        'SECONDS: is not a number for Python',
        'PIN: is not an integer for Python',
      ],
    })
    await expect(observe(probe, { every: 'numeric' }, { variables: {} })).rejects.toThrow('nothing to observe')
  })
})

it.each([
  [{}],
  [{ name: 'A', first: ['B'] }],
  [{ every: [] }],
  [{ first: [] }],
  [{ name: 'A B' }],
  [{ name: '' }],
  [{ nmae: 'A' }],
  [{ every: 'all' }],
])('refuses the input %j', (input) => {
  expect(probe.input.safeParse(input).success).toBe(false)
})
