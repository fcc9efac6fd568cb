import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

/** A file system of its own, without room. */
interface FullDisk {
  readonly folder: string
  /** Why there is none on this machine; empty where there is. */
  readonly obstacle: string
}

/** @param options of tmpfs(5): what there is room for */
function fullDisk(options: string): FullDisk {
  const folder = join(folderOf({}), 'full')
  mkdirSync(folder)
  if (process.getuid?.() !== 0) return { folder, obstacle: 'only root can mount a file system' }
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { encoding: 'utf8' })
  if (status !== 0) return { folder, obstacle: `no file system can be mounted here: ${stderr}` }
  try {
    for (let number = 0; ; number += 1) writeFileSync(join(folder, `fill-${number}`), Buffer.alloc(16 * 1024))
  } catch {
    return { folder, obstacle: '' }
  }
}

const books = join(import.meta.dirname, '../runbooks/crash/books')
const leaving = `title: leaves something running
target: a full disk
steps:
  - id: start
    run: { shell: 'echo started > started; echo started', leaves-running: true }
    effect: idempotent
`
const place = (): string =>
  folderOf({
    'packs/site/a.yaml': regionPack,
    'eu.env': 'REGION=eu\n',
    'us.env': 'REGION=us\n',
    'books/site/leaving.yaml': leaving,
  })
const onRun = ['run', ...ownPacks, '--env-file', 'eu.env', '--output', 'result.json']
const onCapture = ['incident', 'capture', ...ownPacks, '--env-file', 'us.env']
const onRunbook = ['runbook', 'run', 'example/five-steps', '--no-builtin', '--runbooks', books, '--param', 'log=log']

describe.each([
  ['without room for a byte', 'size=64k'],
  ['without room for a file', 'nr_inodes=3'],
])('a disk %s', (_, options) => {
  let disk: FullDisk
  beforeAll(() => {
    disk = fullDisk(options)
  })
  afterAll(() => {
    // It cannot be unmounted while a file on it is open: what failed for want of room has closed what it had opened.
    if (disk.obstacle === '') expect(spawnSync('umount', [disk.folder], { encoding: 'utf8' }).stderr).toBe('')
  })

  it.for([
    ['run', onRun],
    ['incident capture', onCapture],
    ['runbook run', onRunbook],
  ] as const)(
    'that TMPDIR is on changes nothing for %s, which needs no temporary file',
    async ([, words], { expect, skip }) => {
      skip(disk.obstacle !== '', disk.obstacle)
      const { exitCode, stdout, stderr } = await preflight(words, {
        cwd: place(),
        environment: { TMPDIR: disk.folder, HOME: folderOf({}) },
      })
      expect(exitCode, stdout + stderr).toBe(0)
    },
  )

  it.for([
    ['selftest', ['selftest']],
    ['runbook practice', ['runbook', 'practice', ...onRunbook.slice(2)]],
    ['sandbox run', ['sandbox', 'run']],
  ] as const)('that TMPDIR is on ends %s with 2 and what to do', async ([, words], { expect, skip }) => {
    skip(disk.obstacle !== '', disk.obstacle)
    const { exitCode, stderr } = await preflight(words, { cwd: place(), environment: { TMPDIR: disk.folder } })
    expect(exitCode, stderr).toBe(2)
    expect(stderr).toMatch(
      /^Error: cannot make a folder for temporary files in [^\n]+ENOSPC[^\n]+\nHint: {2}set TMPDIR to [^\n]+ has room\n$/m,
    )
  })

  it('that TMPDIR is on keeps a step from being started whose output has no place', async ({ expect, skip }) => {
    skip(disk.obstacle !== '', disk.obstacle)
    const cwd = place()
    const { exitCode, stdout, stderr } = await preflight(
      ['runbook', 'run', 'site/leaving', '--no-builtin', '--runbooks', 'books', '--state', 'state'],
      { cwd, environment: { TMPDIR: disk.folder } },
    )
    expect(exitCode, stdout + stderr).toBe(20)
    expect((stdout + stderr).replace(/\s+/g, ' ')).toContain('cannot create a file for its output: ENOSPC')
    expect(existsSync(join(cwd, 'started'))).toBe(false)
  })

  it('that HOME is on keeps nothing, and the verdict is as ever', async ({ expect, skip }) => {
    skip(disk.obstacle !== '', disk.obstacle)
    const cwd = place()
    const { exitCode, stderr } = await preflight(onRun, { cwd, environment: { HOME: disk.folder } })
    expect(exitCode, stderr).toBe(0)
    expect(stderr).toContain('this result was not kept for `preflight history`')
    expect(JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))).toMatchObject({
      verdict: 'go',
      state: 'complete',
    })
  })

  it.for([
    ['incident capture', onCapture],
    ['runbook run', onRunbook],
  ] as const)('that HOME is on ends %s with 74, and nothing was done', async ([, words], { expect, skip }) => {
    skip(disk.obstacle !== '', disk.obstacle)
    const cwd = place()
    const { exitCode, stderr } = await preflight(words, { cwd, environment: { HOME: disk.folder } })
    expect(exitCode, stderr).toBe(74)
    expect(stderr).toMatch(/^Error: [^\n]*ENOSPC[^\n]*$/m)
    expect(stderr).toMatch(/^Hint: {2}[^\n]+$/m)
    expect(existsSync(join(cwd, 'log'))).toBe(false)
  })

  it('that the result is to be written to ends a run with 74, never with a go', async ({ expect, skip }) => {
    skip(disk.obstacle !== '', disk.obstacle)
    const { exitCode, stderr } = await preflight([...onRun.slice(0, -1), join(disk.folder, 'result.json')], {
      cwd: place(),
    })
    expect(exitCode, stderr).toBe(74)
    expect(stderr).toMatch(/^Error: [^\n]*ENOSPC/m)
  })
})
