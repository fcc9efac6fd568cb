import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { codeOf, messageOf, OutputError } from '../kernel/errors.js'
import { makeFolder } from '../kernel/make-folder.js'
import { archiveName } from './partial.js'

/**
 * Makes sure that bundles can be written to a folder; makes one that is not there.
 *
 * @returns its absolute path
 * @throws OutputError when it is a link or no folder, or when every user of the machine could exchange what is in it
 */
export async function parentFolder(path: string): Promise<string> {
  const parent = resolve(path)
  const status = (await statusOf(parent)) ?? (await made(parent))
  if (status.isSymbolicLink()) throw new OutputError(`the bundle cannot be written to ${path}: it is a symbolic link`, { hint: 'name the folder that it points to' })
  if (!status.isDirectory()) throw new OutputError(`the bundle cannot be written to ${path}: it is not a folder`, { hint: 'name another with --output' })
  const isOpenToAll = (status.mode & 0o002) !== 0 && (status.mode & 0o1000) === 0
  if (isOpenToAll) throw new OutputError(`the bundle cannot be written to ${path}: every user of this machine may rename and remove what is in it`, { hint: 'name a folder of your own, or take that permission away' })
  return parent
}

/** @throws OutputError when anything, a link too, stands where the bundle would */
export async function refuseExisting(parent: string, name: string): Promise<void> {
  for (const path of [join(parent, name), join(parent, archiveName(name))]) {
    const status = await statusOf(path)
    if (status !== undefined) throw new OutputError(`the bundle cannot be written to ${path}: ${kindOf(status)} stands there`, { hint: 'choose another name; nothing is ever replaced' })
  }
}

async function made(parent: string): Promise<Stats> {
  try {
    await makeFolder(parent, { mode: 0o700 })
    return await lstat(parent)
  } catch (thrown) {
    throw new OutputError(`the folder ${parent} cannot be made: ${messageOf(thrown)}`, { cause: thrown, hint: 'name another with --output' })
  }
}

async function statusOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw new OutputError(`the bundle cannot be written to ${path}: ${messageOf(thrown)}`, { cause: thrown, hint: 'name another with --output' })
  })
}

function kindOf(status: Stats): string {
  if (status.isSymbolicLink()) return 'a symbolic link'
  if (status.isDirectory()) return 'a folder'
  return status.isFile() ? 'a file' : 'a special file'
}
