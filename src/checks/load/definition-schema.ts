import { z } from 'zod'
import { durationSchema } from './duration-schema.js'
import { inputTypes } from '../../definitions/expression/expression.js'
import type { Collector } from '../../engine/collector.js'
import { peerSchema } from './peer-schema.js'
import type { Probe } from '../../engine/probe.js'
import { variableSchema } from '../../environment/variable-reading.js'
import { failureClasses, severities, stages } from '../../base/vocabulary.js'
import { linkFields } from './link-fields.js'
import { plainText, text } from './text-schema.js'

/** Names of systems, files and checks: what an id is made of. */
export const segmentPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
/** Names of checks that `each` makes: what an id is made of, with `*` where the row's name goes. */
export const familyPattern = /^(?:[a-z0-9]+-)*\*(?:-[a-z0-9]+)*$/
/** Rows that `each` may have: far above any real table. */
export const mostRows = 100
/** Observations of one attempt: all of them are kept in the report. */
const mostSamples = 60
/** Names of inputs: identifiers in expressions. */
export const inputNamePattern = /^[a-z][a-z0-9_]*$/
/** Names of variables that expressions can read. */
export const variableNamePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

export const expectationSchema = z.strictObject({
  that: text().describe('an expression that is true when the facts are as expected'),
  message: text().optional().describe('the message when it is not true; may contain ${{ … }}'),
})

const checkExpectationSchema = expectationSchema.extend({
  transient: z
    .boolean()
    .optional()
    .describe('whether its failure may go away by itself, so that a retry and --wait try again; default false'),
  class: z
    .enum(failureClasses)
    .optional()
    .describe('the most likely cause of its failure, where it is not the class of the check'),
})

/** The keys of a check besides its probe, each judged by itself so that one mistake hides no other. */
export const checkFields = {
  title: plainText().describe('a present-tense fact, true when the check passes'),
  why: plainText().optional().describe('why it matters'),
  severity: z.enum(severities).describe('what a failure means for a release'),
  class: z.enum(failureClasses).describe('the most likely cause of a failure'),
  profiles: z.array(z.string()).min(1).optional().describe('the profiles it belongs to; default all'),
  stage: z.enum(stages).optional().describe("overrides the file's stage"),
  needs: z.array(z.string()).optional().describe('ids of checks that must be green first'),
  when: text().optional().describe('an expression; the check is not applicable when it is false'),
  applies: z
    .strictObject({
      that: text().describe('an expression over the facts; the check is not applicable when it is false'),
      message: text().describe('why it is not applicable; may contain ${{ … }}'),
    })
    .optional()
    .describe(
      'what must be observed before the check can be judged; evaluated before `expect`, when the probe had no problem',
    ),
  expect: z
    .array(z.union([text(), checkExpectationSchema]))
    .min(1)
    .describe('expectations, all of which must hold, judged in order: expressions, or `that` with a `message`'),
  warn: z
    .array(z.union([text(), expectationSchema]))
    .min(1)
    .optional()
    .describe('limits whose breach is a warning, whatever the severity: judged like `expect`, when all of that holds'),
  note: text()
    .optional()
    .describe('what is reported when the check passes, such as a figure that nothing limits; may contain ${{ … }}'),
  independent: z
    .boolean()
    .optional()
    .describe('judges every expectation, also those after one that failed; default false'),
  waivable: z.boolean().optional().describe('whether a waiver may cover it; default true'),
  timeout: durationSchema.optional().describe('time limit of an attempt; default: the time limit of the probe'),
  sample: z
    .strictObject({
      times: z.int().min(2).max(mostSamples).describe('how often it is observed'),
      every: durationSchema.describe('pause between two observations'),
    })
    .optional()
    .describe('observes several times; facts.samples has the first, the last, the least, the most and all'),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(10).describe('maximum number of attempts'),
      delay: durationSchema.optional().describe('pause between attempts; default 1s'),
    })
    .optional()
    .describe('retries a failure that may go away by itself'),
  fix: plainText().describe('what an operator must do to fix it'),
  ...linkFields,
  source: plainText().optional().describe('the origin of the rule, in the repository of the target'),
} as const

/** The rows of a check that is several, each with its values by name. */
const eachSchema = z
  .record(z.string().regex(segmentPattern), z.record(z.string().regex(inputNamePattern), z.unknown()))
  .describe(
    "makes one check of every row: the row's name replaces * in the check's name, ${{ each.NAME }} is its value",
  )

export const requiredCheckFields = ['title', 'severity', 'class', 'expect', 'fix'] as const

/** The keys of a piece of evidence besides its collector. */
export const evidenceFields = {
  title: plainText().describe('what it shows, for the reader of an incident'),
  when: text().optional().describe('an expression; nothing is gathered when it is false'),
  timeout: durationSchema.optional().describe('maximum time to gather it; default 10s'),
} as const

