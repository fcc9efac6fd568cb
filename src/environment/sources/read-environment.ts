import { Secret } from '../../redaction/secret-value.js'
import type { TestedVariable } from '../environment.js'
import type { Diagnostic, Position } from '../../base/position.js'
import { Problems } from '../../definitions/problems.js'
import { codeOf, messageOf, UsageError } from '../../base/errors.js'
import { readableOf } from '../../base/files/pipes.js'

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
