import { describe, expect, test } from 'vitest'
import { createRedactor, MARKER } from '../../src/redaction/redact.js'
import { isDeep } from '../property-runs.js'

const VALUE = 'kT9-Qw3zLp8Zr8Vb2-mN5pR8tV1'
const redactor = createRedactor([
  { name: 'JWT_SECRET', value: VALUE, exposure: 'secret' },
  { name: 'MODE', value: 'abc', exposure: 'secret' },
])

function inspected(text: string, size: number) {
  const inspection = redactor.inspection()
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) inspection.push(bytes.subarray(at, at + size))
  return inspection.end()
}

describe('an inspection', () => {
  test.each([
    ['plain words', { names: [], unmasked: [], isClean: true }],
    ['', { names: [], unmasked: [], isClean: true }],
    [`x ${VALUE}`, { names: ['JWT_SECRET'], unmasked: [], isClean: false }],
    [`x ${Buffer.from(VALUE).toString('base64')}`, { names: ['JWT_SECRET'], unmasked: [], isClean: false }],
    ['password=x', { names: [], unmasked: [], isClean: false }],
    [`password=${MARKER}`, { names: [], unmasked: [], isClean: true }],
  ])('of %j', (text, finding) => {
    for (const size of [1, 7, 65_536]) expect(inspected(text, size)).toEqual(finding)
  })

  test('of a long input sees a secret wherever it stands', () => {
    const places = isDeep ? [65_530, 131_060, 262_130, 262_144, 278_520, 600_000] : [131_060, 278_520]
    for (const at of places) {
      const text = `${'ab '.repeat(at).slice(0, at)}${VALUE} ${'ab '.repeat(9000)}`
      expect(inspected(text, 40_000)).toEqual({ names: ['JWT_SECRET'], unmasked: [], isClean: false })
    }
  })
})

test('a redactor names what it masks and what it cannot', () => {
  expect({ masked: redactor.masked, unmaskable: redactor.unmaskable }).toEqual({
    masked: ['JWT_SECRET'],
    unmaskable: ['MODE'],
  })
})
