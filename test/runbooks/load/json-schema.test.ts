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

it.each(files)('%s is as the schema says', (file) => {
  validate(parse(readFileSync(join(root, file), 'utf8')))
  expect(validate.errors ?? []).toEqual([])
})

describe.each([
  ['a key that there is none of', 'title: x\nsteps: [{ id: a, run: [ls], effect: read, whem: "true" }]'],
  ['two kinds in a step', 'title: x\nsteps: [{ id: a, run: [ls], manual: look, effect: read }]'],
  ['no kind in a step', 'title: x\nsteps: [{ id: a, effect: read }]'],
  ['an id in capitals', 'title: x\nsteps: [{ id: A, run: [ls], effect: read }]'],
  ['no steps', 'title: x\nsteps: []'],
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
