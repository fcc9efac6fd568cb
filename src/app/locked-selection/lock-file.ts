import { createHash } from 'node:crypto'
import { UsageError } from '../../kernel/errors.js'
import { isThere } from '../../kernel/is-there.js'
import { sourceBytes } from '../../load/source-file.js'
import { DefinitionsError } from '../../model/definitions-error.js'
import { LockFormatError, parseLock, type SelectionLock } from '../../model/selection-lock.js'
import { besideConfiguration, type DefinitionOptions } from '../settings.js'

/** The lock that is found without being named. */
export const lockFileName = 'preflight.lock'

export interface LockFileOptions extends Pick<DefinitionOptions, 'config'> {
  /** `--lock`; `preflight.lock` beside the deployment file when left out. */
  readonly lockFile?: string | undefined
}

export interface ReadLock {
  readonly lock: SelectionLock
  /** sha256 (hex) of the file. */
  readonly digest: string
  /** How messages call it. */
  readonly label: string
}

export function lockFileOf(options: LockFileOptions): string {
  return options.lockFile ?? besideConfiguration(options, lockFileName)
}

/**
 * Reads the lock, if there is one.
 *
 * @throws UsageError when one was named and is not there; DefinitionsError (exit 3) when what is there is none
 */
export async function readLock(options: LockFileOptions): Promise<ReadLock | undefined> {
  const label = lockFileOf(options)
  if (!(await isThere(label))) {
    if (options.lockFile === undefined) return undefined
    throw new UsageError(`there is no lock ${label}`, { hint: '`preflight lock` writes it' })
  }
  const bytes = await sourceBytes(label)
  if (typeof bytes === 'string') throw unusable(label, `the lock ${bytes}`)
  try {
    return { lock: parseLock(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)), digest: createHash('sha256').update(bytes).digest('hex'), label }
  } catch (error) {
    if (error instanceof LockFormatError) throw unusable(label, `this is no lock: ${error.message}`)
    if (error instanceof TypeError) throw unusable(label, 'this is no lock: it is not UTF-8')
    throw error
  }
}

function unusable(file: string, message: string): DefinitionsError {
  return new DefinitionsError([{ position: { file, line: 1, column: 1 }, code: 'invalid-lock', message, hint: '`preflight lock` writes it anew; compare it with the one before' }])
}
