import { describe, expect, test } from 'vitest'
import { createRedactor, fingerprint, lengthBucket, MARKER } from '../../src/redaction/redact.js'

const VALUE = 'kT9-Qw3zLp8Zr8Vb2-mN5pR8tV1'
const redactor = createRedactor([{ name: 'JWT_SECRET', value: VALUE, exposure: 'secret' }])

function unmaskable(name: string, value: string, exposure: 'secret' | 'dsn' = 'secret'): boolean {
  return createRedactor([{ name, value, exposure }]).unmaskable.includes(name)
}

describe('a value too short or common to be masked everywhere', () => {
  test.each([
    ['MODE', 'abc', true],
    ['DB_PASSWORD', 'abc', true],
    ['DB_PASSWORD', 'abcx', false],
    ['MODE', 'abcxyz1', true],
    ['MODE', 'abcxyz12', false],
    ['DB_PASSWORD', '123456789', true],
    ['DB_PASSWORD', '9376451820', false],
    ['DB_PASSWORD', 'Postgres', true],
    ['MODE', 'production', true],
    ['DB_PASSWORD', '      ', true],
    ['MODE', '', false],
    ['SETTINGS', '{"port":6379,"password":"xyz"}', true],
    ['SETTINGS', '{"port":6379,"debug":true}', false],
  ])('%s=%j: %s', (name, value, expected) => {
    expect(unmaskable(name, value)).toBe(expected)
  })

  test('is named when a DSN holds it', () => {
    expect(unmaskable('URL', 'redis://:redis@h:6379', 'dsn')).toBe(true)
    expect(unmaskable('URL', 'redis://h:6379', 'dsn')).toBe(false)
    expect(unmaskable('URL', '127.0.0.1:4222', 'dsn')).toBe(false)
  })

  test('is no file that a URL without a host names', () => {
    const known = (value: string) => createRedactor([{ name: 'DATABASE_URL', value, exposure: 'secret' }])
    expect(known('sqlite:///eventbus.db').text('/srv/aegis/eventbus.db')).toBe('/srv/aegis/eventbus.db')
    expect(known('https://h.example/eventbus.db').text('/srv/aegis/eventbus.db')).not.toContain('eventbus.db')
    expect(known(`sqlite:///eventbus.db?password=${VALUE}`).text(`with ${VALUE}`)).not.toContain(VALUE)
  })

  test('does not mask the words it is part of', () => {
    const short = createRedactor([
      { name: 'A', value: 'a', exposure: 'secret' },
      { name: 'P_PASSWORD', value: 'test', exposure: 'secret' },
    ])
    expect(short.text('a test of a tester')).toBe('a test of a tester')
  })

  test('is what the caller says is public', () => {
    const known = [{ name: 'APP_SECRET', value: 'my-jwt-secret-value', exposure: 'secret' }] as const
    expect(createRedactor(known).text('shield/secrets/jwt-secret: fail')).toContain(MARKER)
    const told = createRedactor(known, { publicText: ['shield/secrets/jwt-secret'] })
    expect(told.text('shield/secrets/jwt-secret: fail')).toBe('shield/secrets/jwt-secret: fail')
    expect(told.text('my-jwt-secret-value')).not.toContain('secret-value')
    expect(
      createRedactor([{ name: 'APP_SECRET', value: 'jwt-secret', exposure: 'secret' }], {
        publicText: ['shield/secrets/jwt-secret'],
      }).unmaskable,
    ).toEqual(['APP_SECRET'])
  })
})

describe('a short secret', () => {
  const short = createRedactor([
    { name: 'DB_PASSWORD', value: 'hunter2', exposure: 'secret' },
    { name: 'MIXED', value: 'a%b/c+d=e', exposure: 'secret' },
  ])

  test('is masked whole, and its longer forms', () => {
    expect(short.text('x hunter2 y')).toBe(`x ${MARKER} y`)
    expect(short.text(`x ${Buffer.from('hunter2').toString('base64')} y`)).toBe(`x ${MARKER} y`)
    expect(short.text(`x ${Buffer.from('hunter2').toString('hex')} y`)).toBe(`x ${MARKER} y`)
    expect(short.text(`x ${encodeURIComponent('a%b/c+d=e')} y`)).toBe(`x ${MARKER} y`)
    expect(short.text('x hunter y')).toBe('x hunter y')
  })
})

