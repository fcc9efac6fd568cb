import { describe, expect, it } from 'vitest'
import { inputsRead, judgedInputs } from '../../../src/checks/run-context/judged-inputs.js'
import type { CheckDefinition } from '../../../src/checks/definition.js'
import type { InputDefinition } from '../../../src/definitions/expression/expression.js'
import type { PreparedRun } from '../../../src/checks/prepare.js'
import { createRedactor } from '../../../src/redaction/redact.js'

const input = (name: string, more: Partial<InputDefinition> = {}): InputDefinition => ({
  name,
  system: 'site',
  type: 'string',
  description: name,
  values: undefined,
  secret: false,
  default: undefined,
  tellsOf: [],
  opens: [],
  position: { file: 'a', line: 1, column: 1 },
  ...more,
})
const inputs = [
  input('plain'),
  input('port', { type: 'integer' }),
  input('list', { type: 'list' }),
  input('pass', { secret: true }),
  input('of_public', { tellsOf: ['env.REGION'] }),
  input('of_secret', { tellsOf: ['vars.PIN'] }),
  input('of_undeclared', { tellsOf: ['env.OTHER'] }),
  input('of_pass', { tellsOf: ['inputs.pass'] }),
  input('through', { tellsOf: ['inputs.of_secret'] }),
  input('unread'),
  input('absent'),
]
const variables = { REGION: { exposure: 'public' }, PIN: { exposure: 'secret' } }
const checks = [
  { system: 'site', inputs: inputs.map(({ name }) => name).filter((name) => name !== 'unread') },
] as unknown as readonly CheckDefinition[]
const resolved = {
  plain: 'p',
  port: 5,
  list: ['a', 'b'],
  pass: 'x',
  of_public: 'eu',
  of_secret: '123',
  of_undeclared: '1',
  of_pass: 'x',
  through: '123',
  unread: 'u',
}

function read(own: PreparedRun['given'] = {}) {
  const given = Object.fromEntries(Object.entries(own).map(([name, value]) => [`site.${name}`, value]))
  const definitions = { packs: [{ system: 'site', inputs, variables }] }
  return inputsRead({
    definitions,
    plan: { checks: checks.map((definition) => ({ definition, needs: [] })) },
    given,
    scopeOf: () => ({ inputs: resolved }),
  } as unknown as Parameters<typeof inputsRead>[0])
}

const shown = (given: PreparedRun['given'] = {}, redactor = createRedactor([])) =>
  Object.fromEntries(judgedInputs(read(given), redactor).map(({ name, value }) => [name, value]))

describe('the inputs of a statement', () => {
  it('are those that selected checks read, as they would be given, and never reveal a secret, however short', () => {
    expect(shown()).toEqual({
      plain: 'p',
      port: '5',
      list: ['a', 'b'],
      pass: null,
      of_public: 'eu',
      of_secret: null,
      of_undeclared: null,
      of_pass: null,
      through: null,
    })
  })

  it('are shown when they are given, unless they are secret: what a default reveals does not count then', () => {
    expect(shown({ of_secret: 'told', pass: 'y', list: 'a, b', port: '+5' })).toMatchObject({
      of_secret: 'told',
      pass: null,
      list: ['a', 'b'],
      port: '5',
    })
  })

  it('are not shown where the redactor would change them', () => {
    const redactor = createRedactor([{ name: 'TOKEN', exposure: 'secret', value: 'Zx8kQ2mN5vB7cD1fG4hJ6kL9' }])
    expect(
      shown({ plain: 'a Zx8kQ2mN5vB7cD1fG4hJ6kL9 b', list: ['a', 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'] }, redactor),
    ).toMatchObject({ plain: null, list: null })
    expect(shown({ plain: 'https://user:hunter2@bus.internal/' })).toMatchObject({ plain: null })
  })
})
