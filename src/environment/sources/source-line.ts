/** What is at a place of an environment file, and where the text after it goes on. */
export type Assignment =
  | { readonly kind: 'blank'; readonly end: number }
  | {
      readonly kind: 'assignment'
      readonly name: string
      readonly value: string
      readonly isQuoted: boolean
      readonly end: number
    }
  | Fault

/** A place that cannot be read. `end` is where reading can go on, the end of the text when it cannot. */
export interface Fault {
  readonly kind: 'fault'
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly at: number
  readonly end: number
}

export const lineVariableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Names that a shell keeps for itself: it refuses to set them, or gives them another value. */
export const shellOwnNames: ReadonlySet<string> = new Set([
  '_',
  'BASHOPTS',
  'BASHPID',
  'BASH_VERSINFO',
  'EPOCHREALTIME',
  'EPOCHSECONDS',
  'EUID',
  'FUNCNAME',
  'GROUPS',
  'LINENO',
  'OPTIND',
  'PPID',
  'RANDOM',
  'SECONDS',
  'SHELLOPTS',
  'SRANDOM',
  'UID',
])

/** Index of the line feed that ends the line, the text's length for the last one. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** Faults after which reading goes on at `end`. */
export function faultAt(end: number) {
  return (at: number, code: string, message: string, hint: string): Fault => ({
    kind: 'fault',
    code,
    message,
    hint,
    at,
    end,
  })
}
