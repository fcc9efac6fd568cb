import { describe, expect, it } from 'vitest'
import { entryOf, isAmbiguous, type LockableInput } from '../../../src/checks/lock/locked-input.js'
import type { InputType } from '../../../src/definitions/expression/expression.js'

function input(type: InputType, secret = false): LockableInput {
  return { name: 'it', system: 'demo', type, values: undefined, secret }
}

const asWritten = (value: string | readonly string[]) => ({ value, template: undefined })

describe('an input in a lock', () => {
  it.each<[InputType, string | readonly string[], string | readonly string[]]>([
    ['integer', '10', '10'],
    ['string', 'a@b', 'a@b'],
    ['path', '/srv/bus', '/srv/bus'],
    ['list', 'a, b', ['a', 'b']],
    ['list', ['a', 'b'], ['a', 'b']],
    ['url', 'https://bus.internal:8443/health?format=json', 'https://bus.internal:8443/health?format=json'],
    ['url', 'bus.internal:6379', 'bus.internal:6379'],
    ['url', 'redis://:pw@bus.internal:6379/0', 'redis://[redacted]@bus.internal:6379/0'],
    ['url', 'nats://token@bus.internal', 'nats://[redacted]@bus.internal'],
    ['url', 'user:pw@bus.internal/x', '[redacted]@bus.internal/x'],
    ['url', 'https://me:internal@bus.internal/internal', 'https://[redacted]@bus.internal/internal'],
    ['url', 'https://evil.example\\.bus.internal', 'https://evil.example\\.bus.internal'],
    ['url', 'nats://a:b@one:4222,nats://c:d@two:4222', 'nats://[redacted]@one:4222,nats://[redacted]@two:4222'],
    [
      'url',
      'postgres://db/bus?password=hV7qPz2mXw9sKd4L&host=other',
      'postgres://db/bus?password=[redacted]&host=other',
    ],
    [
      'url',
      'postgres://me:evil@db/bus?host=evil&passfile=/tmp/evil',
      'postgres://[redacted]@db/bus?host=evil&passfile=/tmp/evil',
    ],
    [
      'url',
      'postgres://db/bus?password=pw&passfile=/tmp/other',
      'postgres://db/bus?password=[redacted]&passfile=/tmp/other',
    ],
    ['string', 'https://me:pw@bus.internal', 'https://[redacted]@bus.internal'],
    ['list', 'https://me:pw@one,two', ['https://[redacted]@one', 'two']],
  ])('of type %s given as %j is %j', (type, given, value) => {
    expect(entryOf(input(type), asWritten(given))).toEqual({ value })
  })

  it.each<[string | readonly string[], string]>([
    ['', 'empty'],
    ['  ', 'empty'],
    ['hV7qPz2mXw9sKd4L', 'set'],
    ['me:hV7qPz2mXw9sKd4L@bus', 'set'],
    [
      'nats://token@bus.internal:4222/hV7qPz2mXw9sKd4L?x=hV7qPz2mXw9sKd4L',
      'set, for nats://bus.internal:4222/[redacted]?x=[redacted]',
    ],
    ['nats://bus.internal:4222/', 'set, for nats://bus.internal:4222'],
    ['postgres://me:pw@db.internal/prod_eu1', 'set, for postgres://db.internal/prod_eu1'],
    ['postgres://db.internal/prod', 'set, for postgres://db.internal/prod'],
    ['postgres://me:pw@db/prod?host=evil.example&port=1', 'set, for postgres://db/prod?host=evil.example&port=1'],
    ['postgres://me:pw@db?h%6Fst=hV7qPz2mXw9sKd4LhV7qPz2m', 'set, for postgres://db?h%6Fst=hV7qPz2mXw9sKd4LhV7qPz2m'],
    ['postgres://me:evil@db?host=evil&HOSTADDR=evil', 'set, for postgres://db?host=evil&HOSTADDR=evil'],
    [
      'postgres://db/prod?password=prod&passfile=/tmp/p&sslkey=/k&sslmode=disable&sslrootcert=/tmp/ca',
      'set, for postgres://db/prod?password=[redacted]&passfile=/tmp/p&sslkey=/k&sslmode=disable&sslrootcert=/tmp/ca',
    ],
    [
      'postgres://me:pw@db/prod?connect_timeout=10&api_key=short&application_name=bus',
      'set, for postgres://db/prod?connect_timeout=10&api_key=[redacted]&application_name=bus',
    ],
    ['https://hooks.example/services/short', 'set, for https://hooks.example/[redacted]/[redacted]'],
    ['https://hooks.example?short', 'set, for https://hooks.example?[redacted]'],
    [
      'https://hooks.example/?user=short&a=b',
      'set, for https://hooks.example/?[redacted]=[redacted]&[redacted]=[redacted]',
    ],
    ['https://me:pw@hooks.example/services/hV7qPz2m', 'set, for https://hooks.example/services/[redacted]'],
    ['nats://a:b@one,nats://two', 'set, for nats://one,nats://two'],
    ['postgres://me:pw@one:5432,two:5432/bus', 'set, for postgres://one:5432,two:5432/bus'],
    ['redis://:p/w@bus.internal', 'ambiguous'],
    ['redis://me:p@w@bus.internal', 'ambiguous'],
    ['https://', 'ambiguous'],
  ])('that is secret, given as %j, is %j', (given, secret) => {
    expect(entryOf(input('string', true), asWritten(given))).toEqual({ secret })
  })

  it.each([
    'https://evil.example\\@bus.internal',
    'https://evil.example/@bus.internal',
    'https://evil.example?@bus.internal',
    'https://evil.example#@bus.internal',
    'https://me@evil.example@bus.internal',
    'https://me:pw@bus.internal@evil.example',
    'https://me:pw@evil.example\\bus.internal',
    'https://me:pw@bus.internal\t.evil.example',
    'https://me:pw @bus.internal',
    'postgres://db/bus?password=hV7qPz2mXw9sKd4L;host=evil.example',
    'postgres://db/bus?password=hV7qPz2mXw9sKd4L#@evil.example',
  ])('%j is never taken for another, with credentials that are left out', (given) => {
    const entry = entryOf(input('url'), asWritten(given))
    expect(isAmbiguous(entry)).toBe(true)
    expect(isAmbiguous(entryOf(input('string', true), asWritten(given)))).toBe(true)
    expect(JSON.stringify(entry)).not.toContain('evil')
  })
})
