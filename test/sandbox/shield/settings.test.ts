import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { envelopeDescriptorSet } from '../../../sandbox/protobuf/descriptor-set.js'
import { readShieldSettings, refusals } from '../../../sandbox/shield/settings.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  writeFileSync(join(folder, 'envelope.desc'), envelopeDescriptorSet())
})
afterAll(() => rmSync(folder, { recursive: true }))

it('starts with a secret and a descriptor', () => {
  expect(refusals({ JWT_SECRET: ' x ' }, folder)).toEqual([])
})

it.each<[string, Record<string, string>]>([
  ['without a secret', {}],
  ['with a secret of Unicode blanks', { JWT_SECRET: '\u00a0\u2003\t' }],
  ['with skipped validation that says false', { JWT_SECRET: 'x', JWT_SKIP_VALIDATION: 'false' }],
  ['with a NATS address of another protocol', { JWT_SECRET: 'x', NATS_URL: 'http://127.0.0.1:4222' }],
  ['with a policy module that is not there', { JWT_SECRET: 'x', POLICY_WASM_PATH: '/nowhere/policy.wasm' }],
])('is refused %s', (_what, environment) => {
  expect(refusals(environment, folder)).toHaveLength(1)
})

it('needs the descriptor only when strict', () => {
  const empty = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  try {
    expect(refusals({ JWT_SECRET: 'x' }, empty)).toHaveLength(1)
    expect(refusals({ JWT_SECRET: 'x', ARQON_SCHEMA_STRICT: 'yes' }, empty)).toEqual([])
    writeFileSync(join(empty, 'envelope.desc'), 'something else')
    expect(refusals({ JWT_SECRET: 'x' }, empty)).toHaveLength(1)
  } finally {
    rmSync(empty, { recursive: true })
  }
})

it.each([
  [undefined, true],
  ['1', true],
  ['TRUE', true],
  ['yes', false],
  ['on', false],
  ['', false],
  ['true ', false],
])('reads ARQON_SCHEMA_STRICT=%j as %s', (value, isStrict) => {
  const environment = { JWT_SECRET: 'x', ...(value === undefined ? {} : { ARQON_SCHEMA_STRICT: value }) }
  expect(readShieldSettings(environment, folder).isSchemaStrict).toBe(isStrict)
})
