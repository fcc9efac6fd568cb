import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUrl } from '../../src/net/url.js'

const read = (text: string, options: Partial<Parameters<typeof readUrl>[1]> = {}) =>
  readUrl(text, { schemeless: false, credentials: true, ...options })
const partsOf = (text: string, options?: Parameters<typeof read>[1]) => {
  const url = read(text, options)
  if ('reason' in url) throw new Error(url.reason)
  return { ...url.parts, password: url.password }
}

describe('readUrl', () => {
  it.each([
    ['redis://h', { scheme: 'redis', host: 'h', port: 0, path: '', user: '', hasPassword: false, password: '' }],
    ['redis://:pw@h:6379/0', { host: 'h', port: 6379, path: '0', user: '', hasPassword: true, password: 'pw' }],
    ['rediss://u:p%40ss%5Bw@h:1/', { user: 'u', password: 'p@ss[w', host: 'h', port: 1 }],
    [
      'postgres://u:a%2Fb%20c:d@[::1]:5432/my%20db?sslmode=require&options=-c+a',
      { host: '::1', port: 5432, path: 'my db', password: 'a/b c:d', query: { sslmode: 'require', options: '-c a' } },
    ],
    ['postgres:///db?password=x', { host: '', path: 'db', hasPassword: true, password: 'x' }],
    ['unix:///run/redis.sock?db=2', { scheme: 'unix', host: '', path: 'run/redis.sock', query: { db: '2' } }],
    ['nats://token@h', { user: 'token', hasPassword: false }],
    ['redis://u:%zz%C3%A9@h', { password: '%zzé' }],
  ])('%s', (text, parts) => {
    expect(partsOf(text)).toMatchObject(parts)
  })

  it('reads a bare address only where the target does', () => {
    expect(partsOf('h:4222', { schemeless: true })).toMatchObject({ scheme: '', host: 'h', port: 4222 })
    expect(read('h:4222')).toEqual({ reason: 'has no scheme (something://) at its start' })
  })

  it.each([
    ['', 'no scheme'],
    ['h:6379', 'no scheme'],
    ['redis:h', 'no scheme'],
    ['redis://h:port', 'no readable host'],
    ['redis://h:0', 'port outside'],
    ['redis://h:65536', 'port outside'],
    ['redis://h:99999999999999999999', 'port outside'],
    ['redis://::1:6379', 'no readable host'],
    ['redis://[::1', 'no readable host'],
    ['redis://[nonsense]', 'not an IPv6'],
    ['redis://ho<st', 'are not allowed in a host'],
    ['redis://h h', 'space'],
    [' redis://h', 'space'],
    ['redis://h\n', 'space'],
    ['nats://a:4222,nats://b:4222', 'more than one server'],
    ['postgres://a,b/db', 'more than one server'],
    ['redis://:12/34@h:6379/0', 'percent-encode'],
    ['redis://u:p?w@h', 'percent-encode'],
    ['redis://u:p#w@h', 'percent-encode'],
    ['redis://u:p@ss/word@h', 'percent-encode'],
    ['redis://u:p@ss@h', 'percent-encode it'],
    ['redis://u:p[ss@h', 'percent-encode it'],
    ['redis://u]:pass@h', 'percent-encode it'],
    ['postgres://h/db?sslmode=disable&sslmode=require', 'twice'],
  ])('refuses %j', (text, reason) => {
    expect(read(text)).toEqual({ reason: expect.stringContaining(reason) as string })
  })

  it('lets an address that carries no credentials hold an @ in its path', () => {
    expect(partsOf('http://h/@scope/x', { credentials: false })).toMatchObject({ host: 'h', path: '@scope/x' })
  })

  it('gives back what was put in, whatever the characters', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.integer({ min: 1, max: 65_535 }),
        fc.boolean(),
        (user, password, database, port, ipv6) => {
          const host = ipv6 ? '[fe80::1]' : 'db.internal'
          const text = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`
          expect(partsOf(text)).toMatchObject({
            user,
            password,
            port,
            path: database,
            host: ipv6 ? 'fe80::1' : 'db.internal',
          })
        },
      ),
    )
  })
})
