import { z } from 'zod'
import { changeableKinds } from '../plan/covered.js'
import { effects, outputTypes, parameterTypes, schedules } from '../definition/runbook-vocabulary.js'
import { expectationSchema } from '../../checks/load/definition-schema.js'
import { durationSchema } from '../../checks/load/duration-schema.js'
import { hasTemplate } from '../../definitions/template/segments.js'

const text = () => z.string().refine((value) => value.trim() !== '', 'must not be blank')

/** Text for people, shown unchanged. */
const plainText = () => text().refine((value) => !hasTemplate(value), '${{ … }} is not resolved here')

const expectSchema = z
  .array(z.union([text(), expectationSchema]))
  .min(1, 'must not be empty')
  .describe('expectations over the facts, all of which must hold: expressions, or `that` with a `message`')

export const parameterSchema = z.strictObject({
  type: z.enum(parameterTypes),
  description: plainText(),
  values: z.array(z.string().min(1)).min(1).optional().describe('allowed values, for an enum'),
  pattern: text().optional().describe('a pattern that the whole value must match, for a string (RE2 syntax)'),
  minimum: z.number().optional().describe('minimum, for a number'),
  maximum: z.number().optional().describe('maximum, for a number'),
  variable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
    .optional()
    .describe('the environment variable that a secret is read from'),
  default: z
    .unknown()
    .optional()
    .describe(
      'a value or ${{ … }} over the parameters above and `inputs`, which are those of the checks of the system; without one the parameter is required',
    ),
})

/** The keys of an operation besides its kind. */
export const operationFields = {
  timeout: durationSchema.optional().describe('time limit; default: that of the step kind'),
  expect: expectSchema.optional(),
} as const

export const undoFields = {
  ...operationFields,
  effect: z.enum(['idempotent', 'once']).optional().describe('whether the undo may be repeated; default idempotent'),
  verify: z.record(z.string(), z.unknown()).optional().describe('an operation that shows whether the undo took effect'),
} as const

/** The keys of a step besides its kind, each judged by itself so that one mistake hides no other. */
export const stepFields = {
  ...operationFields,
  id: z.string().describe('the title of the step in the runbook'),
  title: plainText().optional().describe('what it does, in a few words'),
  needs: z
    .array(z.string())
    .optional()
    .describe('steps of the same list that must be done first; default: the previous step'),
  when: text().optional().describe('an expression; the step is skipped when it is false'),
  effect: z.enum(effects).optional().describe('the effect of the step'),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(100).describe('maximum number of attempts'),
      delay: durationSchema.optional().describe('pause between attempts; default 1s'),
    })
    .optional()
    .describe('retries a step that may be repeated'),
  verify: z.record(z.string(), z.unknown()).optional().describe('an operation that shows whether the step took effect'),
  undo: z.record(z.string(), z.unknown()).optional().describe('an operation that undoes it'),
  destructive: z.boolean().optional().describe('needs its own approval'),
  'point-of-no-return': z.boolean().optional().describe('an undo never goes back past it'),
  changes: z
    .array(z.enum(changeableKinds))
    .min(1)
    .optional()
    .describe('what it changes of the inputs of the run; a resume then does not ask about the change'),
  capture: z
    .record(
      z.string(),
      z.strictObject({ type: z.enum(outputTypes), value: text().describe('an expression over the facts') }),
    )
    .optional()
    .describe('outputs for later steps, by name'),
} as const

/** The keys of a step that runs when an undo has ended, besides its kind: it is never taken back itself. */
export const afterUndoFields = {
  ...operationFields,
  id: stepFields.id,
  title: stepFields.title,
  when: stepFields.when,
  effect: stepFields.effect,
  retry: stepFields.retry,
  verify: stepFields.verify,
} as const

const departureSchema = z.strictObject({
  wording: z.string().min(1).describe('the words of the written runbook'),
  instead: plainText().describe('what is done here'),
  why: plainText().describe('why'),
})

/** The sections of a runbook file. */
export const runbookFields = {
  title: plainText().describe('what it is for, in a few words'),
  description: plainText().optional().describe('a paragraph'),
  source: plainText().optional().describe('its origin, in the repository of the target'),
  target: text()
    .optional()
    .describe(
      'the target that two runs must not change at the same time; may contain ${{ … }} over the parameters; default: the system',
    ),
  lock: z
    .strictObject({
      database: text().describe('a database URL, read as asyncpg reads it: the run also takes an advisory lock there'),
      'service-home': text()
        .optional()
        .describe(
          'home folder of the account that the service runs under: where asyncpg looks for .postgresql and .pgpass',
        ),
    })
    .optional(),
  'on-failure': z.enum(['stop', 'undo']).optional().describe('what happens after a failed step; default stop'),
  checklist: z
    .boolean()
    .optional()
    .describe('its steps are the items of a checklist: each is judged, whatever the others say'),
  schedule: z
    .enum(schedules)
    .optional()
    .describe('how often it is to be run; `preflight runbook due` lists what is due'),
  departures: z.array(departureSchema).optional().describe('differences from the written runbook'),
  parameters: z.record(z.string(), z.unknown()).optional().describe('the parameters of a run'),
  requires: z
    .array(z.unknown())
    .min(1)
    .optional()
    .describe('programs, files and addresses that must be there before the first step'),
  steps: z.array(z.unknown()).min(1, 'must not be empty').describe('the steps, in order'),
  'after-undo': z
    .array(z.unknown())
    .min(1, 'must not be empty')
    .optional()
    .describe('steps that run, in order, when an undo has ended that undid something'),
} as const

export const requiredRunbookFields = ['title', 'steps'] as const
