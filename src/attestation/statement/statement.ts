import { z } from 'zod'
import { coverages } from '../../checks/result/coverage.js'
import { countsSchema, runContextSchema } from '../../checks/result/report.js'
import { subjectSchema } from './subject.js'

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const statementType = 'https://in-toto.io/Statement/v1'
/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const predicateType = 'https://in-toto.io/attestation/test-result/v0.1'

const sha256 = () => z.string().regex(/^[0-9a-f]{64}$/)
const ids = () => z.array(z.string().min(1).max(1000)).max(100_000)

const statedWaiverSchema = z.strictObject({
  check: z.string(),
  owner: z.string(),
  ticket: z.string(),
  expires: z.string(),
  /** Who signed the waiver file; `null` where no signature was demanded. */
  signer: z.strictObject({ principal: z.string(), key: z.string() }).nullable(),
})
export type StatedWaiver = Readonly<z.infer<typeof statedWaiverSchema>>

/** What the predicate has no field for: all that a deploy step decides by, and no value that is not public. */
const preflightRunSchema = z.strictObject({
  toolVersion: z.string(),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  profile: z.string(),
  deployment: z.string().nullable(),
  coverage: z.enum(coverages),
  lock: z.strictObject({ digest: sha256(), state: z.enum(['locked', 'other-selection']) }).nullable(),
  git: z.strictObject({ commit: z.string(), dirty: z.boolean() }).nullable(),
  verdict: z.enum(['go', 'no-go']),
  exitCode: z.int().min(0).max(255),
  counts: countsSchema,
  waived: ids(),
  /** What covers each waived check. Absent, as the two fields below, from statements of older versions. */
  waivers: z.array(statedWaiverSchema).optional(),
  selection: z
    .strictObject({ selectors: z.array(z.string()), stages: z.array(z.string()), skipped: z.array(z.string()) })
    .optional(),
  context: runContextSchema.optional(),
  /** sha256 of the result document, byte for byte as `--output` writes it. */
  resultDigest: sha256(),
})
export type PreflightRun = z.infer<typeof preflightRunSchema>

/**
 * The statement as it is signed. Stricter than in-toto's parsing rules, which let a reader pass over fields that it
 * does not know: who holds the key wrote this, and a field that this version does not know may restrict what is said.
 */
export const statementSchema = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(subjectSchema).min(1).max(1000),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: sha256() }) })),
    url: z.string().max(2000).optional(),
    passedTests: ids(),
    warnedTests: ids(),
    failedTests: ids(),
    preflightRun: preflightRunSchema,
  }),
})
export type Statement = z.infer<typeof statementSchema>
export type TestResult = Statement['predicate']['result']
