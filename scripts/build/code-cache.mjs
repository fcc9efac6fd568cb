import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleLaunch } from './bundle.mjs'

const warmUp = fileURLToPath(new URL('warm-up.mjs', import.meta.url))

/**
 * Writes V8's code caches of the bundle: what was compiled once a typical command line was carried out. What loads them
 * knows the sha256 of each, and of the bundle.
 */
export async function writeCodeCache() {
  const home = mkdtempSync(join(tmpdir(), 'preflight-build-'))
  try {
    const [madeBy] = ['help', 'run'].map((purpose) => warmUpFor(purpose, home))
    await bundleLaunch({
      madeBy,
      bundle: digestOf('dist/preflight.cjs'),
      caches: { help: digestOf('dist/preflight-help.cache'), run: digestOf('dist/preflight-run.cache') },
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** @returns for which machine the cache is */
function warmUpFor(purpose, home) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--', warmUp, 'dist', purpose], {
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the code cache was not made: ${stderr}`)
  return stdout.trim().split('\n').at(-1)
}

function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
