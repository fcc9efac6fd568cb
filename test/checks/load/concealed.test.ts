import { describe, expect, it } from 'vitest'
import { Deadline } from '../../../src/base/time/deadline.js'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { probe as env } from '../../../src/checks/probes/env.js'
import { runCheck } from '../../../src/checks/run/check-run.js'
import { check, file, folderOf } from './support/packs.js'

const declared = `variables:
  OPEN: { exposure: public }
  COUNT: { reads: [python-int], exposure: public }
  SWITCH: { reads: [only-true], exposure: public }
  STORE_URL: { reads: [url], exposure: dsn }
  PW: { exposure: secret }
inputs:
  which: { type: string, description: a name, default: PW }
  limit: { type: integer, description: a limit, default: 10 }
  reference: { type: string, description: what PW should be, secret: true }
  copy: { type: string, description: what PW is, default: "\${{ env.PW }}" }
  leads: { type: string, description: where a URL leads, default: "\${{ endpointOf(has(env.STORE_URL) ? env.STORE_URL : env.PW) }}" }
  shown: { type: string, description: what OPEN is, default: "it is \${{ env.OPEN }}" }
`

async function diagnosticsOf(properties: Readonly<Record<string, string>>, more = '') {
  const folder = await folderOf({ 'demo/a.yaml': file({ a: check(properties) }, `${declared}${more}`) })
  return loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry)
}

async function codesOf(properties: Readonly<Record<string, string>>, more = ''): Promise<readonly string[]> {
  const { diagnostics } = await diagnosticsOf(properties, more)
  return diagnostics.map(({ code, message }) => `${code}: ${message}`)
}

describe('an expectation over a value that is not shown is a mistake of the file', () => {
  it.each([
    [
      'DEBUG',
      'facts.value != "true"',
      'facts.value',
      'DEBUG is not declared public: declare it under variables (`DEBUG: { exposure: public }`)',
    ],
    ['LIMIT', 'int(facts.value) <= 10', 'facts.value', 'LIMIT is not declared public'],
    ['LIMIT', 'facts.int <= 10', 'facts.int', 'LIMIT is not declared public'],
    ['DEBUG', '!facts.bool', 'facts.bool', 'DEBUG is not declared public'],
    ['PW', 'facts.value != "admin"', 'facts.value', 'PW is not declared public'],
    ['PW', '!facts.hasPassword', 'facts.hasPassword', 'PW is not declared public'],
    ['STORE_URL', 'facts.value != ""', 'facts.value', 'STORE_URL is not declared public'],
    [
      'OPEN',
      'facts.int <= 10',
      'facts.int',
      'OPEN is not read as such a value: declare it with one of python-int, rust-integer, pydantic-int under `reads`',
    ],
    ['OPEN', '!facts.bool', 'facts.bool', 'OPEN is not read as such a value'],
    ['COUNT', '!facts.bool', 'facts.bool', 'COUNT is not read as such a value'],
    ['OPEN', 'facts.scheme == ""', 'facts.scheme', 'OPEN is not read as a URL'],
  ])('%s: %s', async (name, text, fact, reason) => {
    expect(await codesOf({ env: `{ name: ${name} }`, expect: `['facts.set && ${text}']` })).toEqual([
      expect.stringContaining(`concealed-fact: ${fact} has no value here: ${reason}`),
    ])
  })

  it.each([
    ['{ first: [OPEN, PW] }', 'facts.value == "x"'],
    ['{ every: [OPEN, COUNT] }', 'facts.value == ""'],
    ['{ every: declared }', '!facts.bool'],
  ])('of several names: %s, %s', async (input, text) => {
    expect(await codesOf({ env: input, expect: `['facts.set && ${text}']` })).toEqual([
      expect.stringContaining('concealed-fact'),
    ])
  })

  it('in a message and in applies too', async () => {
    expect(
      await codesOf({ env: '{ name: PW }', expect: '[{ that: facts.set, message: "it is ${{ facts.value }}" }]' }),
    ).toEqual([expect.stringContaining('concealed-fact')])
    expect(await codesOf({ env: '{ name: PW }', applies: `{ that: 'facts.value == ""', message: m }` })).toEqual([
      expect.stringContaining('concealed-fact'),
    ])
  })

  it.each([
    ['OPEN', 'facts.value == "x"'],
    ['COUNT', 'facts.int <= 10 && facts.number < 11.0'],
    ['SWITCH', 'facts.bool'],
    ['STORE_URL', 'facts.host == "a" && !facts.hasPassword'],
    ['PW', 'facts.set && !facts.empty'],
  ])('what is shown is taken: %s, %s', async (name, text) => {
    expect(await codesOf({ env: `{ name: ${name} }`, expect: `['${text}']` })).toEqual([])
  })
})