describe('a DSN', () => {
  const dsn = createRedactor([
    { name: 'URL', value: 'postgres://arqonbus:p%40ss%2Fw0rd-Long@db.internal:5432/arqonbus', exposure: 'dsn' },
  ])

  test('is a secret in its password only, raw and decoded', () => {
    expect(dsn.text('p%40ss%2Fw0rd-Long p@ss/w0rd-Long')).toBe(`${MARKER} ${MARKER}`)
    expect(dsn.text('user arqonbus at db.internal:5432/arqonbus')).toBe('user arqonbus at db.internal:5432/arqonbus')
  })

  test.each([
    ['redis://:s3cr/et-w0rd@h:6379/0', 's3cr/et-w0rd'],
    ['redis://:s3cr@et-w0rd@h:6379/0', 's3cr@et-w0rd'],
    ['nats://u:first-Pw0rd@a:4222,nats://u:other-Pw0rd@b:4222', 'other-Pw0rd'],
    ['nats://lone-T0ken-x@a:4222', 'lone-T0ken-x'],
    ['host=h user=u password=keyw0rd-pass', 'keyw0rd-pass'],
    ["host=h password='two w0rds-here'", 'two w0rds-here'],
    ['postgres://h/d?user=u&password=quer9-pass', 'quer9-pass'],
    ['not a dsn: s3cretly!', 'not a dsn: s3cretly!'],
  ])('%s', (value, password) => {
    expect(createRedactor([{ name: 'URL', value, exposure: 'dsn' }]).text(`x ${password} y`)).toBe(`x ${MARKER} y`)
  })

  test('that no pack declared is a secret in its password only as well', () => {
    const undeclared = createRedactor([
      { name: 'OTHER', value: 'amqp://u:s3cr3t-w0rd@mq.internal:5672/v', exposure: 'secret' },
    ])
    expect(undeclared.text('s3cr3t-w0rd on mq.internal:5672/v')).toBe(`${MARKER} on mq.internal:5672/v`)
  })
})

describe('structured values', () => {
  test('keep keys, numbers, booleans and null, and lose secrets in their leaves', () => {
    expect(redactor.value({ [VALUE]: 1, a: [true, null, 2, `x ${VALUE}`], b: { c: undefined } })).toEqual({
      [VALUE]: 1,
      a: [true, null, 2, `x ${MARKER}`],
      b: { c: undefined },
    })
  })

  test("under a credential's name are masked whatever they look like", () => {
    expect(redactor.value({ password: 'pw', tokenType: 'bearer', secret: true, jwtSecret: 'missing' })).toEqual({
      password: MARKER,
      tokenType: 'bearer',
      secret: true,
      jwtSecret: 'missing',
    })
  })

  test('after a flag or AUTH are masked', () => {
    expect(redactor.value(['--password', 'pw', '--port', '5'])).toEqual(['--password', MARKER, '--port', '5'])
    expect(redactor.value({ name: 'hello', args: ['3', 'AUTH', 'user', 'pw'] })).toEqual({
      name: 'hello',
      args: ['3', 'AUTH', MARKER, MARKER],
    })
  })

  test('of unknown kinds, cycles, getters that throw: the marker', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(redactor.value(cycle)).toEqual({ self: MARKER })
    expect(redactor.value([new Map([['a', VALUE]]), Buffer.from(VALUE), () => VALUE, new URL('http://h')])).toEqual([
      MARKER,
      MARKER,
      MARKER,
      MARKER,
    ])
    const trap = {
      get a(): string {
        throw new Error(VALUE)
      },
    }
    expect(redactor.value(trap)).toBe(MARKER)
  })

  test('named __proto__ stay own properties', () => {
    const parsed: unknown = JSON.parse(`{"__proto__":"${VALUE}"}`)
    expect(JSON.stringify(redactor.value(parsed))).toBe(`{"__proto__":"${MARKER}"}`)
  })
})

