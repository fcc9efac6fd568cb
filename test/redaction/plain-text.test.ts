import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isPlainText } from '../../src/redaction/value-shape.js'

describe('plain text', () => {
  it.each([
    '0.0.0.0',
    'redis-7d9c5b9f4c-x2k8p.cache.svc.cluster.local',
    '/srv/policy/strict-v2.wasm',
    'INFO',
    'room:*, channel:ops',
    'checkpointingcoordinatorservice',
    'Straße',
    '',
    'a'.repeat(200),
  ])('is %j', (text) => {
    expect(isPlainText(text)).toBe(true)
  })

  it.each([
    ['a key in hex', randomBytes(16).toString('hex').replace(/^\D+$/, '1')],
    ['a token with a prefix', 'ghp_Zx8kQ2mN5vB7cD1fG4hJ6kL9pQ3s'],
    ['letters of both cases', 'aBcDeFgHiJkLmNoPqRsTuVwX'],
    ['two lines', 'a\nb'],
    ['an escape sequence', '\u001B[2J'],
    ['a character nobody sees', 'a\u200Bb'],
    ['half a character', '\uD800'],
    ['a long text', 'a '.repeat(101)],
  ])('is not %s', (_, text) => {
    expect(isPlainText(text)).toBe(false)
  })
})
