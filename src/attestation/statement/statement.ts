import { z } from 'zod'
import { coverages } from '../../checks/result/coverage.js'
import { countsSchema, runContextSchema } from '../../checks/result/report.js'

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const statementType = 'https://in-toto.io/Statement/v1'
/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const predicateType = 'https://in-toto.io/attestation/test-result/v0.1'

const sha256 = /^[0-9a-f]{64}$/
const sha256Text = () => z.string().regex(sha256)
/** SHA-1 or SHA-256, whichever the repository uses. */
const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** What is deployed, by a digest of it: in-toto's ResourceDescriptor, with the digests that are used here. */
const subjectSchema = z.strictObject({
  name: z.string().min(1).max(1000).optional(),
  digest: z.union([
    z.strictObject({ sha256: sha256Text() }),
    z.strictObject({ gitCommit: z.string().regex(commitId) }),
  ]),
})
export type Subject = Readonly<z.infer<typeof subjectSchema>>

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
  lock: z.strictObject({ digest: sha256Text(), state: z.enum(['locked', 'other-selection']) }).nullable(),
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
  resultDigest: sha256Text(),
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
    configuration: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: sha256Text() }) })),
    url: z.string().max(2000).optional(),
    passedTests: ids(),
    warnedTests: ids(),
    failedTests: ids(),
    preflightRun: preflightRunSchema,
  }),
})
export type Statement = z.infer<typeof statementSchema>
export type TestResult = Statement['predicate']['result']

/** Reads `name@sha256:…`, or `sha256:…` for a digest under any name; `undefined` for what is neither. */
export function parseSubject(text: string): Subject | undefined {
  const [, name, digest = ''] = /^(?:(.+)@)?sha256:([0-9a-f]+)$/s.exec(text) ?? []
  if (!sha256.test(digest)) return undefined
  const parsed = subjectSchema.safeParse({ ...(name === undefined ? {} : { name }), digest: { sha256: digest } })
  return parsed.data
}

/** The subject that a whole commit id stands for; `undefined` for an abbreviated one, a branch or a tag. */
export function commitSubject(commit: string): Subject | undefined {
  return commitId.test(commit) ? { digest: { gitCommit: commit } } : undefined
}

/** `name@sha256:…`, `sha256:…`, `commit …`. */
export function subjectText({ name, digest }: Subject): string {
  if ('gitCommit' in digest) return `commit ${digest.gitCommit}`
  return `${name === undefined ? '' : `${name}@`}sha256:${digest.sha256}`
}

/** Whether what is attested is what is wanted. A digest says what it is; a name counts only where one is wanted. */
export function isSubject(wanted: Subject, attested: Subject): boolean {
  if ('gitCommit' in wanted.digest)
    return 'gitCommit' in attested.digest && attested.digest.gitCommit === wanted.digest.gitCommit
  return (
    'sha256' in attested.digest &&
    attested.digest.sha256 === wanted.digest.sha256 &&
    (wanted.name === undefined || wanted.name === attested.name)
  )
}
