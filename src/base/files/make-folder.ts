import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { codeOf } from '../errors.js'

/**
 * Makes a folder and those above it that do not exist. Node's own recursive `mkdir` never ends where a parent is there
 * and says that
 * nothing can exist in it, as `/proc` does: it takes ENOENT for a parent that is missing, for ever.
 *
 * @throws the system's error of the first folder that cannot be made
 */
export async function makeFolder(path: string, options: { readonly mode?: number } = {}): Promise<void> {
  const missing: string[] = []
  for (let folder = resolve(path); !(await isFolder(folder)); folder = dirname(folder)) missing.unshift(folder)
  for (const folder of missing) {
    await mkdir(folder, options).catch(async (error: unknown) => {
      // Another process may have made it meanwhile.
      if (codeOf(error) !== 'EEXIST' || !(await isFolder(folder))) throw error
    })
  }
}

/** @throws the system's error, except when there is nothing at the path */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory() || path === dirname(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