describe('a condition may not look at the value of a variable that is not public', () => {
  it.each([
    'env.PW != "admin"',
    'env.UNDECLARED == "true"',
    'env.PW.size() > 8',
    'int(env.PW) <= 10',
    'vars.PW.startsWith("a")',
    'env["PW"] in ["a", "b"]',
    'cel.bind(x, env.PW, x == "")',
    'vars.STORE_URL.contains("@")',
    '(facts.set ? env.PW : "a") == "a"',
  ])('%s', async (text) => {
    const [problem, ...others] = await codesOf({ env: '{ name: PW }', expect: `['facts.set && ${text}']` })
    expect(problem).toContain('concealed-value')
    expect(others).toEqual([])
    expect(await codesOf({ when: `'${text.replace('facts.set', 'has(env.PW)')}'` })).toEqual([problem])
  })

  it.each([
    'inputs.copy == "admin"',
    'inputs.copy.size() > 8',
    'endpointOf(env.PW == "admin" ? env.STORE_URL : "") == "a:1"',
  ])('also not through an input or a choice: %s', async (text) => {
    expect(await codesOf({ env: '{ name: PW }', expect: `['facts.set && ${text}']` })).toEqual([
      expect.stringMatching(/^concealed-value.*PW is not declared public/),
    ])
  })

  it.each([
    'env.PW == inputs.which',
    'inputs.which != env.PW',
    'vars.PW == inputs.reference',
    '(facts.set ? inputs.which : "") == env.PW',
    'env.PW == (facts.set ? "admin" : env.OPEN)',
  ])('nor compare it with what the starter of the run may give: %s', async (text) => {
    const [problem, ...others] = await codesOf({ env: '{ name: PW }', expect: `['facts.set && ${text}']` })
    expect(problem).toMatch(
      /^concealed-value: .* a comparison with another variable of the environment: PW is not declared public/,
    )
    expect(others).toEqual([])
  })

  it.each([
    'inputs.copy == env.OPEN',
    'inputs.copy == ""',
    '(facts.set ? env.PW : "") == ""',
    'env.PW == (facts.set ? env.OPEN : env.UNDECLARED)',
    'inputs.leads == "a:6379"',
    'inputs.shown == "it is x"',
    'inputs.limit < 10',
    'has(env.PW)',
    'env.PW == ""',
    'env.PW != env.UNDECLARED',
    'endpointOf(vars.STORE_URL) == "a:6379/0"',
    'env.OPEN == "x"',
    'vars.COUNT < 10',
  ])('%s is taken', async (text) => {
    expect(await codesOf({ env: '{ name: PW }', expect: `['facts.set && ${text}']` })).toEqual([])
  })
})

describe('a text with expressions may pass on the value of a variable that is not public, and make nothing else of it', () => {
  const lookingAt = [
    "env.PW.startsWith('a') ? 'OPEN' : 'SWITCH'",
    "env.PW == 'admin' ? 'OPEN' : 'SWITCH'",
    "env.PW == inputs.which ? 'OPEN' : 'SWITCH'",
    "int(env.PW) < 10 ? 'OPEN' : 'SWITCH'",
    "env.UNDECLARED in ['a', 'b'] ? 'OPEN' : 'SWITCH'",
    "size(vars.PW) > 8 ? 'OPEN' : 'SWITCH'",
    "env.PW.matches('^a') ? 'OPEN' : 'SWITCH'",
    "env.PW.split('a')[0]",
    "'x' + env.PW.substring(0, 1)",
    "cel.bind(x, env.PW, x == 'a' ? 'OPEN' : 'SWITCH')",
    "inputs.copy.size() > 8 ? 'OPEN' : 'SWITCH'",
    "endpointOf('redis://' + env.PW)",
    "['OPEN', 'SWITCH'].filter(name, name == env.PW).join('')",
  ]

  it.each(lookingAt)('an input of a probe: %s', async (text) => {
    const problems = await codesOf({ env: `{ name: "\${{ ${text} }}" }`, expect: '[facts.set]' })
    expect(problems).toEqual([
      expect.stringMatching(
        /^concealed-value: .* may only be passed on here unchanged, .*(?:PW|UNDECLARED) is not declared public\. Declare it under variables/,
      ),
    ])
  })

  it.each(lookingAt)('the default of an input: %s', async (text) => {
    const problems = await codesOf(
      { env: '{ name: OPEN }', expect: '[facts.set]' },
      `  last: { type: string, description: made, default: "a \${{ ${text} }} b" }\n`,
    )
    expect(problems).toEqual([expect.stringMatching(/^concealed-value: .* may only be passed on here unchanged/)])
  })

  it.each([
    'env.PW',
    'has(env.PW) ? env.PW : inputs.which',
    "env.PW == '' ? 'OPEN' : env.PW",
    "has(env.PW) && env.PW != '' ? ':' + env.PW + '@' : ''",
    "env.OPEN.startsWith('a') ? env.PW : inputs.copy",
    "(has(env.PW) ? env.PW : env.UNDECLARED) != '' ? 'OPEN' : 'SWITCH'",
    'endpointOf(has(env.PW) ? env.PW : env.STORE_URL)',
    'string(vars.PW)',
  ])('%s is taken', async (text) => {
    expect(await codesOf({ env: `{ name: "\${{ ${text} }}" }`, expect: '[facts.set]' })).toEqual([])
    expect(
      await codesOf(
        { env: '{ name: OPEN }', expect: '[facts.set]' },
        `  last: { type: string, description: made, default: "a \${{ ${text} }} b" }\n`,
      ),
    ).toEqual([])
  })
})

