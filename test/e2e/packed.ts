import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface PackedProgram {
  /** Absolute path of the tarball. */
  readonly file: string
  /** `sha512-…` */
  readonly integrity: string
}

/** Packs what was built before the tests. */
export function packedInto(folder: string): PackedProgram {
  const root = join(import.meta.dirname, '../..')
  const { status, stderr } = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`)
  const file = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  )
  return { file, integrity: `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}` }
}
