import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/base/errors.js'
import { resolveInputs, type GivenInputs, buildScope } from '../../../src/checks/load/resolve-inputs.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { check, definitionsOf, file, problemsOf } from './support/packs.js'

const head = `variables:
  HOST: { default: 0.0.0.0, exposure: public }
  URL: { exposure: dsn }
  PORT: { reads: [python-int], default: 9100, exposure: public }
inputs:
  host: { type: string, description: its host, default: "\${{ reachable(vars.HOST) }}" }
  port: { type: integer, description: its port, default: "\${{ vars.PORT }}" }
  bus: { type: url, description: its address, default: "ws://\${{ vars.HOST }}:\${{ inputs.port }}" }
  store: { type: url, description: the store, default: "\${{ vars.URL }}" }
  repository: { type: path, description: the working copy }
  limit: { type: number, description: a bound, default: 5 }
  strict: { type: boolean, description: whether, default: true }
  wait: { type: duration, description: how long, default: 2s }
  hosts: { type: list, description: some hosts, default: [a, "\${{ inputs.host }}"] }
  color: { type: string, description: a choice, values: [red, green], default: red }
`
const pack = async () => {
  const definitions = await definitionsOf({
    'demo/a.yaml': file(
      { one: check({ when: 'inputs.repository != ""' }), two: check({ when: 'inputs.bus != ""' }) },
      head,
    ),
  })
  return definitions.packs[0]!
}

async function resolved(given: GivenInputs, environment: Record<string, string> = {}, needed?: string[]) {
  const demo = await pack()
  return resolveInputs(
    demo,
    Object.fromEntries(Object.entries(given).map(([name, value]) => [`demo.${name}`, value])),
    buildScope(TestedEnvironment.of(environment), demo, 'prod'),
    needed === undefined ? undefined : new Set(needed),
  )
}

describe('resolveInputs', () => {
  it('computes defaults, with the loopback in place of a bind address', async () => {
    const { inputs, absences } = await resolved({})
    expect(inputs).toEqual({
      host: '127.0.0.1',
      port: 9100,
      bus: 'ws://127.0.0.1:9100',
      limit: 5,
      strict: true,
      wait: '2s',
      hosts: ['a', '127.0.0.1'],
      color: 'red',
    })
    expect(absences).toEqual({
      'vars.URL': 'it is not set',
      'inputs.store': 'its default could not be computed: vars.URL has no value: it is not set',
      'inputs.repository': 'required and not given',
    })
  })

  it('reads what is given by the type of the input', async () => {
    const { inputs } = await resolved({
      port: '81',
      bus: 'http://u:p@[::]:1/x',
      limit: '2.5',
      strict: 'false',
      wait: '5m',
      hosts: 'x, y',
      color: 'green',
      repository: '/r',
    })
    expect(inputs).toMatchObject({
      port: 81,
      bus: 'http://u:p@[::1]:1/x',
      limit: 2.5,
      strict: false,
      wait: '5m',
      hosts: ['x', 'y'],
      color: 'green',
      repository: '/r',
    })
  })

  it('resolves only what is needed, and what that reads', async () => {
    const { inputs, absences } = await resolved({}, {}, ['bus'])
    expect(inputs).toEqual({ port: 9100, bus: 'ws://127.0.0.1:9100' })
    expect(absences).toEqual({ 'vars.URL': 'it is not set' })
  })

  it.each([
    ['port', '8o'],
    ['port', '1.5'],
    ['port', ''],
    ['limit', 'NaN'],
    ['strict', 'yes'],
    ['wait', '5'],
    ['wait', '0s'],
    ['bus', 'a b'],
    ['bus', ''],
    ['color', 'blue'],
    ['repository', ''],
  ])('refuses %s=%s, and does not show what was given', async (name, value) => {
    const error = await resolved({ [name]: value }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toContain(`input demo.${name} must be`)
    if (value.length > 2) expect((error as UsageError).message).not.toContain(value)
  })

  it('names every wrong input at once', async () => {
    await expect(resolved({ port: 'x', strict: 'x' })).rejects.toThrow(
      'input demo.port must be a whole number; input demo.strict must be true or false',
    )
  })
})

describe('declarations of inputs', () => {
  it.each([
    ['{ type: integer, description: d, default: "8080" }', 'input-default'],
    ['{ type: integer, description: d, default: "${{ profile }}" }', 'input-default'],
    ['{ type: string, description: d, default: 8080 }', 'input-default'],
    ['{ type: duration, description: d, default: 5 }', 'input-default'],
    ['{ type: string, description: d, values: [a], default: b }', 'input-default'],
    ['{ type: integer, description: d, values: ["1"] }', 'input-values'],
    ['{ type: string }', 'missing-key'],
    ['{ type: text, description: d }', 'invalid-value'],
    ['{ type: string, description: d, default: "${{ env.X" }', 'template'],
    ['{ type: string, description: d, defualt: x }', 'unknown-key'],
  ])('%s is refused', async (body, code) => {
    const problems = await problemsOf({ 'demo/a.yaml': file({ a: check() }, `inputs:\n  i: ${body}\n`) })
    expect(problems.map((problem) => problem.split(' ')[1])).toEqual([code])
  })

  it('cannot read what is below them, nor themselves', async () => {
    const inputs =
      'inputs:\n  a: { type: string, description: d, default: "${{ inputs.b }}" }\n  b: { type: string, description: d, default: "${{ inputs.b }}" }\n'
    expect(
      (await problemsOf({ 'demo/a.yaml': file({ a: check() }, inputs) })).map((problem) => problem.split(' ')[1]),
    ).toEqual(['unknown-name', 'unknown-name'])
  })
})
