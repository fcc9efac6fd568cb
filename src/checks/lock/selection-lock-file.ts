import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { UsageError, DefinitionsError } from '../../base/errors.js'
import { isThere } from '../../base/files/state-folder.js'
import { sourceBytes } from '../../definitions/source-file.js'
import { LockFormatError, parseLock, type SelectionLock, type AskedSelection } from './selection-lock.js'
import { besideConfiguration, configurationFileOf, withoutGates, type DefinitionOptions } from '../settings.js'
import type { WaiverDemand } from '../waivers/waiver-signature.js'
import type { SelectionRequest } from '../plan/plan.js'
import type { Configuration } from '../load/configuration.js'

/** The lock that is found without being named. */
const lockFileName = 'preflight.lock'

export interface LockFileOptions extends Pick<DefinitionOptions, 'config'> {
  /** `--lock`; `preflight.lock` beside the deployment file when left out. */
  readonly lockFile?: string | undefined
}

interface LockFile {
  /** Its path, by which messages call it. */
  readonly label: string
  /** Whether `--lock` named it. */
  readonly isNamed: boolean
}

export interface ReadLock extends LockFile {
  readonly lock: SelectionLock
  /** sha256 (hex) of the file. */
  readonly digest: string
}

export function lockFileOf(options: LockFileOptions): LockFile {
  const { lockFile } = options
  return {
    label: lockFile ?? besideConfiguration(configurationFileOf(options), lockFileName),
    isNamed: lockFile !== undefined,
  }
}

/**
 * Reads the lock, if there is one.
 *
 * @throws UsageError when one was named and is not there; DefinitionsError (exit 3) when what is there is not a lock
 */
export async function readLock({ label, isNamed }: LockFile): Promise<ReadLock | undefined> {
  if (!(await isThere(label))) {
    if (!isNamed) return undefined
    throw notThere(label)
  }
  const bytes = await sourceBytes(label)
  if (typeof bytes === 'string') throw unusable(label, `the lock ${bytes}`)
  try {
    return {
      lock: parseLock(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)),
      digest: createHash('sha256').update(bytes).digest('hex'),
      label,
      isNamed,
    }
  } catch (error) {
    if (error instanceof LockFormatError) throw unusable(label, `this is not a lock: ${error.message}`)
    if (error instanceof TypeError) throw unusable(label, 'this is not a lock: it is not UTF-8')
    throw error
  }
}

/**
 * The same where there must be one. @throws UsageError when it is not there; DefinitionsError (exit 3) when it is not a
 * lock
 */
export async function existingLock(file: LockFile): Promise<ReadLock> {
  const read = await readLock(file)
  if (read === undefined) throw notThere(file.label)
  return read
}

function notThere(label: string): UsageError {
  return new UsageError(`lock ${label} not found`, { hint: '`preflight lock` writes it' })
}

/** Which waivers count under a lock; `undefined` for one of the format before, which does not say. */
export function demandOf({ lock, label }: ReadLock): WaiverDemand | undefined {
  return lock.demands === undefined
    ? undefined
    : { label, folder: dirname(resolve(label)), waivers: lock.demands.waivers }
}

function unusable(file: string, message: string): DefinitionsError {
  return new DefinitionsError([
    {
      position: { file, line: 1, column: 1 },
      code: 'invalid-lock',
      message,
      hint: '`preflight lock` writes it again; compare it with the previous one',
    },
  ])
}

/** What was asked for, without what the deployment file selects. */
export function askedSelection({ given, stages, skip, phase, gates }: SelectionRequest): AskedSelection {
  const asked = { selectors: [...given], stages: [...stages], skip: [...skip], phase }
  return gates === undefined ? asked : { ...asked, gates }
}

/** What a lock was made of, asked for again: without a selector it is whatever the deployment file says now. */
export function lockedRequest(
  { selection, profile }: Pick<SelectionLock, 'selection' | 'profile'>,
  configuration: Pick<Configuration, 'file' | 'root' | 'select' | 'gates'>,
): SelectionRequest {
  return {
    ...selection,
    selectors: selection.selectors.length > 0 ? selection.selectors : (configuration.select ?? []),
    given: selection.selectors,
    profile,
    withoutGates: withoutGates(selection.gates, configuration),
  }
}
