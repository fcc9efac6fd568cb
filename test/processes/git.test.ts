import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gitState, repositoryState } from '../../src/processes/git.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-git-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

function commit(): string {
  git('init', '--quiet', '--initial-branch', 'release')
  writeFileSync(join(folder, 'kept'), 'a')
  writeFileSync(join(folder, 'gone'), 'a')
  git('add', '.')
  git('commit', '--quiet', '--message', 'one')
  return git('rev-parse', 'HEAD')
}

it('a clean checkout', async () => {
  const head = commit()
  expect(await repositoryState(folder)).toEqual({
    commit: head,
    branch: 'release',
    dirty: false,
    changed: [],
    omitted: 0,
  })
  expect(await gitState(folder)).toEqual({ commit: head, dirty: false })
})

it('names what differs, also what no terminal likes, and tells files apart that git does not know', async () => {
  const head = commit()
  writeFileSync(join(folder, 'kept'), 'b')
  rmSync(join(folder, 'gone'))
  writeFileSync(join(folder, 'a "name"\n\u001B[2J'), '')
  mkdirSync(join(folder, 'below'))
  writeFileSync(join(folder, 'below/x'), '')
  expect(await repositoryState(folder)).toEqual({
    commit: head,
    branch: 'release',
    dirty: true,
    changed: [
      { state: ' D', file: 'gone' },
      { state: ' M', file: 'kept' },
      { state: '??', file: 'a "name"\n\u001B[2J' },
      { state: '??', file: 'below/' },
    ],
    omitted: 0,
  })
})

it('files that git does not know alone make nothing dirty', async () => {
  commit()
  writeFileSync(join(folder, 'notes'), '')
  expect(await repositoryState(folder)).toMatchObject({ dirty: false, changed: [{ state: '??', file: 'notes' }] })
})

it('names a hundred files and counts the rest', async () => {
  commit()
  for (let index = 0; index < 105; index++) writeFileSync(join(folder, `new-${index}`), '')
  const state = await repositoryState(folder)
  expect([state?.changed.length, state?.omitted]).toEqual([100, 5])
})

it('no branch is checked out', async () => {
  const head = commit()
  git('checkout', '--quiet', '--detach')
  expect(await repositoryState(folder)).toMatchObject({ commit: head, branch: null })
})

it('no checkout, and no folder', async () => {
  expect(await repositoryState(folder)).toBeNull()
  expect(await repositoryState(join(folder, 'nowhere'))).toBeNull()
})

it('does not run the file system monitor that the checkout names', async () => {
  commit()
  const witness = join(folder, 'ran')
  writeFileSync(join(folder, 'monitor'), `#!/bin/sh\ntouch '${witness}'\n`, { mode: 0o755 })
  git('config', 'core.fsmonitor', join(folder, 'monitor'))
  const state = await repositoryState(folder)
  expect(state?.changed.map(({ file }) => file)).toEqual(['monitor'])
  expect(existsSync(witness)).toBe(false)
  git('status')
  expect(existsSync(witness)).toBe(true)
})
