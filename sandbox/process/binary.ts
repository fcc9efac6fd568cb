import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program the sandbox needs is not installed. The message says which Debian package brings it. */
export class MissingBinaryError extends Error {
  readonly code = 'SANDBOX_BINARY_MISSING'
  readonly hint: string

  constructor(names: readonly string[], aptPackage: string) {
    super(`the sandbox needs ${names.join(' or ')}, which is not installed`)
    this.name = 'MissingBinaryError'
    this.hint = `install it: apt-get install ${aptPackage}`
    this.message += ` (${this.hint})`
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first executable of these names on PATH or in the further folders; undefined when there is none. */
export function findBinary(names: readonly string[], furtherFolders: readonly string[] = []): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
    '/usr/sbin',
    '/sbin',
    ...furtherFolders,
  ]
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name)
      if (isExecutable(path)) return path
    }
  }
  return undefined
}

/**
 * As findBinary, for a program without which nothing works.
 * @throws MissingBinaryError
 */
export function requireBinary(
  names: readonly string[],
  aptPackage: string,
  furtherFolders: readonly string[] = [],
): string {
  const path = findBinary(names, furtherFolders)
  if (path === undefined) throw new MissingBinaryError(names, aptPackage)
  return path
}
