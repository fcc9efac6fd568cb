import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../../..')
const schema = JSON.parse(readFileSync(join(root, 'schemas/checks.schema.json'), 'utf8')) as object
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema)
const files = ['arqonbus', 'shield'].flatMap((system) =>
  readdirSync(join(root, 'checks', system))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join('checks', system, name)),
)

it.each(files)('%s is as the schema says', (file) => {
  validate(parse(readFileSync(join(root, file), 'utf8')))
  expect(validate.errors ?? []).toEqual([])
})

const check = (over: object) => ({
  title: 't',
  severity: 'high',
  class: 'config',
  env: { name: 'A' },
  expect: ['facts.set'],
  fix: 'f',
  ...over,
})

describe.each([
  ['a key that is unknown', { a: check({ whem: 'true' }) }],
  ['each without * in the name', { a: check({ each: { x: { y: 1 } } }) }],
  ['* in the name without each', { 'a-*': check({}) }],
  ['a row that is not a mapping', { 'a-*': check({ each: { x: 1 } }) }],
  ['two stars', { '*-*': check({ each: { x: { y: 1 } } }) }],
  ['a value of the row where only one check is', { a: check({ timeout: '${{ each.t }}' }) }],
  ['two kinds', { 'a-*': check({ each: { x: { y: 1 } }, tcp: '${{ each.y }}' }) }],
])('%s', (_what, checks) => {
  it('is refused', () => {
    expect(validate({ stage: 'config', checks })).toBe(false)
  })
})

it('takes values of a row in place of any other', () => {
  const each = { x: { t: '1s', env: { name: 'A' }, p: ['prod'] } }
  const family = check({ each, timeout: '${{ each.t }}', env: '${{ each.env }}', profiles: '${{ each.p }}' })
  validate({ stage: 'config', checks: { 'a-*': family } })
  expect(validate.errors ?? []).toEqual([])
})
