import { z } from 'zod'
import { changedEntry, coveredEntry } from '../plan/covered.js'
import { startedWith } from './started-with.js'
import { requirementKinds } from '../definition/requirement-definition.js'
import { effects, runStates } from '../definition/runbook-vocabulary.js'

const step = z.string().describe('path of the step')

const attempt = z.int().min(1)

const values = z.record(z.string(), z.unknown())

const operator = z.strictObject({
  user: z.string(),
  uid: z.int(),
  host: z.string(),
  pid: z.int(),
  canChangeOwners: z.boolean().optional(),
})

const answer = z.enum(['holds', 'does-not-hold', 'cannot-tell'])

/** Whether the world may have been changed: certainly not, or possibly (a success included). */
const effect = z.enum(['none', 'possible'])

/** A parameter as plans and journals hold it: a secret one by its fingerprint. */
export const parameterRecord = z.union([
  z.strictObject({ value: z.unknown() }),
  z.strictObject({ fingerprint: z.string() }),
])

/** What every run is known by, written once. */
const started = z.strictObject({
  type: z.literal('run-started'),
  format: z.literal(1),
  run: z.string(),
  runbook: z.string(),
  title: z.string(),
  tool: z.string().describe("preflight's version"),
  planHash: z.string(),
  definition: z
    .record(z.string(), z.unknown())
    .describe('every runbook that is part of it, as written, by id; used to show later differences'),
  workingFolder: z.string().optional().describe('absolute working folder; missing from earlier versions'),
  folders: z
    .record(z.string(), z.string())
    .optional()
    .describe('absolute folder of the file of each of them; missing from earlier versions'),
  covers: z
    .array(coveredEntry)
    .optional()
    .describe('everything that the hash of the plan covers; missing from earlier versions'),
  parameters: z.record(z.string(), parameterRecord),
  inputs: z
    .record(z.string(), values)
    .optional()
    .describe('what the inputs were that defaults of parameters read, by system; missing where none is read'),
  startedWith: startedWith
    .optional()
    .describe('the options of the command, used for the commands printed as next; missing from earlier versions'),
  target: z.string(),
  operator,
  onFailure: z.enum(['stop', 'undo']),
  checklist: z.literal(true).optional().describe('its steps are the items of a checklist'),
  practice: z.boolean(),
  steps: z.array(
    z.strictObject({
      path: z.string(),
      title: z.string(),
      kind: z.string(),
      effect: z.enum(effects),
      isManual: z.boolean(),
      undo: z.enum(effects).nullable(),
      pointOfNoReturn: z.boolean(),
      isAfterUndo: z.literal(true).optional().describe('it runs when an undo has ended'),
      approves: z.string().optional().describe('of an approve step: the digest of what it approves'),
    }),
  ),
})

/** What was seen to be another one than before, at the end of the step. */
const changed = z.array(changedEntry).optional()

/**
 * A change of what decides the run that somebody took responsibility for; `declared`: a step that was cut off had said
 * that it makes it.
 */
const acceptedChange = z.strictObject({
  name: z.string().describe('as the plan names it: `environment_file:/srv/bus/.env`'),
  how: z.enum(['flag', 'typed', 'declared']),
  before: coveredEntry.nullable(),
  now: coveredEntry.nullable(),
})

/** Something that the runbook requires, as it was found. */
const requirement = z.strictObject({
  kind: z.enum(requirementKinds),
  name: z.string(),
  neededBy: z.array(z.string()).describe('paths of the steps that need it; empty: all of them'),
  holds: z.boolean(),
  found: z.string().describe('what is wrong; empty where it holds'),
  fix: z.string(),
})

/** What happens in a run. The whole state of a run is a fold of these. */
export const journalEventSchema = z.discriminatedUnion('type', [
  started,
  z.strictObject({ type: z.literal('run-resumed'), operator, planHash: z.string() }),
  z.strictObject({ type: z.literal('changes-accepted'), operator, changes: z.array(acceptedChange).min(1) }),
  z.strictObject({
    type: z.literal('requirements-judged'),
    before: z.string().nullable().describe('path of the step that was reached; null: before the first step to come'),
    requirements: z.array(requirement).min(1),
  }),
  z.strictObject({ type: z.literal('step-skipped'), step, reason: z.string() }),
  z.strictObject({
    type: z.literal('step-approved'),
    step,
    how: z.enum(['typed', 'flag']),
    operator,
    digest: z.string().optional().describe('of the step as it was approved: its runbook, the parameters, its action'),
  }),
  z
    .strictObject({ type: z.literal('approval-lapsed'), step, reason: z.string() })
    .describe('what the step approved has changed since then: it must be approved again'),
  z.strictObject({
    type: z.literal('step-intent'),
    step,
    attempt,
    action: z.array(z.string()),
    again: z
      .literal(true)
      .optional()
      .describe(
        'it captures a secret, which no journal holds: its place in the order of an undo stays the earlier one',
      ),
  }),
  z.strictObject({
    type: z.literal('step-result'),
    step,
    attempt,
    state: z.enum(['done', 'failed', 'not-evaluated', 'open', 'unknown', 'cancelled']),
    effect,
    message: z.string(),
    facts: values,
    outputs: values,
    durationMs: z.number(),
    changed,
    refusedLogin: z
      .string()
      .optional()
      .describe('its credentials were refused: a salted digest of its input, with which it is not carried out again'),
  }),
  z.strictObject({ type: z.literal('step-verified'), step, answer, message: z.string(), facts: values }),
  z.strictObject({
    type: z.literal('step-resolved'),
    step,
    as: z.enum(['done', 'not-done', 'undone', 'not-undone']),
    reason: z.string(),
    operator,
  }),
  z.strictObject({ type: z.literal('undo-started'), reason: z.string(), operator }),
  z.strictObject({ type: z.literal('undo-intent'), step, attempt, action: z.array(z.string()) }),
  z.strictObject({
    type: z.literal('undo-result'),
    step,
    attempt,
    state: z.enum(['undone', 'undo-failed', 'unknown', 'cancelled']),
    message: z.string(),
    facts: values,
    durationMs: z.number(),
    changed,
  }),
  z.strictObject({
    type: z.literal('run-ended'),
    state: z.enum(runStates).exclude(['running']),
    exitCode: z.int(),
    message: z.string(),
  }),
])

export type JournalEvent = z.output<typeof journalEventSchema>

export type JournalEventOf<Type extends JournalEvent['type']> = Extract<JournalEvent, { type: Type }>

export type ParameterRecord = JournalEventOf<'run-started'>['parameters'][string]

/** A line of a journal: an event in its place. */
export interface JournalEntry {
  /** From 1, without gaps. The order of a journal is this one, never the clock's. */
  readonly seq: number
  /** ISO-8601, by the clock of the machine. */
  readonly at: string
  readonly event: JournalEvent
}

/** The form of a run's id, as the source of a regular expression: `20261121T042400Z-deploy-production-3f9a1c`. */
export const runIdSource = String.raw`\d{8}T\d{6}Z-[a-z0-9-]+-[0-9a-f]{6}`
