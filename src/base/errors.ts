import type { FailureClass } from './vocabulary.js'
import { withArticle, counted } from './text/wording.js'

interface PreflightErrorOptions {
  /** What the reader can do about it, in one sentence. */
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/**
 * An error a person is meant to read: a stable code, a message, a hint, a cause, and the exit code it leads to.
 *
 * `oclif.exit` repeats the exit code because oclif reads it there when an error escapes a command.
 */
export class PreflightError extends Error {
  override readonly name: string = 'PreflightError'
  readonly hint: string | undefined
  readonly oclif: { readonly exit: number }

  constructor(
    readonly code: string,
    readonly exitCode: ExitCode,
    message: string,
    options: PreflightErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.hint = options.hint
    this.oclif = { exit: exitCode }
  }
}

/** The command line is wrong: exit 2. */
export class UsageError extends PreflightError {
  override readonly name = 'UsageError'
  constructor(message: string, options: PreflightErrorOptions = {}) {
    super('usage', exitCodes.usage, message, options)
  }
}

/** A report or result could not be written: exit 74. */
export class OutputError extends PreflightError {
  override readonly name = 'OutputError'
  constructor(message: string, options: PreflightErrorOptions = {}) {
    super('output', exitCodes.output, message, options)
  }
}

/**
 * A peer or a process stayed silent until the time limit. A probe throws it when its driver's own limit fires first;
 * the outcome is `timeout`, as if the attempt's limit had passed.
 */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
}

/**
 * What a probe would have to look at is on another host, so that it cannot be judged from this one. The outcome is
 * `not-applicable`, with this message, and a go of such a run is for a part.
 */
export class ElsewhereError extends Error {
  override readonly name = 'ElsewhereError'
}

/**
 * The peer answered in a way that observes nothing: it was asked too often, or it has locked the account. Thrown past
 * every judgement, so that no expectation can take it for an answer. The outcome is `error`.
 */
export class UnobservedError extends Error {
  override readonly name = 'UnobservedError'

  /**
   * @param code begins the message
   * @param is whether a later attempt may succeed, and what the failure most likely is, where that is not what a
   *   failure of the check is
   */
  constructor(
    code: string,
    message: string,
    readonly is: { readonly isTransient: boolean; readonly class?: FailureClass },
  ) {
    super(`${code}: ${message}`)
  }
}

/** The message of anything that was thrown, an Error or not. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  return typeof thrown === 'string' ? thrown : `${withArticle(typeof thrown)} was thrown`
}

/** The system's code of an error (`ECONNREFUSED`, `28P01`), or the empty string. */
export function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return ''
  return typeof thrown.code === 'string' ? thrown.code : ''
}

const noRoom = 'out of room on a disk: make some, or set TMPDIR to a folder on another one'

const shortages: Readonly<Record<string, string>> = {
  EMFILE: 'out of file descriptors: raise the limit, such as with `ulimit -n 1024`',
  ENFILE: 'out of file descriptors on this machine',
  ENOMEM: 'out of memory',
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  ERR_WORKER_OUT_OF_MEMORY: 'out of memory',
}

/**
 * What this machine ran out of, when that is what an error or one of its causes says; `undefined` for any other error.
 */
export function shortageOf(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    // oclif packs the error of a module that cannot be loaded into one of its own, and keeps only the text.
    const code = Object.hasOwn(shortages, codeOf(error))
      ? codeOf(error)
      : /\b(?:EMFILE|ENFILE|ENOMEM|ENOSPC|EDQUOT)\b/.exec(error.message)?.[0]
    if (code !== undefined) return shortages[code]
  }
  return undefined
}

/** Every exit code preflight ends with. The same number means the same thing in every command and format. */
export const exitCodes = {
  /** go */
  go: 0,
  /** no-go: at least one check failed */
  failed: 1,
  /** the command line is wrong */
  usage: 2,
  /** definitions, waivers or configuration are invalid, or nothing was selected */
  invalid: 3,
  /** no-go: nothing failed, but something could not be evaluated (error, timeout, blocked) */
  notEvaluated: 4,
  /** no-go: warnings, under --fail-on-warn */
  warned: 5,
  /** runbook: a step failed */
  runFailed: 20,
  /** runbook: what was done is undone */
  runUndone: 21,
  /** runbook: what was done could not be undone; the worst of all */
  undoFailed: 22,
  /** runbook: a question was refused, or there was no one to ask */
  runCancelled: 23,
  /** runbook: it is unknown whether a step took effect, and an operator must say */
  outcomeUnknown: 24,
  /** runbook: somebody else holds the lock */
  locked: 25,
  /** runbook: what would be run is not what was planned, or not what the run was started with */
  changed: 26,
  /** runbook: the journal cannot be trusted */
  journalDamaged: 27,
  /** incident: the bundle is not what was written, or shows a secret */
  bundleUntrusted: 28,
  /** runbook: all that is missing from a checklist is the word of a person */
  checklistOpen: 29,
  /** a bug of ours, or a gap in the accounting */
  internal: 70,
  /** a report or a result could not be written */
  output: 74,
  hangup: 129,
  interrupt: 130,
  terminate: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A place in a file; line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A problem in a definition, configuration or environment file. Never quotes a value that may be secret. */
export interface Diagnostic {
  readonly position: Position
  /** A stable, kebab-case code: `unknown-key`, `duplicate-id`, `expression`, … */
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** `file:line:col`, the form editors and terminals understand; without a line the file, such as `command line`. */
export function formatPosition({ file, line, column }: Position): string {
  return line < 1 ? file : `${file}:${line}:${column}`
}

/** Definitions, configuration or inputs are invalid: exit 3, with every problem that was found. */
export class DefinitionsError extends PreflightError {
  override readonly name = 'DefinitionsError'

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super('invalid', exitCodes.invalid, `${counted(diagnostics.length, 'problem')} in the definitions`)
  }
}
