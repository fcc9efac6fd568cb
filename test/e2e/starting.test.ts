import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf } from './cli/preflight.js'
import { program } from './program.js'
import { folderWith, nodeOf } from './stand-in-programs.js'

/** Starts the program as a shell does, where only these programs are found. */
function start(argv: readonly string[], path: string, variables: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8', env: { PATH: path, ...variables } })
  return { status, stdout, stderr }
}

const onlyNode = folderWith({ node: process.execPath })

describe('the program as a file that a shell starts', () => {
  it('needs no other program than a shell and node', () => {
    expect(start(['--version'], onlyNode)).toMatchObject({ status: 0, stderr: '' })
  })

  it('is found through a link with another name, from a path with blanks', () => {
    const folder = join(folderOf({}), 'a folder')
    mkdirSync(folder)
    symlinkSync(program, join(folder, 'pf'))
    const { status, stdout } = spawnSync(join(folder, 'pf'), ['--version'], {
      encoding: 'utf8',
      env: { PATH: onlyNode },
    })
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^preflight\//) })
  })

  it('keeps its own --env-file from Node, and every argument as it is', () => {
    const { status, stderr } = start(['run', '--env-file', ' not "there"\n$HOME', 'x'], onlyNode)
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('not "there"') })
    expect(stderr).toContain('$HOME')
  })

  it('says what is needed where there is no Node', () => {
    expect(start(['run'], folderOf({}))).toEqual({
      status: 2,
      stdout: '',
      stderr: 'preflight needs Node 20.19 or newer\n',
    })
  })
})

it('names all servers that the sandbox lacks, before it starts one', () => {
  const { status, stderr } = start(['sandbox', 'run'], onlyNode)
  expect(status).toBe(2)
  // Where the other servers are depends on the machine: Debian keeps some of them out of PATH.
  expect(stderr).toMatch(/^Error: the sandbox needs redis-server or valkey-server.*: not installed$/m)
  for (const line of ['apt-get install redis-server', 'apk add redis', 'dnf install', 'brew install', 'nix-shell -p'])
    expect(stderr).toContain(`\n  ${line}`)
})

describe('an old Node', () => {
  it.each(['8.17.0', '18.20.8', '20.18.3'])('%s is refused before anything is loaded', (version) => {
    for (const argv of [['run'], ['--version'], ['--help']])
      expect(start(argv, nodeOf(version))).toEqual({
        status: 2,
        stdout: '',
        stderr: `Error: preflight needs Node 20.19 or newer; this is ${version} (${process.execPath})\nHint:  install a newer Node, or put it first in PATH\n`,
      })
  })

  it.each(['20.19.0', '22.0.0', '100.1.0'])('%s starts', (version) => {
    expect(start(['--version'], nodeOf(version))).toMatchObject({ status: 0, stderr: '' })
  })
})
