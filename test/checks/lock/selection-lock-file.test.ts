import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockFileOf, readLock } from '../../../src/checks/lock/selection-lock-file.js'
import { DefinitionsError } from '../../../src/base/errors.js'

/** A folder with a deployment file, where a lock would be found without being named. */
function place() {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'preflight.lock')
  return { path, read: () => readLock(lockFileOf({ config: join(folder, 'preflight.yaml') })) }
}

/** The problems of an unusable lock. */
async function problemsOf(reading: Promise<unknown>): Promise<readonly string[]> {
  const error = await reading.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DefinitionsError)
  return (error as DefinitionsError).diagnostics.map(({ code, message }) => `${code}: ${message}`)
}

describe('the lock that is found without being named', () => {
  it('is none where nothing of its name is', async () => {
    expect(await place().read()).toBeUndefined()
  })

  it.each<[string, (path: string) => void, string]>([
    ['a link that leads nowhere', (path) => symlinkSync('gone', path), 'cannot be read (ENOENT)'],
    ['a link to itself', (path) => symlinkSync('preflight.lock', path), 'cannot be read (ELOOP)'],
    ['a folder', (path) => mkdirSync(path), 'is not a regular file'],
    ['a pipe without a writer', (path) => void execFileSync('mkfifo', [path]), 'is not a regular file'],
    ['an endless device', (path) => symlinkSync('/dev/zero', path), 'is not a regular file'],
    ['too large', (path) => writeFileSync(path, ' '.repeat(4 * 1024 * 1024 + 1)), 'is larger than 4194304 bytes'],
  ])('is refused, not passed over, where it is %s', async (_, make, why) => {
    const { path, read } = place()
    make(path)
    expect(await problemsOf(read())).toEqual([`invalid-lock: the lock ${why}`])
  })
})
