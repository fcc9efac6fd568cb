import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findProgram, programProblem } from '../../src/processes/start-problem.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-find-program-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Says which file it is. */
function program(name: string, mode = 0o755): void {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), '#!/bin/sh\nprintf %s "$0"\n')
  chmodSync(join(folder, name), mode)
}

beforeAll(() => {
  program('first/tool')
  program('second/tool')
  program('second/only')
  program('plain/tool', 0o644)
  program('here/tool')
  mkdirSync(join(folder, 'folders/tool'), { recursive: true })
  mkdirSync(join(folder, 'links'))
  symlinkSync(join(folder, 'second/only'), join(folder, 'links/tool'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'links/broken'))
})

const path = (...folders: readonly string[]): string =>
  folders.map((each) => (each === '' || each.startsWith('.') ? each : join(folder, each))).join(':')

// What the system starts itself is what each row is held to.
it.each([
  ['tool', path('first', 'second'), 'first/tool'],
  ['tool', path('second', 'first'), 'second/tool'],
  ['tool', path('nowhere', 'folders', 'second'), 'second/tool'],
  ['tool', path('links', 'first'), 'links/tool'],
  ['only', path('first', 'second'), 'second/only'],
  ['tool', path('nowhere', ''), 'here/tool'],
  ['tool', path('../first'), 'first/tool'],
  ['./tool', path('first'), 'here/tool'],
  ['../second/tool', path('first'), 'second/tool'],
  ['broken', path('links'), undefined],
  ['absent', path('first'), undefined],
])('finds %s as the system does', async (name, searchPath, expected) => {
  const cwd = join(folder, 'here')
  const found = await findProgram(name, cwd, searchPath)
  expect(found).toBe(expected === undefined ? undefined : join(folder, expected))
  const started = spawnSync(name, [], { cwd, env: { PATH: searchPath }, encoding: 'utf8' })
  if (expected === undefined) expect(started.error).toMatchObject({ code: 'ENOENT' })
  else expect(join(cwd, started.stdout).endsWith(expected) || started.stdout === join(folder, expected)).toBe(true)
})

it('passes over a file that may not be executed, and knows where to look without a PATH', async () => {
  expect(await findProgram('tool', '/', path('plain', 'second'))).toBe(join(folder, 'second/tool'))
  expect(await findProgram('sh', '/', '')).toMatch(/\/bin\/sh$/)
  expect(await findProgram('', '/', path('first'))).toBeUndefined()
})

it.each([
  ['tool', 'first', undefined],
  ['tool', 'plain', /^is not an executable file \(.*plain\/tool\)$/],
  ['tool', 'empty', /^was not found on the PATH$/],
  ['./here/tool', '', undefined],
  ['./plain/tool', '', /^is not an executable file$/],
  ['./nowhere', '', /^does not exist$/],
])('%s on %j: why it could not be started', async (name, searchPath, why) => {
  const found = await programProblem({ name, cwd: folder, searchPath })
  if (why === undefined) expect(found).toBeUndefined()
  else expect(found).toMatch(why)
})