describe('where an input leads may be shown, unless its default puts a hidden value where the host is', () => {
  const codes = (made: string) =>
    codesOf(
      { env: '{ name: OPEN }', expect: `['facts.set && endpointOf(inputs.made) == "admin:6379/0"']` },
      `  made: { type: string, description: made, default: ${JSON.stringify(made)} }\n`,
    )

  it.each([
    'redis://${{ env.PW }}',
    'redis://${{ env.PW }}:1/0',
    "${{ 'redis://' + env.PW }}",
    "${{ 'redis://' + (has(env.PW) ? env.PW : 'h') + '/0' }}",
    "${{ 'redis://x@' + vars.PW }}",
    'redis://${{ inputs.copy }}',
    "${{ 'redis://h/' + string(env.UNDECLARED) }}",
  ])('%s', async (made) => {
    expect(await codes(made)).toEqual([
      expect.stringMatching(
        /^concealed-value: endpointOf\(inputs\.made\) may show (?:PW|UNDECLARED), which is not declared public/,
      ),
    ])
  })

  it('through another input, in a text too', async () => {
    const more = `  inner: { type: string, description: made, default: "redis://\${{ env.PW }}" }\n  made: { type: string, description: made, default: "\${{ inputs.inner }}" }\n  shown: { type: string, description: made, default: "\${{ endpointOf(inputs.made) }}" }\n`
    expect(await codesOf({ env: '{ name: OPEN }', expect: '[facts.set]' }, more.replace('shown', 'told'))).toEqual([
      expect.stringContaining('endpointOf(inputs.made) may show PW'),
    ])
  })

  it.each([
    'redis://:${{ env.PW }}@h/0',
    '${{ env.PW }}',
    '${{ env.STORE_URL }}?x=1',
    "${{ 'redis://' + (env.PW == '' ? '' : ':' + env.PW + '@') + env.OPEN }}",
    "${{ 'redis://u' + (has(env.PW) ? ':' + env.PW : '') + '@' + env.OPEN }}",
    'redis://${{ env.OPEN }}',
  ])('%s is taken', async (made) => {
    expect(await codes(made)).toEqual([])
  })
})

describe('a name that is known only when the check runs', () => {
  it.each([
    ['PW', 'error', 'facts.value has no value: PW is not declared public'],
    ['DEBUG', 'error', 'facts.value has no value: DEBUG is not declared public'],
    ['OPEN', 'pass', ''],
  ])('%s: %s', async (name, status, message) => {
    const { definitions, diagnostics } = await diagnosticsOf({
      env: '{ name: "${{ inputs.which }}" }',
      expect: `['facts.value != "true"']`,
    })
    expect(diagnostics).toEqual([])
    const { outcome } = await runCheck({
      definition: definitions!.checks.get('demo/a/a')!,
      probe: env,
      surroundings: {
        scope: { vars: {}, env: {}, inputs: { which: name }, profile: 'prod' },
        environment: TestedEnvironment.of({ PW: 'admin', DEBUG: 'true', OPEN: 'x' }),
        variables: definitions!.packs[0]!.variables,
        secretInputs: new Set(),
        knownSecretsFile: undefined,
      },
      deadline: Deadline.after(60_000),
      timeoutCap: undefined,
      signal: new AbortController().signal,
      onEvent: () => {},
      now: () => 0,
    })
    expect(outcome).toMatchObject({ status, message: expect.stringContaining(message) })
  })
})
