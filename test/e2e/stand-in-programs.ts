import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf } from './cli/preflight.js'

/** A folder with links to programs, by the name of each. */
export function folderWith(links: Readonly<Record<string, string>>): string {
  const folder = folderOf({})
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name))
  return folder
}

/** The folder of a Node that says that it is of this version. */
export function nodeOf(version: string): string {
  const folder = folderOf({
    'version.cjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })\n`,
  })
  const file = join(folder, 'node')
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' --require '${folder}/version.cjs' "$@"\n`)
  chmodSync(file, 0o755)
  return folder
}
