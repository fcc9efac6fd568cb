import type { Concealed, Probe } from '../../engine/probe.js'

/** The fixed words of runbooks. */

/** What a step does to the world: nothing; something that may be repeated; something that must happen at most once. */
export const effects = ['read', 'idempotent', 'once'] as const

export type Effect = (typeof effects)[number]

/** `not-evaluated` and `open` are of the items of a checklist only. */
export const stepStates = [
  'pending',
  'running',
  'done',
  'verified',
  'failed',
  'not-evaluated',
  'open',
  'unknown',
  'skipped',
  'not-run',
  'cancelled',
  'undone',
  'undo-failed',
] as const

export type StepState = (typeof stepStates)[number]

/** How often a runbook is to be run. */
export const schedules = ['daily', 'weekly', 'monthly'] as const

export type Schedule = (typeof schedules)[number]

/** The state of a run. `running` is not an ending: a journal that ends there was cut off. */
export const runStates = [
  'running',
  'completed',
  'completed-with-manual',
  'failed',
  'not-evaluated',
  'open',
  'undone',
  'undo-failed',
  'cancelled',
  'interrupted',
] as const

export type RunState = (typeof runStates)[number]

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

/** Types of captured outputs. A secret is text that no journal holds. */
export const outputTypes = ['string', 'integer', 'number', 'boolean', 'list', 'map', 'any', 'secret'] as const

export type OutputType = (typeof outputTypes)[number]

/** How each state looks where a person reads it: readable without colour, one column wide. */
export const stepMarks = {
  pending: '·',
  running: '▸',
  done: '✔',
  verified: '✔',
  failed: '✖',
  'not-evaluated': '?',
  open: '☐',
  unknown: '?',
  skipped: '–',
  'not-run': '·',
  cancelled: '⊘',
  undone: '↶',
  'undo-failed': '‼',
} as const satisfies Record<StepState, string>

/** What each state means to whoever reads it. */
export const stepTones = {
  pending: 'neutral',
  running: 'doubtful',
  done: 'good',
  verified: 'good',
  failed: 'bad',
  'not-evaluated': 'doubtful',
  open: 'doubtful',
  unknown: 'doubtful',
  skipped: 'neutral',
  'not-run': 'neutral',
  cancelled: 'doubtful',
  undone: 'doubtful',
  'undo-failed': 'bad',
} as const satisfies Record<StepState, 'good' | 'bad' | 'doubtful' | 'neutral'>

/** What a plan, a rehearsal and a description have in the place of a secret. */
export const secretShown = '(secret)'

/** Whether a value is of an output's declared type. */
export function isOfOutputType(value: unknown, type: OutputType): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return Number.isFinite(value)
    case 'list':
      return Array.isArray(value)
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'any':
      return value !== undefined
    case 'secret':
      return typeof value === 'string'
    default:
      return typeof value === type
  }
}

/**
 * The facts that say nothing where a step holds a probe: no pack is behind a runbook, so nothing declares a variable
 * public or how it is read.
 *
 * @param input as far as it is known
 */
export function concealedInRunbook(probe: Probe, input: unknown): Concealed {
  const reason =
    'a runbook declares no variables, so its probes cannot see a value: expect facts.set, or judge the value with a step of kind check, with a check whose pack declares the variable public'
  return Object.fromEntries(Object.keys(probe.concealed?.(input, {}, {}) ?? {}).map((fact) => [fact, reason]))
}
