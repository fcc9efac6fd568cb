/** The fixed words of runbooks. */

/** What a step does to the world: nothing; something that may be repeated; something that must happen at most once. */
export const effects = ['read', 'idempotent', 'once'] as const
export type Effect = (typeof effects)[number]

export const stepStates = [
  'pending',
  'running',
  'done',
  'verified',
  'failed',
  'unknown',
  'skipped',
  'not-run',
  'cancelled',
  'undone',
  'undo-failed',
] as const
export type StepState = (typeof stepStates)[number]

/** How a run stands or ended. `running` is no ending: a journal that ends there was cut off. */
export const runStates = [
  'running',
  'completed',
  'completed-with-manual',
  'failed',
  'undone',
  'undo-failed',
  'cancelled',
  'interrupted',
] as const
export type RunState = (typeof runStates)[number]

/** States after which a run is over for good: neither resumed nor undone. */
export const finalRunStates: ReadonlySet<RunState> = new Set<RunState>(['undone'])

export const parameterTypes = [
  'string',
  'integer',
  'number',
  'boolean',
  'path',
  'url',
  'host',
  'duration',
  'enum',
  'list',
  'secret',
] as const
export type ParameterType = (typeof parameterTypes)[number]

/** Types of captured outputs. */
export const outputTypes = ['string', 'integer', 'number', 'boolean', 'list', 'map', 'any'] as const
export type OutputType = (typeof outputTypes)[number]

/** How each state looks where a person reads it: readable without colour, one column wide. */
export const stepMarks = {
  pending: '·',
  running: '▸',
  done: '✔',
  verified: '✔',
  failed: '✖',
  unknown: '?',
  skipped: '–',
  'not-run': '·',
  cancelled: '⊘',
  undone: '↶',
  'undo-failed': '‼',
} as const satisfies Record<StepState, string>
