import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unitFiles } from '../../src/base/unit-files.js'
import { storedName } from '../../src/definitions/built-in-documents.js'
import { builtProgram } from './built.js'

const root = join(import.meta.dirname, '../..')
const copy = mkdtempSync(join(tmpdir(), 'preflight-checkout-'))

function node(...words: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: copy }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--', ...words], { env, cwd: copy, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** A checkout in which one command has another name. */
beforeAll(() => {
  for (const name of readdirSync(root).filter((each) => !['node_modules', '.git', 'dist', 'coverage'].includes(each)))
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  renameSync(join(copy, 'commands/diff.ts'), join(copy, 'commands/another.ts'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

it('the sources have the commands that are there, without a build', () => {
  const { status, stdout, stderr } = node(join(copy, 'bin/dev.js'), '--help')
  expect(status, stderr).toBe(0)
  expect(stdout).toMatch(/^ {2}another /m)
  expect(stdout).not.toMatch(/^ {2}diff /m)
})

it('a build has the commands that were there, without a list made by hand', () => {
  expect(node(join(copy, 'scripts/build.mjs'))).toMatchObject({ status: 0, stderr: '' })
  const { stdout } = node(join(copy, 'bin/run.js'), '--help')
  expect(stdout).toMatch(/^ {2}another /m)
  expect(stdout).not.toMatch(/^ {2}diff /m)
  expect(node(join(copy, 'bin/run.js'), 'another', '--help')).toMatchObject({ status: 0 })
})

const pack = join(copy, 'checks/shield/config.yaml')

/** The file in which the copy's build keeps the pack's text. */
const kept = (): string => join(copy, 'dist/documents', storedName(readFileSync(pack, 'utf8')))

function validate() {
  return node(join(copy, 'bin/run.js'), 'validate', '--verify-built-in')
}

it('what it parsed of the definitions that ship is found by their text, and compared on request', () => {
  expect(validate()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^built-in: \d+ files are what/m) })
  const document = readFileSync(kept(), 'utf8')
  writeFileSync(kept(), document.replace('"blocker"', '"advisory"'))
  expect(validate()).toMatchObject({ status: 3, stderr: expect.stringContaining('[differs-from-build]') })
  // What is not as it was written is left alone: the file is parsed.
  writeFileSync(kept(), document.slice(0, -100))
  expect(node(join(copy, 'bin/run.js'), 'validate')).toMatchObject({ status: 0 })
  writeFileSync(kept(), document)
  expect(validate()).toMatchObject({ status: 0 })
})

it('a definition that is not the one it parsed is parsed anew', () => {
  const text = readFileSync(pack, 'utf8')
  writeFileSync(pack, `${text}\nstage: config\n`)
  expect(node(join(copy, 'bin/run.js'), 'validate')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('[duplicate-key]'),
  })
  writeFileSync(pack, `${text}\n# changed\n`)
  expect(node(join(copy, 'bin/run.js'), 'validate')).toMatchObject({ status: 0 })
  expect(validate()).toMatchObject({ status: 3, stderr: expect.stringContaining('[not-in-build]') })
  writeFileSync(pack, text)
})

it.each(['run', 'help'])('V8 takes the code cache for %s at a start', (purpose) => {
  const watched = `
    const vm = require('node:vm')
    const { Script } = vm
    vm.Script = class extends Script {
      constructor(...given) {
        super(...given)
        console.log('rejected: ' + this.cachedDataRejected)
      }
    }
    require(process.argv[2]).loadProgram(process.argv[3], process.argv[4]).then(() => process.exit())`
  const file = join(copy, 'watched.cjs')
  writeFileSync(file, watched)
  const build = join(root, 'dist')
  expect(node(file, join(build, 'launch.cjs'), build, purpose)).toMatchObject({
    stdout: 'rejected: false\n',
    stderr: '',
  })
})

it('this build has every kind of the sources', async () => {
  const built = await builtProgram.parts.unitFiles()
  for (const folder of ['checks/probes', 'incidents/collectors', 'reports', 'runbooks/actions'])
    expect([...built.unitFiles(folder).keys()], folder).toEqual([...unitFiles(folder).keys()])
})
