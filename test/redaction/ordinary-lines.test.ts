import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRedactor, type KnownSecret } from '../../src/redaction/redact.js'
import { ORDINARY_LINES } from './ordinary-lines.js'
import { SERVER_LINES } from './server-lines.js'
import { TOOL_LINES, TOOL_TEXTS } from './tool-lines.js'

const LINES = [...ORDINARY_LINES, ...SERVER_LINES, ...TOOL_LINES]

const secret = (name: string, value: string): KnownSecret => ({ name, value, exposure: 'secret' })
const dsn = (name: string, value: string): KnownSecret => ({ name, value, exposure: 'dsn' })
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64')
const hex = (bytes: number): string => randomBytes(bytes).toString('hex')

/** Twenty secrets of the kinds that a deployment has; the hosts, users and databases of its URLs stand in the lines. */
const SECRETS: readonly KnownSecret[] = [
  secret('JWT_SECRET', base64(48)),
  secret('ARQONBUS_AUTH_JWT_SECRET', hex(32)),
  secret('SESSION_SECRET', randomBytes(32).toString('base64url')),
  secret('ENCRYPTION_KEY', hex(16)),
  secret('DEPLOY_ID_TOKEN', randomUUID()),
  secret('ADMIN_PASSWORD', `${base64(9)}!`),
  secret('SHORT_PASSWORD', `${base64(4).slice(0, 4)}%q`),
  secret('PASSPHRASE', `${base64(3)} ${base64(4)} ${base64(5)} horse staple`),
  secret('WEBHOOK', `https://hooks.example.com/services/${hex(6)}/${base64(15)}`),
  secret(
    'SIGNING_KEY',
    `-----BEGIN PRIVATE KEY-----\n${base64(48)}\n${base64(48)}\n${base64(20)}\n-----END PRIVATE KEY-----`,
  ),
  secret(
    'SERVICE_ACCOUNT',
    JSON.stringify({
      type: 'service_account',
      client_email: `svc-${hex(4)}@example.net`,
      private_key_id: hex(20),
      private_key: base64(60),
    }),
  ),
  secret('API_KEYS', `${hex(12)},${hex(12)}`),
  secret('WITH_SIGNS', `a%2F${base64(12)}'"$&<`),
  secret('IN_TWO_SCRIPTS', `京${base64(9)}é${base64(6)}`),
  dsn(
    'ARQONBUS_POSTGRES_URL',
    `postgres://arqonbus:${randomBytes(18).toString('base64url')}@db.internal:5432/arqonbus?sslmode=verify-full`,
  ),
  dsn('ARQONBUS_VALKEY_URL', `redis://default:${encodeURIComponent(base64(18))}@cache.internal:6379/0`),
  dsn('NATS_URL', `nats://shield:${hex(12)}@127.0.0.1:4222`),
  dsn('NATS_FALLBACK_URL', 'nats://127.0.0.1:4222'),
  dsn('KEYWORDS', `host=db.internal port=5432 user=arqonbus dbname=arqonbus password=${hex(10)}`),
  dsn('AMQP_URL', `amqp://projector:${base64(12).replaceAll('/', '_')}@10.0.0.7:5672/lab`),
]

const redactor = createRedactor(SECRETS)

describe('ordinary log lines', () => {
  test('are well over 300, of many kinds, beside 20 secrets that are all known', () => {
    expect(LINES.length).toBeGreaterThanOrEqual(900)
    expect(TOOL_LINES.length).toBeGreaterThanOrEqual(240)
    expect(SERVER_LINES.length).toBeGreaterThanOrEqual(150)
    expect(SECRETS).toHaveLength(20)
    expect(redactor.masked.length).toBeGreaterThanOrEqual(19)
  })

  test('stay as they are, one by one', () => {
    expect(LINES.map((line) => redactor.text(line))).toEqual(LINES)
  })

  test('stay as they are in the texts they belong to, also made one line', () => {
    for (const text of TOOL_TEXTS) {
      expect(redactor.text(text)).toBe(text)
      expect(redactor.text(JSON.stringify(text))).toBe(JSON.stringify(text))
    }
  })

  test.each([['\n'], ['\r\n'], ['\n    ']])('stay as they are in one text, joined by %j', (glue) => {
    const text = LINES.join(glue)
    expect(redactor.text(text)).toBe(text)
    expect(redactor.finds(text)).toEqual([])
  })

  test('stay as they are as leaves, and under escape sequences', () => {
    expect(redactor.value(LINES)).toEqual(LINES)
    const coloured = LINES.map((line) => `\x1b[32m${line}\x1b[0m`).join('\n')
    expect(redactor.text(coloured)).toBe(coloured)
  })

  test('stay as they are in a JSON log, once and twice', () => {
    const once = LINES.map((line) => JSON.stringify({ log: line, stream: 'stderr' })).join('\n')
    expect(redactor.text(once)).toBe(once)
    const twice = once
      .split('\n')
      .map((line) => JSON.stringify({ log: line }))
      .join('\n')
    expect(redactor.text(twice)).toBe(twice)
  })
})
