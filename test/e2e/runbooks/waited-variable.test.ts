import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startRun } from '../../../src/runbooks/start-run.js'
import { folderOf, regionPack } from '../cli/preflight.js'
import { booksOf, quietly } from './quiet.js'
import { ending } from './real.js'

const waiting = (expected: string): string => `title: a wait
target: a variable that is waited for
parameters:
  name: { type: string, description: a variable, default: PW }
steps:
  - id: wait
    wait: { every: 100ms, env: { name: "\${{ params.name }}" } }
    timeout: 500ms
    expect: ['${expected}']
`

it.each([
  ['facts.set && facts.value != "true"', /^failed: .*facts\.value has no value: a runbook declares no variables/s],
  ['facts.set && !facts.bool', /^failed: .*facts\.bool has no value/s],
  ['facts.set && facts.int <= 10', /^failed: .*facts\.int has no value/s],
  ['facts.set && size(facts.remoteHosts) == 0', /^failed: .*facts\.remoteHosts has no value/s],
  ['facts.set && facts.valid', /^completed$/],
])('a wait for a variable that is named only when it runs: %s', async (expected, end) => {
  const folder = folderOf({
    'packs/site/a.yaml': regionPack,
    'books/site/waiting.yaml': waiting(expected),
    '.env': 'PW=true\n',
  })
  const options = {
    ...booksOf(join(folder, 'books')),
    definitions: { checks: [join(folder, 'packs')], noBuiltin: true, config: undefined },
    id: 'site/waiting',
    environment: { files: [join(folder, '.env')], pid: undefined, inherit: false },
  }
  expect(ending(await startRun({ ...options, ...quietly(join(folder, 'state')) }))).toMatch(end)
})
