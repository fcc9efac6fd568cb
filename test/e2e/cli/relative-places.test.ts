import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, preflight } from './preflight.js'

const files = {
  'preflight.yaml': 'packs: []\nchecks: [packs]\nenvironment: [prod.env]\n',
  'prod.env': 'REGION=mars\n',
  'packs/site/a.yaml': `stage: config
variables: { REGION: { exposure: public } }
checks:
  region:
    title: the region is in Europe
    severity: high
    class: config
    env: { name: REGION }
    expect: [facts.value == "eu"]
    fix: set REGION
`,
}

/** What GitHub, GitLab and viewers of SARIF find in a repository is relative to its root. */
it('what the deployment file names is below the folder of the run in every report', async () => {
  const cwd = folderOf(files)
  const formats = ['gitlab', 'sarif', 'github', 'junit', 'human', 'markdown']
  const { exitCode, stdout, stderr } = await preflight(
    ['run', '--no-keep', ...formats.flatMap((format) => ['--report', `${format}=${format}.out`])],
    { cwd },
  )
  expect(exitCode).toBe(1)
  const reports = formats.map((format) => readFileSync(join(cwd, `${format}.out`), 'utf8'))
  for (const text of [stdout, stderr, ...reports]) expect(text).not.toContain(cwd)
  const [gitlab = '', sarif = '', github = ''] = reports
  expect(JSON.parse(gitlab)).toContainEqual(
    expect.objectContaining({ location: { path: 'prod.env', lines: { begin: 1 } } }),
  )
  expect(sarif).toContain('"uri": "prod.env"')
  expect(sarif).toContain('"uri": "packs/site/a.yaml"')
  expect(github).toContain('file=prod.env,line=1')
})

it('from another folder they are named so that they are found', async () => {
  const cwd = folderOf(files)
  mkdirSync(join(cwd, 'elsewhere'))
  const { stdout } = await preflight(['run', '--no-keep', '--config', '../preflight.yaml'], {
    cwd: join(cwd, 'elsewhere'),
  })
  expect(stdout).toContain(`${join(cwd, 'prod.env')}:1`)
})
