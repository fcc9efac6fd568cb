import { Secret } from '../../redaction/secret-value.js'
import type { TestedVariable } from '../environment.js'
import { type Diagnostic, type Position, codeOf, messageOf, UsageError } from '../../base/errors.js'
import { Problems } from '../../definitions/yaml-node.js'
import { readableOf } from '../../base/files/pipes.js'
import { readAgreedLine } from './agreed-line.js'
import { decodeSource } from './env-source-text.js'

/** What a source says of the environment. Use none of it when anything is wrong with the source itself. */
export interface ReadEnvironment {
  /** In the order of their first assignment. */
  readonly variables: readonly (readonly [string, TestedVariable])[]
  /**
   * Variables that are set to what the source cannot tell, each with the reason: a mistake, unless a later source sets
   * them.
   */
  readonly unknown: readonly (readonly [string, Diagnostic])[]
  readonly diagnostics: readonly Diagnostic[]
  /** What a reader of the report should know of the source, each once; none holds a value. */
  readonly notices: readonly string[]
}

type Setting =
  | { readonly isKnown: true; readonly variable: TestedVariable }
  | { readonly isKnown: false; readonly reason: Diagnostic }

/** What has been read of one source so far. */
export class EnvironmentDraft {
  readonly #settings = new Map<string, Setting>()
  readonly #notices = new Set<string>()
  readonly problems = new Problems()

  /** The later one wins. */
  set(name: string, value: string, { file, line }: Position): void {
    this.#settings.set(name, { isKnown: true, variable: { value: new Secret(value), origin: { source: file, line } } })
  }

  /** @param reason names the variable, and never a value */
  setUnknown(name: string, reason: Diagnostic): void {
    this.#settings.set(name, { isKnown: false, reason })
  }

  unset(name: string): void {
    this.#settings.delete(name)
  }

  report(position: Position, code: string, message: string, hint?: string): void {
    this.problems.report(position, code, message, hint)
  }

  /** Adds a notice about the source that is not a mistake; the same notice is shown once. */
  remark(notice: string): void {
    this.#notices.add(notice)
  }

  /** The value of a variable: `undefined` when it is not set, `null` when it is set to what the source cannot tell. */
  value(name: string): string | undefined | null {
    const setting = this.#settings.get(name)
    return setting?.isKnown === true ? setting.variable.value.reveal() : setting === undefined ? undefined : null
  }

  /** Takes over what another source says, over what is here. */
  add(other: EnvironmentDraft): void {
    for (const [name, setting] of other.#settings) this.#settings.set(name, setting)
    for (const notice of other.#notices) this.#notices.add(notice)
    for (const { position, code, message, hint } of other.problems.found())
      this.problems.report(position, code, message, hint)
  }

  variable(name: string): TestedVariable | undefined {
    const setting = this.#settings.get(name)
    return setting?.isKnown === true ? setting.variable : undefined
  }

  done(): ReadEnvironment {
    const settings = [...this.#settings]
    return {
      variables: settings.flatMap(([name, setting]) => (setting.isKnown ? [[name, setting.variable] as const] : [])),
      unknown: settings.flatMap(([name, setting]) => (setting.isKnown ? [] : [[name, setting.reason] as const])),
      diagnostics: this.problems.sorted(),
      notices: [...this.#notices],
    }
  }
}

/** Of one source whose text cannot be read at all. */
export function unreadable(reason: Diagnostic): ReadEnvironment {
  return { variables: [], unknown: [], diagnostics: [reason], notices: [] }
}

/**
 * Far above what any process can be started with, and above any manifest; a greater file is something else. In bytes.
 */
export const largestSource = 4 * 1024 * 1024

/** How a file is called where it cannot be read, and what should have been named instead. */
export interface SourceWording {
  readonly what: string
  readonly hint: string
}

/**
 * Reads a file that variables come from, or a pipe such as a shell's `<(…)`.
 *
 * @param silence milliseconds that a pipe may be silent
 * @throws UsageError when there is no readable file of that name, it is over 4 MiB, or it is a pipe that nothing is
 *   written to
 */
export async function readSourceBytes(path: string, { what, hint }: SourceWording, silence?: number): Promise<Buffer> {
  if (path.includes('\0')) throw new UsageError('the name of a file contains a NUL character')
  try {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of readableOf(path, { last: largestSource, silence }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > largestSource) throw new UsageError(`${what} ${path} is over 4 MiB`, { hint })
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${what} ${path} ${failures[codeOf(error)] ?? `cannot be read: ${messageOf(error)}`}`, {
      hint,
      cause: error,
    })
  }
}

const failures: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'is not readable by this user',
  EPERM: 'is not readable by this user',
}

/** docker alone keeps a pair of quotes around the whole value, so that it is not a fault. */
const quotesNotice =
  "Quotes around values of --env-file are read as python-dotenv, a shell and systemd do: they are not part of the value. docker's --env-file keeps them; if docker reads the file, name it with --env-docker (reader docker)."

/**
 * Reads the assignments of an environment file that all readers read alike (see `readAgreedLine` for the grammar).
 * Every problem is reported with its place, and never with a piece of the file, which may be a secret.
 *
 * @param file the name that positions carry
 */
export function parseEnvironmentFile(bytes: Buffer, file: string): ReadEnvironment {
  const { source, damage } = decodeSource(bytes, file)
  if (damage !== undefined) return unreadable(damage)
  const draft = new EnvironmentDraft()
  for (let start = 0; start < source.text.length;) {
    const assignment = readAgreedLine(source.text, start)
    if (assignment.kind === 'fault')
      draft.report(source.position(assignment.at), assignment.code, assignment.message, assignment.hint)
    if (assignment.kind === 'assignment') {
      setOnce(draft, assignment.name, assignment.value, source.position(start))
      if (assignment.isQuoted) draft.remark(quotesNotice)
    }
    start = assignment.end + 1
  }
  return draft.done()
}

/**
 * Whatever reads such files lets the last of two assignments win, so an equal repetition is harmless; of two values one
 * is not meant.
 */
export function setOnce(
  draft: EnvironmentDraft,
  name: string,
  value: string,
  position: Parameters<EnvironmentDraft['set']>[2],
): void {
  const earlier = draft.variable(name)
  if (earlier !== undefined && earlier.value.reveal() !== value) {
    draft.report(
      position,
      'duplicate-variable',
      `${name} has another value on line ${earlier.origin.line}`,
      'keep one of the two assignments',
    )
  }
  draft.set(name, value, position)
}

/**
 * Reads an environment file from disk; a pipe such as a shell's `<(…)` works as well.
 *
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readEnvironmentFile(path: string): Promise<ReadEnvironment> {
  return parseEnvironmentFile(
    await readSourceBytes(path, { what: 'environment file', hint: 'name a readable file of NAME=value lines' }),
    path,
  )
}
