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
  /** a bug of ours, or a gap in the accounting */
  internal: 70,
  /** a report or a result could not be written */
  output: 74,
  hangup: 129,
  interrupt: 130,
  terminate: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
