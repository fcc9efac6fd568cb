import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueShape, valueShapes } from '../../src/redaction/value-shape.js'

describe('the shape of a value', () => {
  it.each([
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', 'pem'],
    ['  -----BEGIN RSA PRIVATE KEY-----', 'pem'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', 'jwt-like'],
    ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', 'jwt-like'],
    ['6f9619ff-8b86-d011-b42d-00c04fc964ff', 'uuid'],
    ['redis://:pw@h:6379/0', 'url'],
    ['NATS://h', 'url'],
    ['{"a":1}', 'json'],
    ['[1,\n2]', 'json'],
    ['0123456789', 'digits'],
    ['deadbeefdeadbeef', 'hex'],
    ['0xDEADBEEF', 'hex'],
    ['/etc/ssl/key.pem', 'path'],
    ['./data', 'path'],
    ['~/x', 'path'],
    ['Zx8kQ2mN5vB7cD1fG4hJ6kL9', 'base64'],
    ['aB3/aB3+aB3/aB3+aB==', 'base64'],
    ['hunter2', 'text'],
    ['//h/x', 'text'],
    ['correct horse battery staple', 'text'],
    ['', 'text'],
    ['true', 'text'],
  ])('of %j is %s', (value, shape) => {
    expect(valueShape(value)).toBe(shape)
    expect(valueShape(` ${value}\n`)).toBe(shape)
  })

  it('is one of the few, and found in linear time, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => valueShapes.includes(valueShape(value))),
    )
    for (const piece of ['{', 'a', '9', '/', 'eyJ.', '-----BEGIN', 'A1b+'])
      expect(valueShapes).toContain(valueShape(piece.repeat(500_000)))
  })
})
