import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const needed = 4 * 1024 ** 3

/**
 * Where the temporary folders of tests can be in memory: a few hundred are filled, flushed and removed, databases among them.
 *
 * @returns `undefined` where the system has no such place, too little room in it (bytes), or runs no programs from it
 */
export function memoryFolder(place = '/dev/shm'): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(place)
    return bavail * bsize >= needed && runsPrograms(place) ? place : undefined
  } catch {
    return undefined
  }
}

function runsPrograms(place: string): boolean {
  const folder = mkdtempSync(join(place, 'preflight-tests-'))
  try {
    const program = join(folder, 'program')
    writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o700 })
    return spawnSync(program).status === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
