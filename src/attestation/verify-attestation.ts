import { UsageError, exitCodes, type ExitCode } from '../base/errors.js'
import { compareExpectations } from './statement/compare-expectations.js'
import type { Compared, Comparison } from './statement/demands.js'
import { isConsistent, judgeStatement, type Demands, type StatementRefusal } from './statement/judge-statement.js'
import { statementSchema, type Statement, commitSubject, type Subject } from './statement/statement.js'
import { gitState } from '../processes/git.js'
import { existingLock, type ReadLock } from '../checks/lock/selection-lock-file.js'
import { readDocument } from '../base/files/read-document.js'
import { JsonFormError, parseStrictJson } from '../base/text/bounded-json.js'
import { subjectNamed } from './attestation.js'
import { envelopeSchema, openEnvelope, type SealRefusal } from './dsse-envelope.js'
import { readExpectations, type ExpectationOptions } from './given-expectations.js'
import { readVerificationKey } from './keys.js'

export interface VerifyOptions extends Pick<Demands, 'maxAge' | 'profile' | 'allowPart' | 'allowDirty'> {
  /** Any of them may have signed: while keys are changed there are two. */
  readonly keyFiles: readonly string[]
  readonly subjects: readonly string[]
  readonly commit: string | undefined
  readonly lockFile: string | undefined
  readonly lockDigest: string | undefined
  /** What is about to be deployed; left out, nothing of it is compared. */
  readonly expected?: ExpectationOptions
}

/** What became of an attestation: it is relied on when nothing refuses it. */
export interface AttestationVerdict {
  /** What was signed; `null` when nothing was by a key that is known. */
  readonly statement: Statement | null
  readonly refusals: readonly AttestationRefusal[]
  /** What was not compared, in words; `isExpected` where it was expected, so that the attestation is not relied on. */
  readonly notCompared: readonly NotCompared[]
}

type NotCompared = Pick<Extract<Comparison, { state: 'not-compared' }>, 'what' | 'isExpected' | 'message'>

interface AttestationRefusal {
  readonly code: StatementRefusal['code'] | SealRefusal['code'] | 'statement' | 'contradiction' | `other-${Compared}`
  readonly message: string
}

const attestation = {
  noun: 'attestation',
  schema: envelopeSchema,
  hint: '`preflight run --attest KEY --attestation FILE` writes one',
} as const

/**
 * Verifies an attestation: the signature first, and nothing of what is not signed is read any further.
 *
 * @throws UsageError for a demand that means nothing; DefinitionsError or DocumentUnreadableError (exit 3) for a file
 *   that is not a lock or no envelope
 */
export async function verifyAttestation(file: string, options: VerifyOptions): Promise<AttestationVerdict> {
  const lock =
    options.lockFile === undefined ? undefined : await existingLock({ label: options.lockFile, isNamed: true })
  const demands = await demandsOf(options, lock)
  const expected = await readExpectations(options.expected ?? {}, lock?.lock)
  const keys = await Promise.all(options.keyFiles.map(readVerificationKey))
  const opened = await openEnvelope(await readDocument(file, attestation), keys)
  if ('code' in opened) return refused(opened)
  const statement = statementIn(opened)
  if (statement === undefined)
    return refused({
      code: 'statement',
      message: 'the signed content is not a statement of a preflight result that this version reads',
    })
  if (!isConsistent(statement))
    return refused({
      code: 'contradiction',
      message: 'the signed content contradicts itself: its verdict, counts and tests do not match',
    })
  const comparisons = compareExpectations(statement.predicate.preflightRun, expected)
  const others = comparisons.flatMap((comparison): AttestationRefusal[] =>
    comparison.state === 'different' ? [{ code: `other-${comparison.what}`, message: comparison.message }] : [],
  )
  const notCompared = comparisons.flatMap((comparison) =>
    comparison.state === 'not-compared'
      ? [{ what: comparison.what, isExpected: comparison.isExpected, message: comparison.message }]
      : [],
  )
  return { statement, refusals: [...judgeStatement(statement, demands), ...others], notCompared }
}

/** Whether an attestation is relied on: nothing is wrong, and nothing that was expected is unknown. */
export function isVerified({ refusals, notCompared }: AttestationVerdict): boolean {
  return refusals.length === 0 && !notCompared.some(({ isExpected }) => isExpected)
}

const differences: ReadonlySet<AttestationRefusal['code']> = new Set([
  'no-go',
  'other-deployment',
  'other-environment',
  'other-inputs',
  'other-waivers',
  'other-addresses',
])

/**
 * A no-go is one even when something else is wrong as well, and so is a go for something else than what is expected;
 * all else only means that it is not reliable.
 */
export function verificationExitCode(verdict: AttestationVerdict): ExitCode {
  if (isVerified(verdict)) return exitCodes.go
  if (verdict.refusals.some(({ code }) => differences.has(code))) return exitCodes.failed
  return verdict.refusals.length > 0 ? exitCodes.invalid : exitCodes.notEvaluated
}

function refused(refusal: AttestationRefusal): AttestationVerdict {
  return { statement: null, refusals: [refusal], notCompared: [] }
}

function statementIn(payload: Buffer): Statement | undefined {
  try {
    return statementSchema.safeParse(parseStrictJson(payload)).data
  } catch (error) {
    if (error instanceof JsonFormError) return undefined
    throw error
  }
}

async function demandsOf(options: VerifyOptions, lock: ReadLock | undefined): Promise<Demands> {
  const { maxAge, profile, allowPart, allowDirty } = options
  return {
    now: Date.now(),
    maxAge,
    profile,
    allowPart,
    allowDirty,
    subjects: await subjectsOf(options),
    lockDigest: lock?.digest ?? lockDigestOf(options),
  }
}

/**
 * Of what is about to be deployed: what is named, else what is checked out here. An attestation of anything at all
 * would be a go for everything.
 */
async function subjectsOf({ subjects, commit, allowDirty }: VerifyOptions): Promise<readonly Subject[]> {
  const named = [...subjects.map(subjectNamed), ...(commit === undefined ? [] : [commitNamed(commit)])]
  if (named.length > 0) return named
  const git = await gitState('.')
  if (git === null)
    throw new UsageError('unknown what is about to be deployed', {
      hint: 'name it with --subject NAME@sha256:DIGEST or --commit SHA',
    })
  if (git.dirty && !allowDirty)
    throw new UsageError('the checkout differs from its commit, so it is unknown what is about to be deployed', {
      hint: 'name it with --commit SHA or --subject NAME@sha256:DIGEST',
    })
  return [commitNamed(git.commit)]
}

function commitNamed(commit: string): Subject {
  const subject = commitSubject(commit)
  if (subject === undefined)
    throw new UsageError('--commit is not a full commit id', {
      hint: 'write all 40 digits, as `git rev-parse HEAD` prints them',
    })
  return subject
}

function lockDigestOf({ lockDigest }: VerifyOptions): string | undefined {
  if (lockDigest !== undefined && !/^[0-9a-f]{64}$/.test(lockDigest))
    throw new UsageError('--lock-digest is not a sha256 in 64 lower-case hexadecimal digits')
  return lockDigest
}
