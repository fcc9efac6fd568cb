import { z } from 'zod'
import { changeableKinds } from '../plan/covered.js'
import { effects, outputTypes, parameterTypes } from '../definition/runbook-vocabulary.js'
import { durationSchema, expectationSchema } from '../../checks/load/definition-schema.js'
import { hasTemplate } from '../../definitions/template/segments.js'

const text = () => z.string().refine((value) => value.trim() !== '', 'must not be blank')

/** Text for people, shown as it stands. */
const plainText = () => text().refine((value) => !hasTemplate(value), '${{ … }} is not resolved here')

const expectSchema = z
  .array(z.union([text(), expectationSchema]))
  .min(1, 'must not be empty')
  .describe('expectations over the facts, all of which must hold: expressions, or `that` with a `message`')

export const parameterSchema = z.strictObject({
  type: z.enum(parameterTypes),
  description: plainText(),
  values: z.array(z.string().min(1)).min(1).optional().describe('what is allowed, for an enum'),
  pattern: text().optional().describe('what the whole value must match, for a string (RE2 syntax)'),
  minimum: z.number().optional().describe('the least allowed, for a number'),
  maximum: z.number().optional().describe('the most allowed, for a number'),
  variable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
    .optional()
    .describe('the environment variable a secret is read from'),
  default: z
    .unknown()
    .optional()
    .describe('a value or ${{ … }} over the parameters above; without one the parameter is required'),
})

/** The keys of an operation besides its kind. */
export const operationFields = {
  timeout: durationSchema.optional().describe("time limit; the kind's own when left out"),
  expect: expectSchema.optional(),
} as const

export const undoFields = {
  ...operationFields,
  effect: z
    .enum(['idempotent', 'once'])
    .optional()
    .describe('whether the undo may be repeated; idempotent when left out'),
  verify: z.record(z.string(), z.unknown()).optional().describe('an operation that tells whether the undo took effect'),
} as const

/** The keys of a step besides its kind, each judged by itself so that one mistake hides no other. */
export const stepFields = {
  ...operationFields,
  id: z.string().describe('what the step is called in the runbook'),
  title: plainText().optional().describe('what it does, in a few words'),
  needs: z
    .array(z.string())
    .optional()
    .describe('steps of the same list that come first; the one before when left out'),
  when: text().optional().describe('an expression; when false the step is skipped'),
  effect: z.enum(effects).optional().describe('what it does to the world'),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(100).describe('how often it is tried at most'),
      delay: durationSchema.optional().describe('pause between attempts; 1s when left out'),
    })
    .optional()
    .describe('tries again what may be repeated'),
  verify: z.record(z.string(), z.unknown()).optional().describe('an operation that tells whether the step took effect'),
  undo: z.record(z.string(), z.unknown()).optional().describe('an operation that takes it back'),
  destructive: z.boolean().optional().describe('needs an approval of its own'),
  'point-of-no-return': z.boolean().optional().describe('an undo never goes back past it'),
  changes: z
    .array(z.enum(changeableKinds))
    .min(1)
    .optional()
    .describe('what it changes of all that decides the run: a resume does not ask about it then'),
  capture: z
    .record(
      z.string(),
      z.strictObject({ type: z.enum(outputTypes), value: text().describe('an expression over the facts') }),
    )
    .optional()
    .describe('outputs for later steps, by name'),
} as const

const departureSchema = z.strictObject({
  wording: z.string().min(1).describe("the written runbook's own words"),
  instead: plainText().describe('what is done here'),
  why: plainText().describe('why'),
})

/** The sections of a runbook file. */
export const runbookFields = {
  title: plainText().describe('what it is for, in a few words'),
  description: plainText().optional().describe('a paragraph'),
  source: plainText().optional().describe("its origin, in the target's own repository"),
  target: text()
    .optional()
    .describe(
      'what two runs must not work on at a time; may hold ${{ … }} over the parameters; the system when left out',
    ),
  lock: z
    .strictObject({
      database: text().describe('a database URL, read as asyncpg reads it: the lock is an advisory lock there as well'),
      'service-home': text()
        .optional()
        .describe(
          'home folder of the account that the service runs under: where asyncpg looks for .postgresql and .pgpass',
        ),
    })
    .optional(),
  'on-failure': z.enum(['stop', 'undo']).optional().describe('what a failed step leads to; stop when left out'),
  departures: z.array(departureSchema).optional().describe('where the written runbook says something else'),
  parameters: z.record(z.string(), z.unknown()).optional().describe('what a run may or must be told'),
  steps: z.array(z.unknown()).min(1, 'must not be empty').describe('the steps, in order'),
} as const

export const requiredRunbookFields = ['title', 'steps'] as const
