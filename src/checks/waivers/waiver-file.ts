import { shownPath } from '../../base/files/shown-path.js'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../base/errors.js'
import { isThere } from '../../base/files/make-folder.js'
import type { Configuration } from '../load/configuration.js'
import { sourceBytes } from '../../definitions/source-file.js'
import { DefinitionsError } from '../../base/position.js'
import { besideConfiguration } from '../settings.js'

/** Which file holds the waivers, and who must have signed it. */
export interface WaiverFile {
  /** Absolute. */
  readonly path: string
  /** How messages call it. */
  readonly label: string
  /** Whether the command line names it, which is a mistake of the user's where it is not there. */
  readonly isNamed: boolean
  /** An OpenSSH allowed-signers file, absolute; `undefined` when no signature is demanded. */
  readonly signers: string | undefined
}

/** What a waiver file is usually called. */
export const waiverFileName = 'waivers.yaml'

/**
 * The waiver file of a run: the one the command line names, else the deployment file's, else none.
 *
 * @param waiversFile `--waivers`: another file than the configured one. The demanded signature stays demanded
 */
export function waiverFileOf(
  waiversFile: string | undefined,
  { waivers }: Pick<Configuration, 'waivers'>,
): WaiverFile | undefined {
  const path = waiversFile === undefined ? waivers.file : resolve(waiversFile)
  return path === undefined
    ? undefined
    : { path, label: waiversFile ?? shownPath(path), isNamed: waiversFile !== undefined, signers: waivers.signers }
}

/** The same where there must be one. @throws UsageError */
export function demandedWaiverFile(
  waiversFile: string | undefined,
  configuration: Pick<Configuration, 'waivers'>,
): WaiverFile {
  const file = waiverFileOf(waiversFile, configuration)
  if (file !== undefined) return file
  throw new UsageError('no waiver file given', {
    hint: 'name one with --waivers, or in the deployment file: `waivers: { file: waivers.yaml }`',
  })
}

/**
 * Of a run that has no waiver file, one that looks like it: nothing is waived because of a file that merely lies there.
 */
export function unreadWaiverFile({ file }: Pick<Configuration, 'file'>): string | undefined {
  const beside = besideConfiguration(file, waiverFileName)
  return existsSync(beside) ? beside : undefined
}

/**
 * The bytes of a waiver file, read once: what is verified is what is compiled.
 *
 * @throws UsageError when the one that the command line names is not there; DefinitionsError when it cannot be read
 */
export async function readWaiverBytes({ path, label, isNamed }: WaiverFile): Promise<Uint8Array> {
  if (!(await isThere(path))) {
    if (isNamed)
      throw new UsageError(`waiver file ${label} not found`, {
        hint: '`preflight waiver add ID --waivers FILE` writes one',
      })
    throw invalidWaivers(label, 'unreadable-file', 'the waiver file that the deployment file names does not exist')
  }
  const bytes = await sourceBytes(path)
  if (typeof bytes === 'string') throw invalidWaivers(label, 'unreadable-file', `the waiver file ${bytes}`)
  return bytes
}

/** The error of a file that is wrong as a whole: exit 3. */
export function invalidWaivers(label: string, code: string, message: string, hint?: string): DefinitionsError {
  return new DefinitionsError([
    { position: { file: label, line: 1, column: 1 }, code, message, ...(hint === undefined ? {} : { hint }) },
  ])
}
