import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/redaction/redact.js'

const redactor = createRedactor([])
const R = '[redacted]'

/** What a report has in it, and the credential that looks most like it. */
const pairs: readonly (readonly [ordinary: string, credential: string, masked: string])[] = [
  [
    '"selected": 83,\n    "pass": 80,\n    "warn": 0',
    '"selected": "a",\n "pass": 80',
    `"selected": "a",\n "pass": ${R}`,
  ],
  ['"weakPasswords": [],\n"withoutPassword": []', '"withoutPassword": [1]', `"withoutPassword": ${R}`],
  ['"token": "unsigned"', '"token": "unsigned1"', `"token": "${R}"`],
  [
    'ok 77 - shield/runtime/rejects-malformed-authorization: Shield refuses a header',
    'x-amz-authorization: Shield refuses a header',
    `x-amz-authorization: ${R}`,
  ],
  [
    'status{check="shield/runtime/rejects-malformed-authorization",stage="runtime"} 1',
    'status{"proxy-authorization","stage"} 1',
    `status{"proxy-authorization","${R}"} 1`,
  ],
  [
    '<p><a href="#cause/arqonbus/secrets/jwt-secret">What to do about it</a></p>',
    '<p><entry key="arqonbus/secrets/jwt-secret">What to do about it</entry></p>',
    `<p><entry key="arqonbus/secrets/jwt-secret">${R}</entry></p>`,
  ],
  [
    '<failure message="blocked by site/jwt-secret" type="blocked">severity: blocker</failure>',
    '<property name="site.jwt-secret" type="text">severity: blocker</property>',
    `<property name="site.jwt-secret" type="text">${R}</property>`,
  ],
  [
    '<failure message="JWT_SECRET is weak, as an example" type="fail">severity: blocker</failure>',
    '<JWT_SECRET type="fail">severity: blocker</JWT_SECRET>',
    `<JWT_SECRET type="fail">${R}</JWT_SECRET>`,
  ],
  [
    'the option HELLO AUTH <user> <pass> authenticates the client</details>',
    'the option <pass>authenticates</pass> the client',
    `the option <pass>${R}</pass> the client`,
  ],
  ['the HELLO AUTH &lt;user&gt; &lt;pass&gt; option', 'HELLO 3 AUTH lt-user lt-pass', `HELLO 3 AUTH ${R}`],
  [
    'with ACL SETUSER default</p><dl class="x"><dt>why</dt>, or <code>CONFIG SET</code>',
    'with ACL SETUSER "default" ">CONFIG" on <code1',
    `with ACL SETUSER "default" ">${R}" on <${R}`,
  ],
]

describe('what a report has in it', () => {
  it.each(pairs)('is left: %s; and this is masked: %s', (ordinary, credential, masked) => {
    expect(redactor.text(ordinary)).toBe(ordinary)
    expect(redactor.text(credential)).toBe(masked)
  })
})
