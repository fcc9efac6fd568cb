import { z } from 'zod'
import { failureClasses, severities, stages, statuses } from '../base/vocabulary.js'
import { incidentSeverities } from './classification.js'

const count = () => z.int().min(0)

/** A check that is red by itself. Its facts and its output are in its evidence file, and in result.json. */
const failureSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  stage: z.enum(stages),
  severity: z.enum(severities),
  class: z.enum(failureClasses),
  status: z.enum(statuses),
  message: z.string(),
  why: z.string(),
  fix: z.string(),
  reproduce: z.string().describe('a command line that runs this check again'),
  commandLine: z.string().describe('the program that the check ran; empty if there is none'),
  blocks: z.array(z.string()).describe('ids of the checks that could not be judged because of it'),
  since: z.string().nullable().describe('ISO-8601: when it was last known to be green; null if unknown'),
  changes: z
    .array(z.strictObject({ fact: z.string(), was: z.unknown(), is: z.unknown() }))
    .describe('its facts that differ from the last good result'),
  evidence: z.string().describe('the file in the bundle'),
})

const evidenceSchema = z.strictObject({
  name: z.string(),
  kind: z.string(),
  title: z.string(),
  state: z.enum(['gathered', 'failed', 'timed-out', 'not-applicable', 'cancelled']),
  message: z.string().describe('why nothing was gathered, or what was left out; otherwise empty'),
  durationMs: z.number().min(0),
  file: z.string().nullable().describe('the file in the bundle; null when nothing was gathered'),
})
export type EvidenceRecord = z.infer<typeof evidenceSchema>

/** The head of an incident bundle, `incident.json`: schemaVersion 1. Everything in it is redacted. */
export const incidentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('preflight'), version: z.string() }),
  id: z.string(),
  capturedAt: z.string().describe('ISO-8601'),
  source: z
    .enum(['run', 'kept-result', 'result-file'])
    .describe('where the result comes from: this run, a kept result, or a file'),
  run: z.strictObject({
    id: z.string(),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    profile: z.string(),
    deployment: z.string().nullable(),
    host: z.string(),
    verdict: z.enum(['go', 'no-go']).nullable(),
    exitCode: z.int().nullable(),
    commit: z.string().nullable(),
    dirty: z.boolean(),
  }),
  classification: z.strictObject({
    class: z.enum(failureClasses),
    severity: z.enum(incidentSeverities),
    reasons: z.array(z.string()).min(1),
  }),
  lastGood: z.strictObject({ run: z.string(), finishedAt: z.string(), commit: z.string().nullable() }).nullable(),
  failures: z.array(failureSchema),
  blocked: count().describe('checks that could not be judged because of the failures'),
  diagnostics: z.array(
    z.strictObject({
      file: z.string(),
      line: count(),
      column: count(),
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
    }),
  ),
  evidence: z.array(evidenceSchema),
  notes: z.array(z.string()).describe('notices about the bundle itself: what was left out, and why'),
})
export type Incident = z.infer<typeof incidentSchema>
export type Failure = Incident['failures'][number]
