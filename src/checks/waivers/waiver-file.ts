import { shownPath } from '../../base/files/shown-path.js'
import { existsSync } from 'node:fs'
import { resolve, dirname, relative } from 'node:path'
import { UsageError, PreflightError, exitCodes, DefinitionsError } from '../../base/errors.js'
import { isThere } from '../../base/files/state-folder.js'
import type { Configuration } from '../load/configuration.js'
import { sourceBytes } from '../../definitions/source-file.js'
import { besideConfiguration } from '../settings.js'
import { isDeepStrictEqual } from 'node:util'
import { parse, parseDocument } from 'yaml'
import { replaceFile } from '../../base/files/whole-file.js'
import { commandLine } from '../../base/text/shell-words.js'
import { UnansweredError, type Person } from '../../engine/person.js'

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

interface Offered {
  readonly file: WaiverFile
  /** Has every run read the file: the deployment file names it from then on. */
  name(): Promise<string>
}

/**
 * A waiver file for a deployment that has none: beside its deployment file, which will name it.
 *
 * @param words what was given, as a command line
 * @throws UsageError with the whole command, when no person can be asked, or the answer is no; PreflightError when
 *   there was no answer
 */
export async function offeredFile(
  configuration: Pick<Configuration, 'file' | 'waivers'>,
  words: readonly string[],
  person: Person | undefined,
  signal: AbortSignal,
): Promise<Offered> {
  const path = resolve(besideConfiguration(configuration.file, waiverFileName))
  const label = shownPath(path)
  const entry = `waivers: { file: ${waiverFileName} }`
  const refuse = (): UsageError =>
    new UsageError('no waiver file given', {
      hint: `\`${commandLine(['preflight', 'waiver', 'add', ...words, '--waivers', label])}\` writes one; so that every run reads it, write \`${entry}\` in ${configuration.file}`,
    })
  if (person === undefined) throw refuse()
  const [does, names] = await Promise.all([isThere(path), isThere(configuration.file)])
  const picked = await answered(
    person.pick(
      {
        ask: `${does ? 'Use' : 'Write'} ${label} beside ${configuration.file}?`,
        explain: `No waiver file is named. A run reads none that merely lies there: ${configuration.file} must name it.`,
      },
      [
        {
          value: 'yes',
          title: `yes, and ${names ? `add ${entry} to` : `write ${entry} into a new`} ${configuration.file}`,
        },
        { value: 'no', title: 'no: name another with --waivers' },
      ],
      signal,
    ),
  )
  if (picked !== 'yes') throw refuse()
  return {
    file: { path, label, isNamed: false, signers: configuration.waivers.signers },
    name: () => nameIn(configuration.file, path),
  }
}

/** @returns the deployment file */
async function nameIn(file: string, waivers: string): Promise<string> {
  const before = (await isThere(file)) ? await sourceBytes(file) : ''
  const text = typeof before === 'string' ? before : new TextDecoder().decode(before)
  await replaceFile(file, withWaiverFile(text, relative(dirname(resolve(file)), waivers)), {
    what: 'deployment file',
    ...(before === '' ? { mode: 0o644 } : {}),
  })
  return file
}

/** A deployment file without a mistake that names a waiver file too; all else stays as it is written, comments too. */
function withWaiverFile(text: string, name: string): string {
  const document = parseDocument(text, { version: '1.2', schema: 'core' })
  document.setIn(['waivers', 'file'], name)
  const appended = `${text === '' || text.endsWith('\n') ? text : `${text}\n`}waivers: { file: ${name} }\n`
  return isSame(appended, document.toJS()) ? appended : document.toString({ lineWidth: 0 })
}

function isSame(text: string, expected: unknown): boolean {
  try {
    return isDeepStrictEqual(parse(text, { version: '1.2', schema: 'core' }), expected)
  } catch {
    return false
  }
}

/** @throws PreflightError when a question was not answered */
export async function answered<Value>(question: Promise<Value>): Promise<Value> {
  try {
    return await question
  } catch (error) {
    if (error instanceof UnansweredError)
      throw new PreflightError('unanswered', exitCodes.usage, `${error.message}; nothing was written`, { cause: error })
    throw error
  }
}
