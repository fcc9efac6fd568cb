import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redact.js'

const redactor = createRedactor([])
const secret = randomBytes(15)
  .toString('base64url')
  .replace(/^[-_]+/, 'q')
const [head, tail] = [secret.slice(0, 7), secret.slice(7)]
const R = '[redacted]'

/** Case, text that holds the secret, and what may be left of it. */
const CASES: readonly (readonly [string, string, string])[] = [
  [
    'x01-k8s-env-pair: a pair over two lines',
    `- name: PEER_TOKEN\n  value: ${secret}\n- name: MODE\n  value: strict\n`,
    `- name: PEER_TOKEN\n  value: ${R}\n- name: MODE\n  value: strict\n`,
  ],
  [
    'x01-k8s-env-pair: a pair of JSON',
    `{"name":"PEER_TOKEN","value":"${secret}"}`,
    `{"name":"PEER_TOKEN","value":"${R}"}`,
  ],
  [
    'x01-k8s-env-pair: a pair of JSON, the value first',
    `{"value":"${secret}","name":"PEER_TOKEN"}`,
    `{"value":"${R}","name":"PEER_TOKEN"}`,
  ],
  [
    'x01-k8s-env-pair: a pair of JSON, escaped',
    `{\\"name\\":\\"PEER_TOKEN\\",\\"value\\":\\"${secret}\\"}`,
    `{\\"name\\":\\"PEER_TOKEN\\",\\"value\\":\\"${R}\\"}`,
  ],
  [
    'x03-redis-acl-line: a line of an ACL',
    `user peer on >${secret} >${secret}[x ~* +@all`,
    `user peer on >${R} >${R} ~* +@all`,
  ],
  ['x03-redis-acl-line: a hash in an ACL', `user peer on #${'5e'.repeat(32)} ~* +@all`, `user peer on #${R} ~* +@all`],
  ['x03-redis-acl-line: a setting with a colon', `requirepass: ${secret}`, `requirepass: ${R}`],
  ['x04-xml: an element', `<api-token>${secret}</api-token>`, `<api-token>${R}</api-token>`],
  [
    'x04-xml: an element named by an attribute',
    `<property name="db.password">${secret}</property>`,
    `<property name="db.password">${R}</property>`,
  ],
  ['x04-xml: two attributes', `<env name="PEER_TOKEN" value="${secret}"/>`, `<env name="PEER_TOKEN" value="${R}"/>`],
  [
    'x04-xml: two elements',
    `<name>PEER_TOKEN</name>\n<value>${secret}</value>`,
    `<name>PEER_TOKEN</name>\n<value>${R}</value>`,
  ],
  [
    'x06-rust-tuple: a tuple',
    `[("MODE", "strict"), ("PEER_TOKEN", "${secret}")]`,
    `[("MODE", "strict"), ("PEER_TOKEN", "${R}")]`,
  ],
  ['x07-xtrace-quote: quotes within quotes', `+ PEER_TOKEN='${head}'\\''${tail}' peer`, `+ PEER_TOKEN='${R}' peer`],
  ['x08-dockerfile-env: an instruction', `Step 3/9 : ENV PEER_TOKEN ${secret}`, `Step 3/9 : ENV PEER_TOKEN ${R}`],
  ['x11-add-mask: a request to mask', `::add-mask::${secret}`, `::add-mask::${R}`],
  ['x13-fish: a shell that sets with a blank', `set -gx PEER_TOKEN ${secret}`, `set -gx PEER_TOKEN ${R}`],
  ['an arrow of a difference', `~ PEER_TOKEN = "${head}" -> "${secret}"`, `~ PEER_TOKEN = "${R}" -> "${R}"`],
  ['an arrow without quotes', `PEER_TOKEN: ${head} -> ${secret}`, `PEER_TOKEN: ${R}`],
  ['a line that a difference adds', `+ PEER_TOKEN=${secret}`, `+ PEER_TOKEN=${R}`],
  [
    "a driver's error",
    `command: { name: 'auth', args: [ 'peer', '${secret}' ] }`,
    `command: { name: 'auth', args: [ '${R}', '${R}' ] }`,
  ],
  [
    "a driver's greeting",
    `command: { name: 'hello', args: [ '3', 'AUTH', 'peer', '${secret}' ] }`,
    `command: { name: 'hello', args: [ '3', 'AUTH', '${R}' ] }`,
  ],
  ['a DSN of Go', `dial peer:${secret}@x@tcp(db.internal:3306)/lab`, `dial peer:${R}@tcp(db.internal:3306)/lab`],
  [
    'a variable that NUL ends',
    `PEER_TOKEN=${secret}\0PEER_URL=http://db.internal/lab\0`,
    `PEER_TOKEN=${R}\0PEER_URL=http://db.internal/lab\0`,
  ],
  ['a signature of NATS', `CONNECT {"sig":"${secret}","user":"u"}`, `CONNECT {"sig":"${R}","user":"u"}`],
]

describe('a credential that only its shape shows', () => {
  test.each(CASES)('%s', (_, input, output) => {
    expect(redactor.text(input)).toBe(output)
    expect(redactor.text(output)).toBe(output)
  })
})

describe('a secret of one sign or two', () => {
  test('is masked whole, or named', () => {
    const row = 'q'.repeat(16)
    const known = createRedactor([
      { name: 'PEER_TOKEN', value: row, exposure: 'secret' },
      { name: 'OTHER_TOKEN', value: '.*'.repeat(5), exposure: 'secret' },
    ])
    expect(known.text(`it is ${row}.`)).toBe(`it is ${R}.`)
    expect(known.finds(row)).toEqual([{ name: 'PEER_TOKEN' }])
    expect(known.unmaskable).toEqual(['OTHER_TOKEN'])
    expect(known.masked).toEqual(['PEER_TOKEN'])
  })
})

/** The same forms around what is not a credential. */
const KEPT: readonly string[] = [
  '- name: ARQONBUS_BIND_HOST\n  value: 0.0.0.0',
  '{"name":"JWT_SECRET","valueFrom":{"secretKeyRef":{"name":"bus","key":"jwt-secret"}}}',
  'user bob on #general wrote a line',
  '<server>db.internal</server>',
  '("MODE", "strict")',
  'required: ["token", "password"]',
  'ENV NODE_ENV production',
  'set -o pipefail',
  'replicas: 2 -> 3',
  'Listening @tcp(db.internal:3306)',
  '<password>${DB_PASSWORD}</password>',
]

test.each(KEPT)('stays: %j', (input) => {
  expect(redactor.text(input)).toBe(input)
})
