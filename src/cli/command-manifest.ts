import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The build's list of commands, with what oclif would load every one of them to learn.
 *
 * @public scripts/build.mjs writes it
 */
export const commandManifestName = 'oclif.manifest.json'

/**
 * What a list of commands was made from: their built files, and the package's own description.
 *
 * @param folder the package's
 * @returns SHA-256 in hexadecimal
 * @throws the system's error when there is no build
 */
export function digestOfCommands(folder: string): string {
  const commands = join(folder, 'dist/commands')
  const names = readdirSync(commands, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
  const hash = createHash('sha256').update(readFileSync(join(folder, 'package.json')))
  for (const name of names.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(commands, name)))
  return hash.digest('hex')
}

/**
 * Where oclif looks for the commands: in the build, where its list of them is still true; else in the package's folder,
 * where every command is loaded to learn which there are.
 *
 * @param folder the package's
 */
export function commandRoot(folder: string): string {
  try {
    const built = join(folder, 'dist')
    const { digest } = JSON.parse(readFileSync(join(built, commandManifestName), 'utf8')) as {
      readonly digest?: unknown
    }
    return digest === digestOfCommands(folder) ? built : folder
  } catch {
    return folder
  }
}
