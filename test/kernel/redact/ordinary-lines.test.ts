import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/kernel/redact.js'
import { ORDINARY_LINES } from './ordinary-lines.js'

const redactor = createRedactor([
  ...['JWT_SECRET', 'ARQONBUS_AUTH_JWT_SECRET', 'OTHER_TOKEN'].map((name) => ({ name, value: randomBytes(48).toString('base64'), exposure: 'secret' as const })),
  { name: 'ARQONBUS_POSTGRES_URL', value: `postgres://arqonbus:${randomBytes(18).toString('base64url')}@db.internal:5432/arqonbus`, exposure: 'dsn' },
  { name: 'NATS_URL', value: 'nats://127.0.0.1:4222', exposure: 'dsn' },
])

describe('ordinary log lines', () => {
  test('are at least 300', () => {
    expect(ORDINARY_LINES.length).toBeGreaterThanOrEqual(300)
  })

  test('stay as they are, one by one', () => {
    expect(ORDINARY_LINES.map((line) => redactor.text(line))).toEqual(ORDINARY_LINES)
  })

  test('stay as they are in one text', () => {
    const text = ORDINARY_LINES.join('\n')
    expect(redactor.text(text)).toBe(text)
    expect(redactor.finds(text)).toEqual([])
  })
})
