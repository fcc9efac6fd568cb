import { describe, expect, it } from 'vitest'
import { needOf, variablesRead, type Given } from '../../../src/checks/environment/variables-read.js'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { folderOf } from '../load/support/packs.js'

const head = `stage: config
variables:
  PORT: { reads: [python-int], default: 5, exposure: public }
  HOST: { exposure: public }
inputs:
  url: { type: url, description: a url, default: "http://\${{ vars.HOST }}/" }
  page: { type: url, description: a page, default: "\${{ inputs.url }}page" }
  limit: { type: integer, description: a limit, default: 5 }
checks:
`

const check = (body: string): string =>
  `${head}  one:\n    title: it is so\n    severity: high\n    class: config\n    fix: mend it\n${body
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`

async function read(body: string, given: readonly string[] = []): Promise<readonly string[]> {
  const folder = await folderOf({ 'site/a.yaml': check(body) })
  const { definitions, diagnostics } = await loadDefinitions([{ folder, label: 'c' }], probeRegistry, collectorRegistry)
  expect(diagnostics).toEqual([])
  const { variables, readers } = variablesRead([...definitions!.checks.values()], definitions!, {
    inputs: new Map(given.map((name) => [`site.${name}`, { template: undefined }])),
  } satisfies Given)
  expect(readers).toEqual(variables.length === 0 ? [] : ['site/a/one'])
  return variables
}

const truth = 'command: { argv: ["true"] }'
const expectation = 'expect: [facts.exitCode == 0]'

describe('a check reads a variable', () => {
  it.each([
    ['in its probe', `command: { argv: [echo, "\${{ env.NAME }}"] }\n${expectation}`, ['NAME']],
    ['in its condition', `when: vars.PORT > 1\n${truth}\n${expectation}`, ['PORT']],
    ['even if it only asks whether it is set', `when: has(env.NAME)\n${truth}\n${expectation}`, ['NAME']],
    ['in an expectation', `${truth}\nexpect: [facts.exitCode < vars.PORT]`, ['PORT']],
    ['in a message', `${truth}\nexpect: [{ that: facts.exitCode == 0, message: "port \${{ vars.PORT }}" }]`, ['PORT']],
    ['by its name', 'env: { name: OTHER }\nexpect: [facts.set]', ['OTHER']],
    ['by a list of names', 'env: { first: [OTHER, HOST] }\nexpect: [facts.set]', ['OTHER', 'HOST']],
    ['with all that are declared', 'env: { every: declared }\nexpect: [facts.valid]', ['PORT', 'HOST']],
    ['of a secret', 'secret: { name: KEY }\nexpect: [facts.set]', ['KEY']],
    ['through the default of an input', `command: { argv: [curl, "\${{ inputs.page }}"] }\n${expectation}`, ['HOST']],
  ])('%s', async (_, body, variables) => {
    expect(await read(body)).toEqual(variables)
  })

  it.each([
    ['what it says needs none', `${truth}\n${expectation}`, []],
    ['the default that it takes needs none', `${truth}\nexpect: [facts.exitCode < inputs.limit]`, []],
    ['the input is given', `command: { argv: [curl, "\${{ inputs.url }}"] }\n${expectation}`, ['url']],
    [
      'the input that the default reads is given',
      `command: { argv: [curl, "\${{ inputs.page }}"] }\n${expectation}`,
      ['url'],
    ],
  ])('and none when %s', async (_, body, given) => {
    expect(await read(body, given)).toEqual([])
  })
})

it('says in one clause what is read by what', () => {
  expect(needOf({ variables: [], readers: [] })).toBeUndefined()
  expect(needOf({ variables: ['A'], readers: ['x'] })).toBe('1 variable (A) is read by x')
  expect(needOf({ variables: ['A', 'B', 'C', 'D', 'E'], readers: ['v', 'w', 'x', 'y'] })).toBe(
    '5 variables (A, B, C and 2 more) are read by v, w, x and 1 more',
  )
})
