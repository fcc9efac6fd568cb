import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { leftoverOf } from '../../../src/environment/read-variable.js'

it.each([
  '${BIND_HOST}',
  'redis://:pw@${REDIS_HOST}:6379/0',
  '${PORT:-9100}',
  'nats://${NS}:4222',
  '$(cat /run/level)',
  '$LOG_LEVEL',
  '{{ .Values.host }}',
  '${{ secrets.KEY }}',
  '%REDIS_URL%',
  '__HOST__',
])('sees a reference in %s', (text) => {
  expect(leftoverOf(text)).toBe('reference')
})

it.each([
  'your-redis-host.com',
  'redis://:secret@your-redis-host.com:6379/0',
  'postgresql://your_user:x@db/app',
  'change-me',
  'CHANGEME',
  'replace-with-strong-secret',
  '<host>',
])('sees a placeholder in %s', (text) => {
  expect(leftoverOf(text)).toBe('placeholder')
})

it.each([
  '',
  '0.0.0.0',
  'localhost',
  'redis://:pa$word@h:6379/0',
  'pa${',
  '^AKIA[0-9A-Z]{16}$',
  '(?i)password\\s*[:=]',
  'changelog',
  'yourself',
  'https://h/?q={a}',
  '100%',
  '$5',
])('leaves %s alone', (text) => {
  expect(leftoverOf(text)).toBeUndefined()
})

it('leaves random values alone, but for three in a hundred thousand', () => {
  const printable = (bytes: Buffer) => String.fromCharCode(...[...bytes].map((byte) => 33 + (byte % 94)))
  let seen = 0
  for (let count = 0; count < 30_000; count += 1) {
    const bytes = createHash('sha384').update(String(count)).digest()
    for (const text of [printable(bytes), bytes.toString('base64'), bytes.toString('hex')])
      seen += leftoverOf(text) === undefined ? 0 : 1
  }
  expect(seen).toBeLessThanOrEqual(1)
})

it('takes no longer for a longer text than its bound', () => {
  expect(leftoverOf('{{ a'.repeat(100_000))).toBeUndefined()
  expect(leftoverOf('${A:'.repeat(100_000))).toBeUndefined()
})
