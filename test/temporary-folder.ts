import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes that must be free in memory: databases are among what is put there. */
const needed = 4 * 1024 ** 3

/**
 * The folder in which this run of the tests makes its folders, removed at its end with whatever a killed test left
 * behind. In memory where the system has room for that: hundreds of folders are filled, flushed and removed.
 */
export function temporaryFolder(): string {
  const folder = folderIn('/dev/shm') ?? mkdtempSync(join(tmpdir(), 'preflight-tests-'))
  // PostgreSQL runs under another account than root and must reach its own folder in here.
  chmodSync(folder, 0o711)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** @returns `undefined` where there is no such place, too little room in it, or programs are not run from it */
function folderIn(place: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(place)
    if (bavail * bsize < needed) return undefined
    const folder = mkdtempSync(join(place, 'preflight-tests-'))
    const program = join(folder, 'program')
    writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o700 })
    if (spawnSync(program).status === 0) return folder
    rmSync(folder, { recursive: true, force: true })
    return undefined
  } catch {
    return undefined
  }
}
