import { Chalk } from 'chalk'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/checks/load/configuration.js'
import { missingInputs, MissingInputsError } from '../../src/checks/missing-inputs.js'
import { missingInputsText } from '../../src/checks/text/missing-inputs-text.js'
import { noConfiguration } from '../../src/checks/settings.js'
import { check, definitionsOf, file, folderOf } from './load/support/packs.js'

const reading = (input: string, more: Readonly<Record<string, string>> = {}) =>
  check({ expect: `['facts.set || inputs.${input} == ""']`, ...more })

const definitions = await definitionsOf({
  'site/a.yaml': file(
    {
      one: reading('address'),
      build: reading('checkout', { stage: 'gates' }),
      test: reading('database', { stage: 'gates' }),
      compiler: reading('checkout', { stage: 'gates' }),
    },
    `inputs:
  address: { type: string, description: where the service listens }
  checkout: { type: path, description: the working copy }
  database: { type: url, secret: true, description: a throwaway database }
  other: { type: string, description: what has a default, default: a }
`,
  ),
})
const all = [...definitions.checks.values()]
const style = { chalk: new Chalk({ level: 0 }), width: 80 }

describe('missing inputs', () => {
  it('are those that are required, read by a selected check and not given', () => {
    expect(missingInputs(definitions, all, new Set())).toMatchObject([
      { name: 'address', checks: ['site/a/one'], isForGatesOnly: false },
      { name: 'checkout', checks: ['site/a/build', 'site/a/compiler'], isForGatesOnly: true },
      { name: 'database', checks: ['site/a/test'], isForGatesOnly: true },
    ])
    expect(missingInputs(definitions, all, new Set(['site.address', 'site.checkout', 'site.database']))).toEqual([])
    expect(missingInputs(definitions, [], new Set())).toEqual([])
  })

  it('are named at the line of inputs: in the deployment file, else at its first line, else of the command line', async () => {
    const folder = await folderOf({ 'a.yaml': 'profile: prod\ninputs:\n  a: b\n', 'b.yaml': 'profile: prod\n' })
    const missing = missingInputs(definitions, all, new Set(['site.address', 'site.database']))
    const placeWith = async (name: string) => {
      const { configuration } = await loadConfiguration(join(folder, name))
      return new MissingInputsError(missing, configuration!).diagnostics[0]!.position
    }
    expect(await placeWith('a.yaml')).toEqual({ file: join(folder, 'a.yaml'), line: 2, column: 1 })
    expect(await placeWith('b.yaml')).toEqual({ file: join(folder, 'b.yaml'), line: 1, column: 1 })
    expect(new MissingInputsError(missing, noConfiguration).diagnostics).toEqual([
      {
        position: { file: 'command line', line: 0, column: 0 },
        code: 'missing-input',
        message:
          'the input site.checkout (the working copy) is required by site/a/build, site/a/compiler but was not given',
        hint: 'give --input site.checkout=PATH, write site.checkout: PATH under inputs: in preflight.yaml, or leave these checks out with --skip',
      },
    ])
  })

  it('are one screen, with the ways to go on', () => {
    const missing = missingInputs(definitions, all, new Set(['site.address']))
    expect(missingInputsText(new MissingInputsError(missing, noConfiguration), style))
      .toBe(`Nothing was run: 2 inputs of the selected checks are missing

  site.checkout
    the working copy (path); needed by 2 checks

  site.database
    a throwaway database (url); needed by site/a/test

Give them in preflight.yaml, or on the command line:

  inputs:
    site.checkout: PATH              --input site.checkout=PATH
    site.database: { file: PATH }    --input site.database=URL

Or go on in another way:

  preflight init
    writes a deployment file to fill in
  preflight run --no-gates
    judges the rest: only the gates, which build and test the checkout, need
    what is missing (gates: false in the deployment file says it for good)
  preflight sandbox run
    shows preflight at work, on a deployment that it starts for this`)
  })

  it('of other checks too are named where the gates are left out', () => {
    const text = missingInputsText(
      new MissingInputsError(missingInputs(definitions, all, new Set()), noConfiguration),
      style,
    )
    expect(text.replace(/\s+/g, ' ')).toContain('then only site.address must be given')
  })

  it('of no gate do not offer to leave out the gates, nor init where there is a file', async () => {
    const { configuration } = await loadConfiguration(
      join(await folderOf({ 'preflight.yaml': 'profile: prod\n' }), 'preflight.yaml'),
    )
    const missing = missingInputs(definitions, all, new Set(['site.checkout', 'site.database']))
    const text = missingInputsText(new MissingInputsError(missing, configuration!), style)
    expect(text).not.toContain('--no-gates')
    expect(text).not.toContain('preflight init')
    expect(text).toContain('1 input of the selected checks is missing')
  })
})
