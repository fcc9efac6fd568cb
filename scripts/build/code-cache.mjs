import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleLaunch } from './bundle.mjs'

const warmUp = fileURLToPath(new URL('warm-up.mjs', import.meta.url))

/**
 * Writes V8's code cache of the bundle: what was compiled once typical command lines were carried out. What loads it
 * knows the sha256 of both.
 */
export async function writeCodeCache() {
  const home = mkdtempSync(join(tmpdir(), 'preflight-build-'))
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--', warmUp, 'dist'], {
      env: { PATH: process.env.PATH, HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the code cache was not made: ${stderr}`)
    const madeBy = stdout.trim().split('\n').at(-1)
    await bundleLaunch({ madeBy, bundle: digestOf('dist/preflight.cjs'), cache: digestOf('dist/preflight.cache') })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
