import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, preflight, regionPack } from '../cli/preflight.js'
import { program } from '../program.js'
import { recorderIn, runShell, stageCommands, stagedPackage } from './shell.js'

const text = readFileSync(join(import.meta.dirname, '../../../ci/Jenkinsfile'), 'utf8')
const scripts = [...text.matchAll(/\bsh (?:'''([\s\S]*?)'''|'([^'\n]*)')/g)].map(
  ([, long, short]) => long ?? short ?? '',
)

it('puts nothing into a script by Groovy, and closes what it opens', () => {
  expect(scripts).toHaveLength(2)
  expect(text).not.toMatch(/\bsh\s*\(?\s*"/)
  const code = text.replace(/\/\/.*$/gm, '').replace(/'''[\s\S]*?'''|'[^'\n]*'/g, "''")
  for (const [open, close] of ['{}', '()', '[]']) expect(code.split(open!).length).toBe(code.split(close!).length)
})

async function run(variables: Readonly<Record<string, string>>, started = program) {
  const folder = folderOf({
    'preflight.yaml': 'checks: [packs]\nselect: [site]\n',
    'packs/site/a.yaml': regionPack,
    'eu.env': 'REGION=eu\n',
    'us.env': 'REGION=us\n',
  })
  const bin = stageCommands(folder, started)
  mkdirSync(join(folder, '.preflight/node_modules'), { recursive: true })
  symlinkSync(bin, join(folder, '.preflight/node_modules/.bin'))
  const environment = { ...stagedPackage, PREFLIGHT_PROFILE: 'prod', CI: 'true', ...variables }
  return { folder, ...(await runShell(['sh', '-xec', scripts.join('\n')], { cwd: folder, environment, path: [bin] })) }
}

it('ends with 2 where Node cannot start', async () => {
  const ended = await run({ PREFLIGHT_ENV_FILE: 'eu.env', NODE_OPTIONS: '--require /nowhere/missing.cjs' })
  expect(ended.exitCode, ended.output).toBe(2)
  expect(ended.output).toContain('Node cannot start, so nothing was judged')
})

it.each([
  ['eu.env', 0],
  ['us.env', 1],
])('stops the pipeline by the exit code: %s', async (PREFLIGHT_ENV_FILE, exitCode) => {
  const { folder, ...ended } = await run({ PREFLIGHT_ENV_FILE })
  expect(ended.exitCode, ended.output).toBe(exitCode)
  const named = [...text.matchAll(/(?:testResults: |pattern: |artifacts: )'([^']+)'/g)].flatMap(([, files]) =>
    files!.split(','),
  )
  expect(named).toHaveLength(4)
  for (const file of named) expect(existsSync(join(folder, file)), file).toBe(true)
})

it('takes a hostile variable for text', async () => {
  const recorder = recorderIn(folderOf({}))
  const { folder, ...ended } = await run({ PREFLIGHT_ENV_FILE: '$(touch pwned)' }, recorder.program)
  expect(ended.exitCode, ended.output).toBe(3)
  expect(await preflight(recorder.started(), { cwd: folder })).toMatchObject({ exitCode: 2 })
  expect(existsSync(join(folder, 'pwned'))).toBe(false)
})