export const requiredEvidenceFields = ['title'] as const

export const inputSchema = z.strictObject({
  type: z.enum(inputTypes),
  description: plainText(),
  values: z.array(z.string()).min(1).optional().describe('allowed values, for a string'),
  secret: z.boolean().optional().describe('may contain a credential'),
  default: z
    .unknown()
    .optional()
    .describe('a value or ${{ … }} over vars, env, profile and the inputs above; without one the input is required'),
})

export const profileSchema = z.strictObject({
  aliases: z.array(z.string()).default([]).describe('other names of the profile'),
})

/** The sections of a pack file. */
export const packFileFields = {
  stage: z.enum(stages).optional().describe('the stage of every check in the file'),
  profiles: z.record(z.string(), profileSchema).optional().describe('profiles and aliases this pack adds'),
  variables: z
    .record(z.string(), variableSchema)
    .optional()
    .describe("the target's variables: how it reads them, their defaults, their exposure"),
  inputs: z.record(z.string(), inputSchema).optional().describe('what a deployment may or must set for the pack'),
  peers: z
    .record(z.string(), peerSchema)
    .optional()
    .describe('how often addresses may be asked, by a name for each; requests are spaced'),
  checks: z.record(z.string(), z.unknown()).optional().describe('the checks, by name'),
  evidence: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('what is gathered when an incident is captured, by name'),
} as const

export const selectionFileSchema = z.strictObject({
  select: z
    .array(z.string())
    .min(1)
    .describe('what a run without selectors selects from this folder: ids or path prefixes'),
})

type JsonSchema = Readonly<Record<string, unknown>>

const orTemplate = { type: 'string', pattern: '\\$\\{\\{' } as const

/**
 * The JSON Schema of pack files, for editors: completion and the shape of things; expressions and references are the
 * compiler's.
 */
export function packFileJsonSchema(probes: readonly Probe[], collectors: readonly Collector[]): JsonSchema {
  const file = jsonSchemaOf(z.strictObject(packFileFields))
  const probeCalls = probes.map(
    ({ kind, input, title, description }) => [kind, { ...withTemplates(input), title, description }] as const,
  )
  const collectorCalls = collectors.map(({ kind, input, title }) => [kind, { ...withTemplates(input), title }] as const)
  return {
    ...file,
    title: 'preflight check file',
    properties: {
      ...(file['properties'] as JsonSchema),
      checks: checksJsonSchema(probeCalls),
      evidence: namedCalls(jsonSchemaOf(z.strictObject(evidenceFields)), collectorCalls),
    },
  }
}

/** The checks by name; those with `*` in their name have `each`, and any of their values may be one of a row. */
function checksJsonSchema(calls: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  const named = namedCalls(jsonSchemaOf(z.strictObject(checkFields)), calls)
  const { additionalProperties } = namedCalls(
    withTemplates(z.strictObject(checkFields)),
    calls.map(([kind]) => [
      kind,
      { anyOf: [{ $ref: `#/properties/checks/additionalProperties/properties/${kind}` }, orTemplate] },
    ]),
  )
  const family = additionalProperties as { readonly properties: JsonSchema; readonly required: readonly string[] }
  const properties = { each: jsonSchemaOf(eachSchema), ...family.properties }
  return {
    ...named,
    propertyNames: { anyOf: [named['propertyNames'], { pattern: familyPattern.source }] },
    patternProperties: { [familyPattern.source]: { ...family, properties, required: ['each', ...family.required] } },
  }
}

/** A section of named mappings, each with fields of its own and exactly one kind's key beside them. */
function namedCalls(fields: JsonSchema, calls: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  return {
    type: 'object',
    propertyNames: { pattern: segmentPattern.source },
    additionalProperties: {
      ...fields,
      properties: { ...(fields['properties'] as JsonSchema), ...Object.fromEntries(calls) },
      oneOf: calls.map(([kind]) => ({ required: [kind] })),
    },
  }
}

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

/** A probe's input, in which every value but a text may also be written as an expression. */
export function withTemplates(input: z.ZodType): JsonSchema {
  const schema = z.toJSONSchema(input, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema, path }) {
      if (path.length === 0 || jsonSchema.type === undefined || isFreeText(jsonSchema)) return
      const { description, ...form } = jsonSchema
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
      Object.assign(jsonSchema, description === undefined ? {} : { description }, { anyOf: [form, orTemplate] })
    },
  })
  delete schema.$schema
  return schema
}

function isFreeText(schema: JsonSchema): boolean {
  return (
    schema['type'] === 'string' && !['enum', 'const', 'format', 'pattern'].some((key) => Object.hasOwn(schema, key))
  )
}
