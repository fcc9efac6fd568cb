import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redact.js'

const redactor = createRedactor([])
const S = 'Zq4-Kp9w_Tx2bNm7'
const R = '[redacted]'
const base32 = (count: number): string => 'ABQ7MZ2XKD4WJ5TN'.repeat(9).slice(0, count)
const token = `eyJ0eXAiOiJKV1QifQ.eyJhIjoxfQ.${S}`

/** JSON values, and what is left of them. */
const DOCUMENTS: readonly (readonly [string, unknown, unknown])[] = [
  ['a pair', { name: 'PEER_TOKEN', value: S }, { name: 'PEER_TOKEN', value: R }],
  ['a pair, the value first', { value: S, name: 'PEER_TOKEN' }, { value: R, name: 'PEER_TOKEN' }],
  ['a pair of capitals', { name: 'PASSWORD', value: S, x: 1 }, { name: 'PASSWORD', value: R, x: 1 }],
  [
    'a pair with a type between',
    { key: 'PEER_TOKEN', type: 'env', sensitive: true, value: S },
    { key: 'PEER_TOKEN', type: 'env', sensitive: true, value: R },
  ],
  [
    'a pair among others',
    {
      env: [
        { name: 'MODE', value: 'strict' },
        { name: 'PEER_TOKEN', value: S },
        { name: 'Z', value: 'a' },
      ],
    },
    {
      env: [
        { name: 'MODE', value: 'strict' },
        { name: 'PEER_TOKEN', value: R },
        { name: 'Z', value: 'a' },
      ],
    },
  ],
  ['a member', { a: 1, db_password: S, b: 2 }, { a: 1, db_password: R, b: 2 }],
  [
    'a member of a Secret',
    { kind: 'Secret', data: { password: Buffer.from(S).toString('base64') } },
    { kind: 'Secret', data: { password: R } },
  ],
  ['a header', { headers: { Authorization: `Bearer ${S}`, Host: 'h' } }, { headers: { Authorization: R, Host: 'h' } }],
  [
    'an entry of Docker',
    { auths: { h: { auth: Buffer.from(`user:${S}`).toString('base64') } } },
    { auths: { h: { auth: R } } },
  ],
  ['a failed command', { command: { name: 'auth', args: ['u', S] } }, { command: { name: 'auth', args: [R, R] } }],
  [
    'a greeting',
    { command: { name: 'hello', args: ['3', 'AUTH', S] } },
    { command: { name: 'hello', args: ['3', 'AUTH', R] } },
  ],
  ['a flag', ['--password', S, 'x'], ['--password', R, 'x']],
  ['a tuple', ['PEER_TOKEN', S], ['PEER_TOKEN', R]],
  ['a key', { kty: 'oct', k: S + S }, { kty: 'oct', k: R }],
  ['a URL', { u: `redis://:${S}@h:6379/0` }, { u: `redis://:${R}@h:6379/0` }],
  ['a JWT and its signature', { jwt: token, sig: S, user: 'u' }, { jwt: R, sig: R, user: 'u' }],
  ['a signature before the JWT', { sig: S, jwt: token }, { sig: R, jwt: R }],
  ['a signature beside a public key', { nkey: `U${base32(55)}`, sig: S }, { nkey: `U${base32(55)}`, sig: R }],
  ['a seed', { seed: `SU${base32(56)}` }, { seed: R }],
]

/** Texts, and what is left of them. */
const TEXTS: readonly (readonly [string, string, string])[] = [
  [
    'YAML',
    `- name: PEER_TOKEN\n  value: ${S}\n- name: MODE\n  value: strict\n`,
    `- name: PEER_TOKEN\n  value: ${R}\n- name: MODE\n  value: strict\n`,
  ],
  [
    'YAML, the value first',
    `- value: ${S}\n  name: PEER_TOKEN\n- value: strict\n  name: MODE\n`,
    `- value: ${R}\n  name: PEER_TOKEN\n- value: strict\n  name: MODE\n`,
  ],
  [
    'YAML, the value first, in quotes',
    `- value: "${S}"\n  name: PEER_TOKEN\n`,
    `- value: "${R}"\n  name: PEER_TOKEN\n`,
  ],
  ['CONNECT', `CONNECT {"sig":"${S}","user":"u"}`, `CONNECT {"sig":"${R}","user":"u"}`],
  [
    'a trace of NATS',
    `- <<- [CONNECT {"verbose":false,"auth_token":"${S}","lang":"go"}]`,
    `- <<- [CONNECT {"verbose":false,"auth_token":"${R}","lang":"go"}]`,
  ],
  ['credentials of NATS', `-----BEGIN NATS USER JWT-----\n${token}\n------END NATS USER JWT------\n`, `${R}-\n`],
  ['a setting', `requirepass "${S}"`, `requirepass "${R}"`],
  ['a setting after another', `masteruser bus\nmasterauth ${S} \n`, `masteruser bus\nmasterauth ${R} \n`],
  ['a setting of a Sentinel', `sentinel auth-pass mymaster ${S}`, `sentinel auth-pass mymaster ${R}`],
  ['a setting at run time', `"CONFIG" "SET" "masterauth" "${S}"`, `"CONFIG" "SET" "masterauth" "${R}"`],
  ['an answer of CONFIG GET', `1) "requirepass"\n2) "${S}"`, `1) "requirepass"\n2) "${R}"`],
  ['a command', `1700000000.1 [0 127.0.0.1:1] "AUTH" "bus" "${S}"`, `1700000000.1 [0 127.0.0.1:1] "AUTH" "${R}"`],
  ['an ACL', `user bus on >${S} ~* +@all`, `user bus on >${R} ~* +@all`],
]

