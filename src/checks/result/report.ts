import { z } from 'zod'
import { safeJson } from '../../base/text/safe-json.js'
import { runContextSchema } from './judged-context.js'
import { failureClasses, severities, stages, statuses } from '../../base/vocabulary.js'

const count = () => z.int().min(0)

const failedExpectationSchema = z.strictObject({
  that: z.string().describe('the expression as written'),
  message: z.string(),
  values: z.record(z.string(), z.unknown()).describe('what the expression met, by path'),
})

const placeSchema = z.strictObject({ file: z.string(), line: z.int().min(1) })

const checkResultSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  stage: z.enum(stages),
  severity: z.enum(severities),
  class: z.enum(failureClasses).describe('what a failure most likely is'),
  status: z.enum(statuses),
  message: z.string().describe('what was met, in one line; empty for a pass'),
  facts: z
    .record(z.string(), z.unknown())
    .describe(
      'what was observed; a value of more than 256 KiB is cut, with its size and digest: { cut: { bytes, sha256 } }',
    ),
  failedExpectations: z.array(failedExpectationSchema),
  needs: z
    .array(z.string())
    .optional()
    .describe('ids of the selected checks it waits for; absent from results of older versions'),
  blockedBy: z.string().nullable().describe('id of the root cause'),
  waiver: z
    .strictObject({
      reason: z.string(),
      owner: z.string(),
      ticket: z.string(),
      expires: z.string().describe('the last day on which it holds, in UTC'),
      daysLeft: count().optional().describe('when the run began; 0 on the last day'),
      signer: z
        .strictObject({ principal: z.string(), key: z.string().describe('fingerprint: SHA256:…') })
        .optional()
        .describe(
          'who signed the waiver file; absent where no signature is demanded, and from results of older versions',
        ),
    })
    .nullable(),
  why: z.string(),
  fix: z.string(),
  source: z.string(),
  attempts: count(),
  startedAt: z.string().nullable().describe('ISO-8601; null when it never started'),
  durationMs: z.number().min(0),
  definition: placeSchema.optional().describe('where the check is defined'),
  subject: placeSchema
    .extend({ variable: z.string() })
    .optional()
    .describe(
      'the line of the environment file that a check which is not green stands or falls with; absent where no single line can be named',
    ),
})
export type CheckResult = z.infer<typeof checkResultSchema>

export const countsSchema = z.strictObject({
  declared: count(),
  deselected: count(),
  selected: count(),
  pass: count(),
  warn: count(),
  fail: count(),
  error: count(),
  timeout: count(),
  blocked: count(),
  waived: count(),
  notApplicable: count(),
  elsewhere: count()
    .optional()
    .describe('of those not applicable, checks of what is on another host; absent when there are none'),
})
export type Counts = z.infer<typeof countsSchema>

const diagnosticSchema = z.strictObject({
  file: z.string(),
  line: count(),
  column: count(),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
})

/** The result of a run as it is written, printed and read back: schemaVersion 1. Everything in it is redacted. */
export const resultDocumentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('preflight'), version: z.string() }),
  state: z.enum(['complete', 'incomplete']),
  run: z.strictObject({
    id: z.string(),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    durationMs: z.number().min(0).nullable(),
    profile: z.string(),
    deployment: z.string().nullable(),
    host: z.string(),
    definitionsDigest: z.string(),
    git: z.strictObject({ commit: z.string(), dirty: z.boolean() }).nullable(),
    selection: z.strictObject({
      selectors: z.array(z.string()),
      stages: z.array(z.string()),
      skipped: z.array(z.string()),
      deselectedIds: z.array(z.string()),
    }),
    lock: z
      .strictObject({
        digest: z.string().describe('sha256 (hex) of the lock file'),
        state: z.enum(['locked', 'other-selection']),
      })
      .nullable()
      .optional()
      .describe('the lock that the run was held against; null when there was none'),
    context: runContextSchema
      .optional()
      .describe('what was judged besides the checks; absent until the run ended, and from results of older versions'),
  }),
  verdict: z.enum(['go', 'no-go']).nullable(),
  exitCode: z.int().nullable(),
  counts: countsSchema,
  checks: z.array(checkResultSchema),
  notices: z
    .array(z.string())
    .optional()
    .describe(
      'what a reader should know of the run as a whole: waivers that end soon, a selection that is not the locked one',
    ),
  diagnostics: z.array(diagnosticSchema).optional().describe('why nothing ran, with exit code 3'),
})
export type ResultDocument = z.infer<typeof resultDocumentSchema>
/** How a run relates to the lock that was there. */
export type RunLock = NonNullable<ResultDocument['run']['lock']>

/**
 * The document as text: indented, with a final newline. What `--format json` prints and `--output` writes; safe on a
 * terminal.
 */
export function serialiseResult(document: ResultDocument): string {
  return safeJson(document)
}
