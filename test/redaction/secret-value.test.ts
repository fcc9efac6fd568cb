import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { MARKER } from '../../src/redaction/redact.js'
import { Secret } from '../../src/redaction/secret-value.js'

const VALUE = 'kT9-Qw3zLp8Zr8Vb2-mN5pR8tV1'
const secret = new Secret(VALUE)

describe('a secret', () => {
  test.each([
    ['as a string', () => String(secret)],
    ['in a template', () => `${secret}`],
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-conversion -- it is no text
    ['put to a text', () => '' + (secret as unknown as string)],
    ['in JSON', () => JSON.stringify({ secret })],
    ['inspected', () => inspect({ secret }, { depth: 9, showHidden: true })],
    ['formatted', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
    ['in an error', () => inspect(Object.assign(new Error('x', { cause: secret }), { secret }))],
    ['in an array', () => [secret].join()],
    ['in a map', () => inspect(new Map([['a', secret]]))],
    [
      'with its properties spread',
      () => inspect({ ...secret }) + JSON.stringify(Object.entries(secret)) + JSON.stringify(Reflect.ownKeys(secret)),
    ],
    ['as a key', () => inspect({ [secret as unknown as string]: 1 })],
    ['sorted and compared', () => String([secret, new Secret('b')].sort())],
  ])('does not show %s', (_, shown) => {
    expect(shown()).not.toContain(VALUE.slice(0, 4))
  })

  test('cannot be copied out of its object', () => {
    expect(structuredClone({ ...secret })).toEqual({})
    expect(Object.keys(secret)).toEqual([])
  })

  test('is a marker, and is given to who asks for it', () => {
    expect(String(secret)).toBe(MARKER)
    expect(secret.reveal()).toBe(VALUE)
  })
})
