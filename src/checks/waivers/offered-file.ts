import { shownPath } from '../../base/files/shown-path.js'
import { dirname, relative, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse, parseDocument } from 'yaml'
import { PreflightError, UsageError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { isThere } from '../../base/files/make-folder.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { commandLine } from '../../base/text/shell-words.js'
import { sourceBytes } from '../../definitions/source-file.js'
import { UnansweredError, type Person } from '../../engine/person.js'
import type { Configuration } from '../load/configuration.js'
import { besideConfiguration } from '../settings.js'
import { waiverFileName, type WaiverFile } from './waiver-file.js'

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
