import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../../..')
const schema = JSON.parse(readFileSync(join(root, 'schemas/runbooks.schema.json'), 'utf8')) as object
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema)
const files = ['runbooks', 'test/e2e/runbooks/plan/books', 'test/e2e/runbooks/crash/books'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name)),
)

const isShared = (file: string): boolean => file.endsWith('/parameters.yaml')

it.each(files.filter((file) => !isShared(file)))('%s is as the schema says', (file) => {
  validate(parse(readFileSync(join(root, file), 'utf8')))
  expect(validate.errors ?? []).toEqual([])
})

describe('shared parameters', () => {
  const shared = new Ajv2020({ strict: false, allErrors: true }).compile(
    JSON.parse(readFileSync(join(root, 'schemas/parameters.schema.json'), 'utf8')) as object,
  )

  it.each(files.filter(isShared))('%s is as the schema says', (file) => {
    shared(parse(readFileSync(join(root, file), 'utf8')))
    expect(shared.errors ?? []).toEqual([])
  })

  it.each(['a: { type: string }', 'A: { type: string, description: x }', 'a: { type: text, description: x }', '[a]'])(
    '%s is not',
    (text) => {
      expect(shared(parse(text))).toBe(false)
    },
  )
})

describe.each([
  ['a key that there is none of', 'title: x\nsteps: [{ id: a, run: [ls], effect: read, whem: "true" }]'],
  ['two kinds in a step', 'title: x\nsteps: [{ id: a, run: [ls], manual: look, effect: read }]'],
  ['no kind in a step', 'title: x\nsteps: [{ id: a, effect: read }]'],
  ['an id in capitals', 'title: x\nsteps: [{ id: A, run: [ls], effect: read }]'],
  ['no steps', 'title: x\nsteps: []'],
  ['a parameter that is a number', 'title: x\nparameters: [7]\nsteps: [{ id: a, run: [ls], effect: read }]'],
  [
    'one in a list without a type',
    'title: x\nparameters: [a, { b: { description: x } }]\nsteps: [{ id: a, run: [ls], effect: read }]',
  ],
  [
    'a verification that changes something',
    'title: x\nsteps: [{ id: a, run: [ls], effect: once, verify: { approve: { message: x } , effect: once } }]',
  ],
  ['an item that changes something', 'title: x\nchecklist: true\nsteps: [{ id: a, run: [ls], effect: once }]'],
  ['an item that waits', 'title: x\nchecklist: true\nsteps: [{ id: a, wait: { tcp: { host: a, port: 1 } } }]'],
  ['an order among items', 'title: x\nchecklist: true\nsteps: [{ id: a, manual: look, needs: [] }]'],
  [
    'a checklist with steps after an undo',
    'title: x\nchecklist: true\nsteps: [{ id: a, manual: look }]\nafter-undo: [{ id: b, run: [ls], effect: once }]',
  ],
  ['another schedule', 'title: x\nschedule: hourly\nsteps: [{ id: a, manual: look }]'],
  [
    'one alternative',
    'title: x\nsteps: [{ id: a, choose: { options: { only: { steps: [{ id: b, run: [ls], effect: read }] } } } }]',
  ],
])('%s', (_what, text) => {
  it('is not', () => {
    expect(validate(parse(text))).toBe(false)
  })
})
