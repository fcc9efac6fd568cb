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
