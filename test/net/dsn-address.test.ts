import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/redaction/secret-value.js'
import { noSurroundings } from '../../src/net/drivers/driver.js'
import { parseDsn, percentDecode } from '../../src/net/host-port.js'
import { parseNatsUrl } from '../../src/net/nats/nats-url.js'
import { readPostgresTarget } from '../../src/net/postgres/postgres-target.js'
import { Refusal } from '../../src/net/refusal.js'

const word = fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 40 })

describe('parseDsn', () => {
  it('gives back any user and password that were percent-encoded', () => {
    fc.assert(
      fc.property(word, word, (user, password) => {
        const dsn = parseDsn(
          new Secret(`redis://${encodeURIComponent(user)}:${encodeURIComponent(password)}@host.example:1234/5?a=b`),
          ['redis'],
        )
        expect([dsn.user, dsn.password?.reveal(), dsn.host, dsn.port, dsn.path, dsn.query.get('a')]).toEqual([
          user,
          password,
          'host.example',
          1234,
          '/5',
          'b',
        ])
      }),
    )
  })

  it('gives parts or a refusal that quotes nothing, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          word,
          word.map((text) => `redis://u:${text}@h`),
        ),
        (text) => {
          try {
            expect(typeof parseDsn(new Secret(text), ['redis']).host).toBe('string')
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal)
            expect([
              'the URL is empty',
              'the URL has no scheme',
              'its scheme is not one of redis',
              'the URL cannot be parsed: its host, its port, or a character that needs percent-encoding',
            ]).toContain((error as Refusal).problem.detail)
          }
        },
      ),
    )
  })

  it('takes user-info up to the last @, an IPv6 host, and a socket with credentials', () => {
    const dsn = parseDsn(new Secret('redis://:p@ss@[::1]:7/0'), ['redis'])
    expect([dsn.password?.reveal(), dsn.host, dsn.port]).toEqual(['p@ss', '::1', 7])
    expect(parseDsn(new Secret('unix://me:pw@/run/r.sock'), ['unix'])).toMatchObject({
      host: '',
      path: '/run/r.sock',
      user: 'me',
    })
  })
})

describe('percentDecode', () => {
  it('undoes encodeURIComponent, and leaves what is not an escape', () => {
    fc.assert(fc.property(word, (text) => percentDecode(encodeURIComponent(text)) === text))
    expect(percentDecode('100%zz%4')).toBe('100%zz%4')
  })
})

describe('what a URL means to asyncpg', () => {
  const read = (url: string) => readPostgresTarget(new Secret(url), 'asyncpg', noSurroundings)
  it('has its defaults', () => {
    const target = read('postgresql://me@h')
    expect(target).toMatchObject({
      endpoints: [{ host: 'h', port: 5432 }],
      user: 'me',
      password: undefined,
      database: 'me',
      settings: { target_session_attrs: 'any' },
    })
    expect(target.tls).toMatchObject({ demand: 'prefer', verify: 'none', minimumVersion: 'TLSv1.2', isDirect: false })
    expect(read('postgresql://me@').endpoints.at(-1)).toEqual({ host: 'localhost', port: 5432 })
    expect(read('postgres://me:pw@h/db').database).toBe('db')
  })
  it('ends the user-info at the first @, and refuses what cannot be meant', () => {
    const target = read('postgres://me:pw@/db?host=/run/pg')
    expect(target).toMatchObject({ endpoints: [{ path: '/run/pg/.s.PGSQL.5432' }], user: 'me', database: 'db' })
    expect(() => read('postgres://me:p@w@h/db')).toThrow('percent-encode @ as %40')
  })
  it('takes host, port, user, password and database from the query as well', () => {
    const target = read('postgres:///?host=h&port=7&user=me&password=pw&dbname=db')
    expect(target).toMatchObject({ endpoints: [{ host: 'h', port: 7 }], user: 'me', database: '' })
    expect(target.password?.reveal()).toBe('pw')
    expect(read('postgres://?host=h&user=me&dbname=db').database).toBe('db')
  })
  it('finds a socket in a folder', () => {
    expect(read('postgres://me@%2Frun%2Fpg/db').endpoints).toEqual([{ path: '/run/pg/.s.PGSQL.5432' }])
    expect(read('postgres://me@%2Frun%2Fpg/db').tls).toBeUndefined()
    expect(read('postgres:///db?host=/run/pg&user=me&port=7').endpoints).toEqual([{ path: '/run/pg/.s.PGSQL.7' }])
  })
  it('keeps settings apart from its own parameters', () => {
    expect(read('postgres://me@h/db?sslmode=require&application_name=x&options=-c').settings).toEqual({
      application_name: 'x',
      options: '-c',
      target_session_attrs: 'any',
    })
  })
})

describe('what a URL means to a NATS client', () => {
  const read = (url: string) => parseNatsUrl(new Secret(url))
  it('takes a lone user for a token', () => {
    expect(read('nats://token@h')).toMatchObject({ user: '', host: 'h', port: 4222 })
    expect(read('nats://token@h').token?.reveal()).toBe('token')
    expect(read('nats://u:p@h').token).toBeUndefined()
  })
  it('has the ports of its schemes', () => {
    expect([
      read('h').port,
      read('tls://h').port,
      read('ws://h').port,
      read('wss://h').port,
      read('wss://h:4443').port,
    ]).toEqual([4222, 4222, 80, 443, 4443])
  })
})
