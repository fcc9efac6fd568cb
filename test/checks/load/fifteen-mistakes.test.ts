import { expect, it } from 'vitest'
import { load, problemsOf } from './support/packs.js'
import { formatPosition } from '../../../src/base/errors.js'

const wrong = `stage: config
variables:
  PORT: { reads: [python-int], default: 9100, exposure: public }
  MODE: { values: [strict, degraded], exposure: public }
  JWT: { exposure: secret, exposur: true }
inputs:
  limit: { type: integer, description: the most there may be, default: ten }
  later: { type: string, description: reads what stands below it, default: "\${{ inputs.address }}" }
  address: { type: string, description: where it listens, default: localhost }
checks:
  misspelt-fact:
    title: the port is right
    severity: blocker
    class: config
    env: { name: PORT }
    expect:
      - that: facts.sett && facts.int == vars.PORT
    fix: set it
  misspelt-kind:
    title: the port answers
    severity: blocker
    class: dependency
    tpc: { host: localhost, port: 80 }
    expect: [{ that: facts.reached == "ping" }]
    fix: start it
  many:
    title: 1.10
    severity: urgent
    class: config
    profiles: [production]
    needs: [demo/wrong/misspelt-kin]
    when: vars.MODE == "Strict"
    tcp: { host: "\${{ vars.PORT }}", port: "80" }
    expect:
      - that: facts.latency
      - that: facts.reached == "pong"
    timeout: 0s
    fix: do it
`

it('lists the fifteen mistakes of one file, each at its place', async () => {
  const { definitions, diagnostics } = await load({ 'demo/wrong.yaml': wrong })
  expect(definitions).toBeUndefined()
  expect(
    diagnostics.map(
      ({ position, code, message, hint }) =>
        `${formatPosition(position)} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
    ),
  ).toEqual([
    'checks/demo/wrong.yaml:5:28 unknown-key: unknown key exposur (did you mean exposure?)',
    'checks/demo/wrong.yaml:7:72 input-default: the default of limit must be a whole number',
    'checks/demo/wrong.yaml:8:88 unknown-name: no input address can be read here',
    'checks/demo/wrong.yaml:17:21 unknown-name: unknown fact sett (did you mean set?)',
    'checks/demo/wrong.yaml:23:5 unknown-key: unknown key tpc: neither a property of a check nor a kind of probe (did you mean tcp?)',
    'checks/demo/wrong.yaml:27:12 wrong-type: title: expected text, found a number (put it in quotes)',
    'checks/demo/wrong.yaml:28:15 invalid-value: severity: expected one of blocker, critical, high, advisory',
    'checks/demo/wrong.yaml:30:16 unknown-profile: unknown profile production (known: prod, staging, dev)',
    'checks/demo/wrong.yaml:31:13 unknown-need: unknown check demo/wrong/misspelt-kin (did you mean demo/wrong/misspelt-kind?)',
    'checks/demo/wrong.yaml:32:24 impossible-value: vars.MODE is never "Strict" (did you mean strict?)',
    'checks/demo/wrong.yaml:33:18 template-type: the expression gives int, but tcp.host must be string',
    'checks/demo/wrong.yaml:33:44 wrong-type: tcp.port: expected a number, found text',
    'checks/demo/wrong.yaml:35:15 not-boolean: the expression is of type double; expected true or false',
    'checks/demo/wrong.yaml:36:32 impossible-value: facts.reached is never "pong" (did you mean ping?)',
    'checks/demo/wrong.yaml:37:14 invalid-value: timeout: must be a duration with a unit, such as 500ms, 2s or 5m, above zero and at most 24h',
  ])
})

it('sorts the problems of several files by file, line and column', async () => {
  const problems = await problemsOf({
    'demo/b.yaml': 'stage: config\nchecks: { a: 3, b: 4 }\n',
    'demo/a.yaml': 'stages: config\nchecks: {}\n',
  })
  expect(problems).toEqual([
    'checks/demo/a.yaml:1:1 unknown-key',
    'checks/demo/a.yaml:2:1 no-checks',
    'checks/demo/b.yaml:2:14 wrong-type',
    'checks/demo/b.yaml:2:20 wrong-type',
  ])
})
