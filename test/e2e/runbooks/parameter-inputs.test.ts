import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, preflight } from '../cli/preflight.js'

const pack = `variables:
  SITE_PORT: { reads: [python-int], default: 80, exposure: public }
  SITE_TOKEN: { exposure: secret }
inputs:
  page: { type: url, description: the page, default: "http://127.0.0.1:\${{ vars.SITE_PORT }}" }
  fixed: { type: url, description: another page, default: "http://127.0.0.1:81" }
  folder: { type: path, description: a folder }
  telling: { type: string, description: what shows the token, default: "t-\${{ vars.SITE_TOKEN }}" }
`
const shared = `page: { type: url, description: the page, default: "\${{ inputs.page }}" }
fixed: { type: url, description: another page, default: "\${{ inputs.fixed }}" }
folder: { type: path, description: the folder, default: "\${{ has(inputs.folder) ? inputs.folder : '.' }}" }
telling: { type: string, description: it shows, default: "\${{ inputs.telling }}" }
`
const say = (id: string, text: string) =>
  `  - { id: ${id}, run: [sh, -c, 'echo "$0" >>said', "${text}"], effect: idempotent }\n`
const books = {
  'checks/site/pack.yaml': pack,
  'checks/site/a.yaml':
    'stage: runtime\nchecks:\n  up:\n    title: it is up\n    severity: high\n    class: dependency\n    fix: start it\n    http: { url: "${{ inputs.page }}" }\n    expect: [facts.status == 200]\n',
  'books/site/parameters.yaml': shared,
  'books/site/one.yaml': `title: one\nparameters: [page, fixed, folder]\nsteps:\n${say('a', '${{ params.page }} ${{ params.fixed }} ${{ params.folder }}')}`,
  'books/site/outer.yaml': `title: outer\ntarget: inputs of parameters\nsteps:\n${say('a', 'outer')}  - id: in\n    runbook: { id: site/inner, parameters: { words: w } }\n`,
  'books/site/inner.yaml': `title: inner\nparameters: [fixed, words: { type: string, description: x }]\nsteps:\n${say('b', '${{ params.fixed }} ${{ params.words }}').replace('idempotent }', 'idempotent, undo: { run: [sh, -c, \'echo "undo $0" >>said\', "${{ params.fixed }}"] } }')}  - { id: c, run: [test, -e, go], effect: read }\n`,
  'books/site/secret.yaml': `title: it would show\nparameters: [telling]\nsteps:\n${say('a', '${{ params.telling }}')}`,
  'preflight.yaml': 'packs: []\nchecks: [checks]\nrunbooks: [books]\n',
  '.env': 'SITE_PORT=8443\nSITE_TOKEN=canary-9kQ2\n',
}
const at = (more: Readonly<Record<string, string>> = {}) => {
  const cwd = folderOf({ ...books, ...more })
  const state = join(cwd, 'state')
  return {
    cwd,
    state,
    run: (...args: string[]) => preflight(args, { cwd }),
    said: () => readFileSync(join(cwd, 'said'), 'utf8'),
  }
}
const configured = {
  'preflight.yaml': `${books['preflight.yaml']}environment: [.env]\ninputs: { fixed: "http://configured:1", folder: below }\n`,
}

it('come from the deployment file, the environment it names, and the defaults of the packs', async () => {
  const { cwd, run } = at(configured)
  const plan = await run('runbook', 'plan', 'site/one', '--format', 'json')
  expect(plan.stderr).toBe('')
  const { parameters, covers } = JSON.parse(plan.stdout) as {
    readonly parameters: unknown
    readonly covers: readonly { readonly kind: string; readonly name: string }[]
  }
  expect(parameters).toEqual({
    page: { value: 'http://127.0.0.1:8443' },
    fixed: { value: 'http://configured:1' },
    folder: { value: join(cwd, 'below') },
  })
  expect(covers.filter(({ kind }) => kind === 'input').map(({ name }) => name)).toEqual(['site.fixed', 'site.folder'])
})

it('are overridden by the command line, and by the parameter itself', async () => {
  const { run } = at(configured)
  const plan = await run(
    'runbook',
    'plan',
    'site/one',
    '--input',
    'fixed=http://typed:2',
    '--param',
    'page=http://own:3',
  )
  expect(plan.stdout).toMatch(/page = "http:\/\/own:3"/)
  expect(plan.stdout).toMatch(/fixed = "http:\/\/typed:2"/)
  // The command that starts exactly this names the input again.
  expect(plan.stdout).toMatch(/ --input site\.fixed=…/)
})

it('say why they have no value', async () => {
  const { run } = at()
  expect(await run('runbook', 'plan', 'site/one')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(
      /parameter page has a default that could not be computed: inputs\.page has no value: .*no environment was named/,
    ) as string,
  })
  expect((await run('runbook', 'plan', 'site/one', '--env-file', '.env')).exitCode).toBe(0)
})

it.each([
  ['in its default', {}],
  [
    'since its value is in a file',
    {
      'preflight.yaml': `${books['preflight.yaml']}environment: [.env]\ninputs: { telling: { file: told } }\n`,
      told: 'x',
    },
  ],
])('are refused where they are secret, %s', async (_, more) => {
  const { run } = at(more)
  const plan = await run('runbook', 'plan', 'site/secret', '--env-file', '.env')
  expect(plan.exitCode).toBe(2)
  expect(plan.stderr).toMatch(/the input telling is secret here, and parameters are shown: give the parameter itself/)
  expect(plan.stdout + plan.stderr).not.toMatch(/canary/)
})

it('are those of the start when the run goes on or is taken back, whatever the deployment says by then', async () => {
  const { cwd, state, run, said } = at(configured)
  const started = await run('runbook', 'run', 'site/outer', '--state', state)
  expect(started.exitCode).toBe(20)
  const [id = ''] = readdirSync(join(state, 'runs'))
  const journal = readFileSync(join(state, 'runs', id, 'journal.jsonl'), 'utf8')
  expect(journal).toMatch(/"inputs":\{"site":\{"fixed":"http:\/\/configured:1"\}\}/)
  writeFileSync(join(cwd, 'preflight.yaml'), configured['preflight.yaml'].replace('configured', 'other'))
  const changed = await run('runbook', 'resume', 'last', '--state', state)
  expect(changed.exitCode).toBe(26)
  const undone = await run('runbook', 'undo', id, '--state', state, '--reason', 'a test')
  expect(undone.exitCode).toBe(21)
  expect(said()).toBe('outer\nhttp://configured:1 w\nundo http://configured:1\n')
})

it('must be inputs of the checks of the same system', async () => {
  const { run } = at({ 'books/site/parameters.yaml': shared.replace('inputs.fixed', 'inputs.fixd') })
  const message =
    /books\/site\/parameters\.yaml:2:\d+: error: the default of fixed reads the input fixd, which no check of site has \[unknown-input]\n.*did you mean fixed\?/
  expect(await run('validate')).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(message) as string })
  expect(await run('runbook', 'plan', 'site/one', '--env-file', '.env')).toMatchObject({ exitCode: 3 })
})
