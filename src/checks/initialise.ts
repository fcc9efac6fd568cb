import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { codeOf, OutputError, UsageError, messageOf } from '../base/errors.js'
import { makeFolder } from '../base/files/make-folder.js'
import type { InputDefinition } from '../definitions/expression/expression.js'
import type { Pack } from './definition.js'
import { loadAll } from './list-checks.js'
import { configurationFileName } from './settings.js'

const exampleCheck = `# A check of this site's own. Its id is site/example/region-set: folder, file, name.
stage: config
variables:
  REGION: { values: [eu-1, us-1], exposure: public }
checks:
  region-set:
    title: the region is one we run in
    severity: high
    class: config
    env: { name: REGION }
    expect:
      - that: facts.set && facts.valid
        message: "REGION is \${{ facts.set ? facts.value : 'not set' }}"
    fix: set REGION to eu-1 or us-1
`

/**
 * Writes a deployment file with every input that the built-in packs know, and one example check.
 *
 * @returns the files that were written
 * @throws UsageError when one of them already exists; OutputError when one cannot be written
 */
export async function initialise(folder: string, deployment: string): Promise<readonly string[]> {
  const { definitions } = await loadAll({ checks: [], noBuiltin: false, config: undefined })
  const files = {
    [join(folder, configurationFileName)]: deploymentFile(deployment, definitions.packs),
    [join(folder, 'checks/site/example.yaml')]: exampleCheck,
  }
  for (const [file, text] of Object.entries(files)) await writeNew(file, text)
  return Object.keys(files)
}

function deploymentFile(deployment: string, packs: readonly Pack[]): string {
  const inputs = new Map(packs.flatMap((pack) => pack.inputs).map((input) => [input.name, input]))
  return [
    '# What preflight needs to know about this deployment. `preflight validate` checks this file, `preflight plan` shows what it leads to.',
    stringify({ deployment, profile: 'prod', checks: ['checks'] }).trimEnd(),
    '# select: [site]                     # what a bare `preflight run` judges; left out: the built-in default and all of `checks`',
    '# environment: [.env.production]',
    '# inputs:',
    ...[...inputs.values()].map(inputLines),
    '',
  ].join('\n')
}

function inputLines(input: InputDefinition): string {
  const about = `  # ${input.description}${input.secret ? ' (a credential: better given with --input from a secret store)' : ''}`
  return `${about}\n  # ${input.name}:${input.default === undefined ? ' …required' : ''}`
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(file))
    await writeFile(file, text, { flag: 'wx' })
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST')
      throw new UsageError(`${file} already exists`, {
        hint: 'existing files are not overwritten; name another folder, or move the file away',
        cause: thrown,
      })
    throw new OutputError(`${file} could not be written: ${messageOf(thrown)}`, { cause: thrown })
  }
}