/** A document that is a member of a document, so many times over, as an annotation or a log line holds it. */
function wrapped(text: string, times: number): string {
  return times === 0 ? text : wrapped(JSON.stringify({ log: text }), times - 1)
}

function unwrapped(text: string, times: number): string {
  return times === 0 ? text : unwrapped((JSON.parse(text) as { log: string }).log, times - 1)
}

describe.each([0, 1, 2, 3, 4, 5])('escaped %i times', (times) => {
  test.each(DOCUMENTS)('%s', (_, input, output) => {
    for (const indent of Array.isArray(input) && input.length === 2 ? [0] : [0, 2]) {
      const masked = redactor.text(wrapped(JSON.stringify(input, null, indent), times))
      expect(JSON.parse(unwrapped(masked, times))).toEqual(output)
    }
  })

  test.each(TEXTS)('%s', (name, input, output) => {
    const masked = redactor.text(wrapped(input, times))
    expect(masked).not.toContain(S)
    expect(masked).not.toContain(token)
    // An escaped line end belongs to the word before it, and only a command's own line shows where its arguments begin.
    if (times === 0 || !/\n|"AUTH"/.test(input) || name.includes('in quotes'))
      expect(unwrapped(masked, times)).toBe(output)
    else expect(() => unwrapped(masked, times)).not.toThrow()
  })
})

describe('a pair of YAML', () => {
  test.each([
    [`- name: PEER_PASSWORD\n  value: correct horse battery\n`, `- name: PEER_PASSWORD\n  value: ${R}\n`],
    [`- value: correct horse battery\n  name: PEER_PASSWORD\n`, `- value: ${R}\n  name: PEER_PASSWORD\n`],
    [`- value: ${S}\r\n  name: PEER_TOKEN\r\n`, `- value: ${R}\r\n  name: PEER_TOKEN\r\n`],
    [`- value: ${S} # old\n  name: PEER_TOKEN\n`, `- value: ${R} # old\n  name: PEER_TOKEN\n`],
    [`- value: '${S}'\n  name: "PEER_TOKEN"\n`, `- value: '${R}'\n  name: "PEER_TOKEN"\n`],
    [`- {value: ${S}, name: PEER_TOKEN}\n`, `- {value: ${R}, name: PEER_TOKEN}\n`],
    [
      `- name: PEER_TOKEN\n  value: |\n    ${S}\n    ${S}\n- name: MODE\n`,
      `- name: PEER_TOKEN\n  value: |\n    ${R}\n- name: MODE\n`,
    ],
    [`- value: >-\n    ${S}\n  name: PEER_TOKEN\n`, `- value: >-\n    ${R}\n  name: PEER_TOKEN\n`],
    [`- key: PEER_TOKEN\n  masked: true\n  value: ${S}\n`, `- key: PEER_TOKEN\n  masked: true\n  value: ${R}\n`],
    [`- value: ${S}\n  masked: true\n  key: PEER_TOKEN\n`, `- value: ${R}\n  masked: true\n  key: PEER_TOKEN\n`],
  ])('%j', (input, output) => {
    expect(redactor.text(input)).toBe(output)
    expect(redactor.text(output)).toBe(output)
  })
})

describe('Redis and NATS', () => {
  test.each([
    [`masterauth ${S}`, `masterauth ${R}`],
    [`primaryauth ${S}`, `primaryauth ${R}`],
    [`tls-key-file-pass ${S}`, `tls-key-file-pass ${R}`],
    [`tls-client-key-file-pass ${S}`, `tls-client-key-file-pass ${R}`],
    [`sentinel sentinel-pass ${S}`, `sentinel sentinel-pass ${R}`],
    [`SENTINEL SET mymaster auth-pass ${S}`, `SENTINEL SET mymaster auth-pass ${R}`],
    [`CONFIG SET requirepass ${S}`, `CONFIG SET requirepass ${R}`],
    [`user bus >${S} on ~* +@all`, `user bus >${R} on ~* +@all`],
    [`user bus resetpass >${S} on`, `user bus resetpass >${R} on`],
    [`user bus ~app:* +@all >${S}`, `user bus ~app:* +@all >${R}`],
    [`user bus on <${S} >${S}`, `user bus on <${R} >${R}`],
    [`1) "user default on >${S} ~* &* +@all"`, `1) "user default on >${R} ~* &* +@all"`],
    [
      `aclfile /etc/redis/users.acl\nuser bus on >${S} allkeys\n`,
      `aclfile /etc/redis/users.acl\nuser bus on >${R} allkeys\n`,
    ],
    [
      `[TRC] 127.0.0.1:5 - cid:7 - <<- [CONNECT {"jwt":"${token}","sig":"${S}"}]`,
      `[TRC] 127.0.0.1:5 - cid:7 - <<- [CONNECT {"jwt":"${R}","sig":"${R}"}]`,
    ],
    [`-----BEGIN USER NKEY SEED-----\nSU${base32(56)}\n------END USER NKEY SEED------\n`, `${R}-\n`],
    [`xkey: SX${base32(56)}`, `xkey: ${R}`],
    [`natscli --user bus --password ${S} pub a`, `natscli --user bus --password ${R} pub a`],
  ])('%j', (input, output) => {
    expect(redactor.text(input)).toBe(output)
    expect(redactor.text(output)).toBe(output)
  })
})
