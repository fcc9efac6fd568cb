import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../base/package.js'

/** What decides a verdict: the code that runs, the packs and runbooks, the versions of what it is built upon. */
const single = ['bin/run.js', 'npm-shrinkwrap.json', 'package.json']
const compiled = ['checks', 'dist', 'runbooks']
const sources = ['checks', 'commands', 'runbooks', 'src']

/**
 * sha256 (hex) of the list of the tool's own files, as `sha256sum` writes it, by path: what was installed can be listed
 * the same way. What
 * is installed beside it, in node_modules, is in it by version only.
 *
 * @param folder of the package
 * @param isCompiled whether the code runs from `dist`, or from its sources
 */
export async function toolDigest(
  folder = fileURLToPath(packageRoot),
  isCompiled = import.meta.url.startsWith(new URL('dist/', packageRoot).href),
): Promise<string> {
  const files = [...single, ...(isCompiled ? compiled : sources)]
    .flatMap((name) => filesAt(join(folder, name)))
    .toSorted()
  const list = createHash('sha256')
  for (const [at, file] of files.entries()) {
    list.update(`${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${relative(folder, file)}\n`)
    // A thousand reads in the thread pool would hold up the look-up of names; a thousand here, everything.
    if (at % 32 === 31) await setImmediate()
  }
  return list.digest('hex')
}

/** A file, or all regular files below a folder; nothing where neither is there. */
function filesAt(path: string): readonly string[] {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status?.isDirectory() !== true) return status === undefined ? [] : [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