describe('errors', () => {
  test('are name, code, message, stack and cause, scrubbed, and nothing else', () => {
    const cause = Object.assign(new TypeError(`bad ${VALUE}`), { input: VALUE })
    const error = Object.assign(new Error(`failed with ${VALUE}`, { cause }), {
      code: 'E_TEST',
      command: { name: 'hello', args: [VALUE] },
    })
    const serialised = redactor.error(error)
    expect(Object.keys(serialised).sort()).toEqual(['cause', 'code', 'message', 'name', 'stack'])
    expect(serialised).toMatchObject({
      name: 'Error',
      code: 'E_TEST',
      message: `failed with ${MARKER}`,
      cause: { name: 'TypeError', message: `bad ${MARKER}` },
    })
    expect(JSON.stringify(serialised)).not.toContain(VALUE.slice(0, 10))
    expect(redactor.value({ error })).toEqual({ error: serialised })
  })

  test('that quote what they could not parse do not show it', () => {
    let thrown: unknown
    try {
      JSON.parse(VALUE)
    } catch (error) {
      thrown = error
    }
    expect(JSON.stringify(redactor.error(thrown))).not.toContain(VALUE.slice(0, 10))
    expect(redactor.error(thrown).name).toBe('SyntaxError')
  })

  test('that are none are told apart', () => {
    expect(redactor.error(`oops ${VALUE}`)).toEqual({ name: 'NonError', message: `oops ${MARKER}` })
    expect(redactor.error({ secretThing: VALUE })).toEqual({ name: 'NonError', message: MARKER })
    expect(redactor.error(undefined)).toEqual({ name: 'NonError', message: 'undefined' })
  })

  test('that throw when read, or cause themselves, are survived', () => {
    const hostile = new Error('x')
    Object.defineProperty(hostile, 'message', {
      get() {
        throw new Error(VALUE)
      },
    })
    expect(redactor.error(hostile)).toEqual({ name: 'Error', message: MARKER })
    const looped = new Error('loop')
    looped.cause = looped
    expect(redactor.error(looped).message).toBe('loop')
  })
})

describe('the final gate', () => {
  test('names each secret that still stands in a text', () => {
    const two = createRedactor([
      { name: 'A_SECRET', value: VALUE, exposure: 'secret' },
      { name: 'B_SECRET', value: VALUE, exposure: 'secret' },
      { name: 'C_SECRET', value: 'another-V4lue-of-ours', exposure: 'secret' },
    ])
    expect(two.finds(`x ${VALUE.slice(3, 14)}`)).toEqual([{ name: 'A_SECRET' }, { name: 'B_SECRET' }])
    expect(two.finds('nothing here')).toEqual([])
    expect(two.finds('')).toEqual([])
  })

  test('looks at all of a long text', () => {
    for (const at of [262_130, 262_144, 278_520, 524_280]) {
      expect(redactor.finds(`${'ab '.repeat(at).slice(0, at)}${VALUE} ${'ab '.repeat(9000)}`)).toEqual([
        { name: 'JWT_SECRET' },
      ])
    }
  })
})

describe('an escaped secret', () => {
  test('is masked also far from other escapes, and long after the last one', () => {
    const escaped = VALUE.replaceAll('-', '%2D')
    const filler = 'plain words '.repeat(100)
    const input = `%41 ${filler}${escaped} ${filler}\\u0041 ${filler}${VALUE} ${filler}`
    expect(redactor.text(input)).toBe(`%41 ${filler}${MARKER} ${filler}\\u0041 ${filler}${MARKER} ${filler}`)
  })
})

describe('what may be told of a value', () => {
  test('a fingerprint depends on the key, and is a prefix of HMAC-SHA256', () => {
    // RFC 4231, test case 2.
    expect(fingerprint('what do ya want for nothing?', 'Jefe')).toBe('5bdcc146bf60754e')
    expect(fingerprint(VALUE, 'one key')).not.toBe(fingerprint(VALUE, 'other key'))
  })

  test.each([
    ['', '0'],
    ['a', '1-7'],
    ['京京', '1-7'],
    ['京京京', '8-15'],
    ['x'.repeat(16), '16-31'],
    ['x'.repeat(63), '32-63'],
    ['x'.repeat(64), '64-127'],
    ['x'.repeat(128), '128+'],
  ])('a length is a bucket of bytes: %j', (value, bucket) => {
    expect(lengthBucket(value)).toBe(bucket)
  })
})

describe('hostile input', () => {
  test.each([
    ['quotes and keys', 'token="'.repeat(8000)],
    ['keys', 'password: the '.repeat(8000)],
    ['token heads', 'eyJ'.repeat(60_000)],
    ['schemes', 'a://'.repeat(30_000)],
    ['blanks', `password=${' '.repeat(100_000)}x`],
    ['armour', '-----BEGIN PRIVATE KEY-----'.repeat(4000)],
    ['backslashes', '\\'.repeat(100_000)],
    ['base64', 'QUJD'.repeat(50_000)],
    ['command lines', 'redis-cli curl mysql login '.repeat(5000)],
    ['at signs', `redis://${'a@:/'.repeat(20_000)}`],
    ['half a surrogate', '\ud83d'.repeat(70_000)],
  ])('ends: %s', (_name, input) => {
    expect(typeof redactor.text(input)).toBe('string')
  })
})
