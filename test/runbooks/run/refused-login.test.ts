import { expect, it } from 'vitest'
import type { Operation, RunbookScope } from '../../../src/runbooks/definition/runbook-definition.js'
import { digestOfRefused, isRefusedBefore } from '../../../src/runbooks/run/refused-login.js'
import { Secret } from '../../../src/redaction/secret-value.js'

const scope = {} as RunbookScope
const word = 'canary-of-a-login'

/** An operation whose input resolves to this, and that of its probe. */
function operation(input: unknown, probe?: unknown): Operation {
  const template = (value: unknown) => ({ references: [], resolve: () => value })
  const held = probe === undefined ? {} : { probe: { input: template(probe) } }
  return { action: { kind: 'http', input: template(input), ...held } } as unknown as Operation
}

it('knows the same credentials again, and no others', async () => {
  const digest = await digestOfRefused(operation({ headers: { authorization: new Secret(word) } }), scope)
  const asked = (input: unknown, probe?: unknown) => isRefusedBefore(digest, operation(input, probe), scope)
  expect(await asked({ headers: { authorization: word } })).toBe(true)
  expect(await asked({ headers: { authorization: new Secret(`${word}2`) } })).toBe(false)
  expect(await asked({ headers: { authorization: word } }, { url: 'http://127.0.0.1/' })).toBe(false)
})

it('knows the credentials of what a step waits for', async () => {
  const digest = await digestOfRefused(operation({}, { token: new Secret(word) }), scope)
  expect(await isRefusedBefore(digest, operation({}, { token: word }), scope)).toBe(true)
  expect(await isRefusedBefore(digest, operation({}, { token: 'another' }), scope)).toBe(false)
})

it('is salted, and tells nothing of them', async () => {
  const [one, two] = await Promise.all([1, 2].map(() => digestOfRefused(operation({ password: word }), scope)))
  expect(one).not.toBe(two)
  expect(one).toMatch(/^[0-9a-f]{32}:[0-9a-f]{64}$/)
})

it.each(['', 'x', 'ab:cd', ':', '00'.repeat(16)])('takes %j for no digest', async (digest) => {
  expect(await isRefusedBefore(digest, operation({ password: word }), scope)).toBe(false)
})
