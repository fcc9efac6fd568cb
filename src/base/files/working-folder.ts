import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf, UsageError } from '../errors.js'

/** The folder the command was typed in, while another one is worked in. */
let typedIn: string | undefined

/**
 * Works in another folder: relative paths, of this process and of what it starts, are meant from there until the work
 * is over.
 *
 * @throws UsageError (exit 2) that names the folder when it cannot be worked in; nothing was done then
 */
export async function workIn<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  const before = process.cwd()
  if (folder === before) return work()
  try {
    if (!(await stat(folder)).isDirectory()) throw new Error('it is not a folder')
    process.chdir(folder)
  } catch (error) {
    throw new UsageError(`the folder ${folder} cannot be worked in: ${messageOf(error)}`, {
      cause: error,
      hint: 'restore the folder',
    })
  }
  typedIn = before
  try {
    return await work()
  } finally {
    typedIn = undefined
    process.chdir(before)
  }
}

/** A path as a person types it: meant from the folder the command was typed in. */
export function typedPath(path: string): string {
  return resolve(typedIn ?? '', path)
}
