import { z } from 'zod'
import { failureClasses, severities, stages, statuses } from '../../base/vocabulary.js'

const count = () => z.int().min(0)

const failedExpectationSchema = z.strictObject({
  that: z.string().describe('the expression as written'),
  message: z.string(),
  values: z.record(z.string(), z.unknown()).describe('the values that the expression read, by path'),
})

const placeSchema = z.strictObject({ file: z.string(), line: z.int().min(1) })

const checkResultSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  stage: z.enum(stages),
  severity: z.enum(severities),
  class: z.enum(failureClasses).describe('the most likely cause of a failure'),
  status: z.enum(statuses),
  message: z.string().describe('what was found, in one line; empty for a pass without a note'),
  facts: z
    .record(z.string(), z.unknown())
    .describe(
      'what was observed; a value of more than 256 KiB is cut, with its size and digest: { cut: { bytes, sha256 } }',
    ),
  failedExpectations: z.array(failedExpectationSchema),
  needs: z
    .array(z.string())
    .optional()
    .describe('ids of the selected checks that it waits for; absent in results of older versions'),
  blockedBy: z.string().nullable().describe('id of the root cause'),
  waiver: z
    .strictObject({
      reason: z.string(),
      owner: z.string(),
      ticket: z.string(),
      expires: z.string().describe('the last day on which it is valid, in UTC'),
      daysLeft: count().optional().describe('when the run began; 0 on the last day'),
      signer: z
        .strictObject({ principal: z.string(), key: z.string().describe('fingerprint: SHA256:…') })
        .optional()
        .describe('who signed the waiver file; absent if no signature is required, and from results of older versions'),
    })
    .nullable(),
  why: z.string(),
  fix: z.string(),
  remedy: z
    .union([
      z.strictObject({ run: z.array(z.string()), safe: z.boolean() }),
      z.strictObject({ runbook: z.string(), safe: z.boolean() }),
    ])
    .optional()
    .describe('a command that fixes it; nothing runs it by itself'),
  runbook: z.string().optional().describe('the runbook that answers a failure'),
  docs: z
    .string()
    .regex(/^https?:\/\//)
    .optional()
    .describe('the URL of the page that explains it'),
  source: z.string(),
  attempts: count(),
  startedAt: z.string().nullable().describe('ISO-8601; null when it never started'),
  durationMs: z.number().min(0),
  definition: placeSchema.optional().describe('where the check is defined'),
  pointsTo: placeSchema
    .nullable()
    .optional()
    .describe(
      'where reports point to for a check that ships, whose definition is inside the package: the deployment file; null if there is none; absent for every other check',
    ),
  subject: placeSchema
    .extend({ variable: z.string() })
    .optional()
    .describe(
      'the line of the environment file that decides a check which is not green; absent if no single line decides it',
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
    .describe(
      'of those not applicable, the checks that can only be judged on another host; absent when there are none',
    ),
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

const sha256 = () => z.string().regex(/^[0-9a-f]{64}$/)

const inputValue = z.union([z.string(), z.array(z.string())])

const inputSchema = z.strictObject({
  system: z.string(),
  name: z.string(),
  value: inputValue.nullable().describe('as given on the command line; null if it may contain or reveal a secret'),
  given: z.boolean().describe('whether the deployment sets it; otherwise it is the default of the pack'),
})

export type JudgedInput = Readonly<z.infer<typeof inputSchema>>

const addressSchema = z.strictObject({
  address: z.string().describe('the address as given: host:port, or the path of a unix socket'),
  peers: z.array(z.string()).describe('the resolved address: ip:port'),
  certificates: z.array(sha256()).describe('sha256 of the certificates that the server presented'),
})

export type ContactedAddress = Readonly<z.infer<typeof addressSchema>>

const fingerprintsSchema = z.strictObject({
  keyId: z.string().describe('identifies the key and reveals nothing else about it'),
  environment: sha256().describe('HMAC-SHA256 of all variables'),
  variables: z
    .array(z.strictObject({ name: z.string(), hmac: sha256() }))
    .describe('by name; a variable whose name may itself contain a secret is left out'),
  inputs: z.array(z.strictObject({ system: z.string(), name: z.string(), hmac: sha256() })),
})

export type Fingerprints = Readonly<z.infer<typeof fingerprintsSchema>>

/**
 * What was judged, besides the checks: enough for who deploys later to tell whether it is the same. Nothing in it is
 * secret.
 */
export const runContextSchema = z.strictObject({
  tool: sha256().describe('sha256 of the list of the files of preflight, as sha256sum writes it'),
  deploymentFile: sha256().nullable().describe('sha256; null if there is none'),
  packs: z
    .array(z.strictObject({ system: z.string(), digest: sha256() }))
    .describe('sha256 over the definitions of each pack'),
  inputs: z.array(inputSchema).describe('the inputs that the selected checks read'),
  waivers: z
    .strictObject({ digest: sha256(), file: z.string() })
    .nullable()
    .describe('the waiver file; null if none was read'),
  variables: z
    .array(z.strictObject({ name: z.string(), value: z.string() }))
    .describe('the variables that every pack declares public, by name'),
  addresses: z.array(addressSchema).describe('the servers to which a connection was open'),
  servers: z
    .array(z.strictObject({ name: z.string(), version: z.string(), check: z.string() }))
    .describe('what the servers reported about themselves'),
  fingerprints: fingerprintsSchema.nullable().describe('null without a fingerprint key'),
})

export type RunContext = Readonly<z.infer<typeof runContextSchema>>

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
    deploymentFile: z
      .string()
      .optional()
      .describe('the path of the deployment file, be it there or not; absent in results of older versions'),
    host: z.string(),
    definitionsDigest: z.string(),
    git: z.strictObject({ commit: z.string(), dirty: z.boolean() }).nullable(),
    selection: z.strictObject({
      selectors: z.array(z.string()),
      stages: z.array(z.string()),
      skipped: z.array(z.string()),
      deselectedIds: z.array(z.string()),
      gatesLeftOut: z
        .strictObject({ by: z.string().describe('where that is written'), ids: z.array(z.string()) })
        .optional()
        .describe('the gates that were left out, with the checks that only they need; absent when none was'),
    }),
    lock: z
      .strictObject({
        digest: z.string().describe('sha256 (hex) of the lock file'),
        state: z.enum(['locked', 'other-selection']),
      })
      .nullable()
      .optional()
      .describe('the lock that the run was compared with; null when there was none'),
    environment: z
      .strictObject({
        sources: z
          .array(z.string())
          .describe('where it comes from, in order: later sources win; none: it was not needed'),
        variables: count().describe('how many variables it has'),
      })
      .optional()
      .describe('the environment under test; absent until it was read, and in results of older versions'),
    context: runContextSchema
      .optional()
      .describe('what was judged besides the checks; absent until the run ended, and in results of older versions'),
  }),
  verdict: z.enum(['go', 'no-go']).nullable(),
  exitCode: z.int().nullable(),
  counts: countsSchema,
  checks: z.array(checkResultSchema),
  notices: z
    .array(z.string())
    .optional()
    .describe('notices about the run as a whole: waivers that end soon, a selection that is not the locked one'),
  diagnostics: z.array(diagnosticSchema).optional().describe('why nothing ran; with exit code 3'),
})

export type ResultDocument = z.infer<typeof resultDocumentSchema>

/** The environment under test of a run. */
export type RunEnvironment = NonNullable<ResultDocument['run']['environment']>

/** How a run relates to the lock that was there. */
export type RunLock = NonNullable<ResultDocument['run']['lock']>
