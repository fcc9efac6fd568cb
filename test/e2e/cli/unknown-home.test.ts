import { expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight } from './preflight.js'

const pack = `stage: datastores
inputs:
  service_home: { type: string, description: the home of the service, default: "" }
checks:
  store:
    title: the store does not answer
    severity: high
    class: dependency
    postgres: { driver: asyncpg, service-home: "\${{ inputs.service_home }}", url: "postgresql://a:b@127.0.0.1:1/a?sslmode=require" }
    expect: [{ that: 'facts.problem.code == "connection-refused"' }]
    fix: nothing
`
const folder = folderOf({ 'packs/site/a.yaml': pack, 'empty.env': '# nothing\n' })

async function result(...args: string[]): Promise<ResultDocument> {
  const { stdout, stderr } = await preflight(
    ['run', '--no-builtin', '--checks', 'packs', '--env-file', 'empty.env', '--format', 'json', ...args],
    { cwd: folder },
  )
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as ResultDocument
}

it("a run says that it did not look into the service's home, until it is given", async () => {
  const blind = await result()
  expect(blind.verdict).toBe('go')
  expect(blind.notices).toEqual([
    expect.stringMatching(/^site\/a\/store did not look for ~\/\.postgresql\/root\.crt, .*--input site\.service_home=/),
  ])
  expect((await result('--input', 'service_home=/nowhere')).notices).toBeUndefined()
})
