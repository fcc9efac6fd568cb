import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckResult, ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight } from './preflight.js'

/** A status page with figures, which counts how often it is asked. */
let figures: Readonly<Record<string, number>> = {}
const asked: string[] = []
let sequence: number[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ ...figures, ...(sequence.length === 0 ? {} : { memory: sequence.shift() }) }))
})
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const pack = (severity: string, warn = '[{ that: "facts.json.memory < inputs.memory_warning" }]'): string => `
stage: runtime
inputs:
  memory_warning: { type: integer, description: percent of memory above which it is looked at, default: 80 }
  memory_limit: { type: integer, description: percent of memory above which nothing is released, default: 95 }
checks:
  memory:
    title: memory is left
    severity: ${severity}
    class: dependency
    http: { url: 'http://127.0.0.1:${port}/status' }
    expect: [{ that: "facts.status == 200 && facts.json.memory < inputs.memory_limit" }]
    warn: ${warn}
    fix: add memory
`

async function run(text: string, ...args: readonly string[]) {
  const cwd = folderOf({ 'packs/site/a.yaml': text })
  const ended = await preflight(
    ['run', '--no-builtin', '--checks', 'packs', '--no-keep', '--format', 'json', ...args],
    { cwd },
  )
  return { ...ended, document: JSON.parse(ended.stdout) as ResultDocument }
}

const only = ({ checks }: ResultDocument): CheckResult => checks[0]!

describe('a check with a warning and a limit', () => {
  it.each([
    [79, 'pass', 0],
    [80, 'warn', 0],
    [94, 'warn', 0],
    [95, 'fail', 1],
  ])('%i of 80 and 95: %s, with one request', async (memory, status, exitCode) => {
    figures = { memory }
    asked.length = 0
    const { document, exitCode: ended } = await run(pack('critical'))
    expect(only(document)).toMatchObject({ status })
    expect(ended).toBe(exitCode)
    expect(asked).toEqual(['/status'])
  })

  it('says the value and the limit of a warning', async () => {
    figures = { memory: 81 }
    expect(only((await run(pack('critical'))).document)).toMatchObject({
      message:
        'facts.json.memory < inputs.memory_warning is false: facts.json.memory is 81, inputs.memory_warning is 80',
      failedExpectations: [{ values: { 'facts.json.memory': 81, 'inputs.memory_warning': 80 } }],
    })
  })

  it('takes another limit from the deployment', async () => {
    figures = { memory: 81 }
    expect(only((await run(pack('critical'), '--input', 'memory_warning=82')).document).status).toBe('pass')
  })

  it('is not called failed when it is advisory: the warning is as its author wrote it', async () => {
    figures = { memory: 81 }
    const warn = '[{ that: "facts.json.memory < 80", message: "memory is at ${{ facts.json.memory }}%" }]'
    expect(only((await run(pack('advisory', warn))).document)).toMatchObject({
      status: 'warn',
      message: 'memory is at 81%',
    })
  })

  it('does not judge the warning when the limit is passed', async () => {
    figures = { memory: 96 }
    const warn = '[{ that: "1 / (facts.json.memory - 96) == 0" }]'
    expect(only((await run(pack('critical', warn))).document)).toMatchObject({ status: 'fail' })
  })

  it('is an error when the warning cannot be evaluated', async () => {
    figures = { memory: 81 }
    const warn = '[{ that: "1 / (facts.json.memory - 81) == 0" }]'
    const { document, exitCode } = await run(pack('critical', warn))
    expect(only(document)).toMatchObject({
      status: 'error',
      message: expect.stringContaining('cannot be evaluated') as string,
    })
    expect(exitCode).toBe(4)
  })

  it('ends with 5 where warnings are not accepted', async () => {
    figures = { memory: 81 }
    expect((await run(pack('critical'), '--fail-on-warn')).exitCode).toBe(5)
  })

  it.each([
    ['[]', 'warn: must have at least 1 entry'],
    ['["1 < 2"]', 'the expectation reads no value, so its result is always the same'],
    ['["facts.memory < 80"]', 'memory'],
    ['[{ that: "facts.json.memory < 80", transient: true }]', 'unknown key transient'],
  ])('refuses %s', async (warn, message) => {
    const cwd = folderOf({ 'packs/site/a.yaml': pack('critical', warn) })
    const { exitCode, stdout, stderr } = await preflight(['validate', '--no-builtin', '--checks', 'packs'], { cwd })
    expect(exitCode).toBe(3)
    expect(stdout + stderr).toContain(message)
    expect(stdout + stderr).toMatch(/a\.yaml:1[0-9]:/)
  })

  it('judges the most of several observations', async () => {
    const sampled = pack('critical').replace('expect:', 'sample: { times: 3, every: 1ms }\n    expect:')
    asked.length = 0
    sequence = [70, 90, 60]
    const warn = 'facts.samples.all.all(each, each.json.memory < inputs.memory_warning)'
    const { document } = await run(sampled.replace(/warn: .*/, `warn: ["${warn}"]`))
    expect(only(document)).toMatchObject({ status: 'warn', facts: { json: { memory: 60 } } })
    expect(asked).toEqual(['/status', '/status', '/status'])
  })

  it('explain lists what is a warning', async () => {
    const cwd = folderOf({ 'packs/site/a.yaml': pack('critical') })
    const { stdout } = await preflight(['explain', 'site/a/memory', '--no-builtin', '--checks', 'packs'], { cwd })
    expect(stdout).toContain('A warning unless\n- facts.json.memory < inputs.memory_warning\n')
  })
})
