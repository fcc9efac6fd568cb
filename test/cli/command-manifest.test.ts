import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { commandRoot } from '../../src/cli/command-manifest.js'

const checkout = join(import.meta.dirname, '../..')

/** The built program in a folder of its own, with the list of commands that the build wrote. */
function builtProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-manifest-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'bin'))
  for (const file of ['package.json', 'bin/run.js']) copyFileSync(join(checkout, file), join(folder, file))
  cpSync(join(checkout, 'dist'), join(folder, 'dist'), { recursive: true })
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

function helpOf(folder: string): string {
  const env = { PATH: process.env['PATH'], HOME: folder }
  return spawnSync(process.execPath, ['--', join(folder, 'bin/run.js'), '--help'], { env, encoding: 'utf8' }).stdout
}

it('the list of commands of the build counts while nothing it was made from has changed', () => {
  const folder = builtProgram()
  expect(commandRoot(folder)).toBe(join(folder, 'dist'))
  expect(helpOf(folder)).toMatch(/^ {2}diff /m)
})

it.each<[string, (folder: string) => void]>([
  ['a new command', (folder) => writeFileSync(join(folder, 'dist/commands/new.js'), 'export default class {}\n')],
  ['a command that is gone', (folder) => rmSync(join(folder, 'dist/commands/diff.js'))],
  ['a command that is another', (folder) => appendFileSync(join(folder, 'dist/commands/diff.js'), '// \n')],
  ['another package', (folder) => appendFileSync(join(folder, 'package.json'), '\n')],
  ['no list', (folder) => rmSync(join(folder, 'dist/oclif.manifest.json'))],
  ['a list that is none', (folder) => writeFileSync(join(folder, 'dist/oclif.manifest.json'), 'null')],
])('it does not count after %s', (_, change) => {
  const folder = builtProgram()
  change(folder)
  expect(commandRoot(folder)).toBe(folder)
})

it('a new command is found, and one that is gone is not, without a list made by hand', () => {
  const folder = builtProgram()
  cpSync(join(folder, 'dist/commands/diff.js'), join(folder, 'dist/commands/another.js'))
  rmSync(join(folder, 'dist/commands/diff.js'))
  const help = helpOf(folder)
  expect(help).toMatch(/^ {2}another /m)
  expect(help).not.toMatch(/^ {2}diff /m)
})
