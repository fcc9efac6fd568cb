import { createHash } from 'node:crypto'
import { PreflightError, UsageError, exitCodes } from '../base/errors.js'
import { statementOf, UnattestableResultError } from './statement/state-result.js'
import { type Statement, commitSubject, parseSubject, type Subject } from './statement/statement.js'
import type { ResultDocument } from '../checks/result/report.js'
import { serialiseResult } from '../checks/result/serialise-result.js'
import { replaceFile, refuseOverwriting } from '../base/files/whole-file.js'
import { readFingerprintKey } from '../checks/run-context/fingerprint-key.js'
import type { GitState } from '../processes/git.js'
import { emptyEnvelope, seal, type Envelope } from './dsse-envelope.js'
import { readSigningKey, type SigningKey } from './keys.js'
import { filesReadByDefault } from '../checks/files-read.js'
import { readResult } from '../checks/result/read-documents.js'
import { exitCodeOf } from '../checks/result/render-result.js'

export interface AttestationOptions {
  readonly keyFile: string
  /** Where the attestation goes. */
  readonly file: string
  /** What is deployed, as `name@sha256:…`; none means the commit. */
  readonly subjects: readonly string[]
  /** Whether a commit may be attested although the checkout differed from it. */
  readonly allowDirty: boolean
  /** Where the run can be looked at. */
  readonly url: string | undefined
  /** Files that the attestation must not be written over. */
  readonly otherFiles: readonly string[]
  /** The key of the run's fingerprints, which must not be the one that signs. */
  readonly fingerprintKeyFile?: string | undefined
}

/** An attestation that is to be: its key is read, and its file says nothing yet. */
interface OpenAttestation {
  /**
   * @throws PreflightError (exit 3) for a result that cannot be attested, OutputError when the file cannot be written
   */
  attest(document: ResultDocument): Promise<Attested>
}

export interface Attested {
  readonly statement: Statement
  readonly keyId: string
}

/**
 * Makes ready to attest: everything that can be wrong is known before anything is run, and no attestation of an earlier
 * run outlives this one.
 *
 * @throws UsageError for a key, a subject, a link or a file that cannot be used; OutputError when the file cannot be
 *   written
 */
export async function openAttestation(options: AttestationOptions): Promise<OpenAttestation> {
  await refuseOverwriting(
    options.file,
    [
      options.keyFile,
      ...(options.fingerprintKeyFile === undefined ? [] : [options.fingerprintKeyFile]),
      ...options.otherFiles,
    ],
    'the attestation needs its own file',
  )
  await write(options.file, emptyEnvelope)
  const key = await readSigningKey(options.keyFile)
  if (options.fingerprintKeyFile !== undefined) await refuseSigningKey(options.fingerprintKeyFile, key)
  const named = options.subjects.map(subjectNamed)
  refuseUnfitUrl(options.url)
  return {
    async attest(document) {
      const subjects = named.length > 0 ? named : [subjectOfCommit(document.run.git, options.allowDirty)]
      return sealResult(document, { key, subjects, file: options.file, url: options.url })
    },
  }
}

/**
 * The commit as what is deployed.
 *
 * @throws PreflightError (exit 3) without a commit, or when what was judged was not that commit
 */
export function subjectOfCommit(git: GitState | null, allowDirty: boolean): Subject {
  const subject = git === null ? undefined : commitSubject(git.commit)
  if (git === null || subject === undefined) {
    throw new PreflightError(
      'nothing-to-attest',
      exitCodes.invalid,
      'unknown what is deployed: this is not a git checkout, and no --subject names it',
      { hint: 'name it: --subject registry.example/image@sha256:…' },
    )
  }
  if (git.dirty && !allowDirty) {
    throw new PreflightError(
      'dirty-checkout',
      exitCodes.invalid,
      `the checkout differs from its commit ${git.commit}, so the result does not belong to the commit`,
      {
        hint: 'commit or discard the changes (`git status`), name what is deployed with --subject, or give --allow-dirty',
      },
    )
  }
  return subject
}

interface Sealing {
  readonly key: SigningKey
  readonly subjects: readonly Subject[]
  readonly file: string
  readonly url: string | undefined
}

async function sealResult(document: ResultDocument, { key, subjects, file, url }: Sealing): Promise<Attested> {
  const statement = stated(document, {
    subjects,
    resultDigest: createHash('sha256').update(serialiseResult(document)).digest('hex'),
    now: Date.now(),
    url,
  })
  await write(file, await seal(Buffer.from(JSON.stringify(statement)), key))
  return { statement, keyId: key.id }
}

function stated(...args: Parameters<typeof statementOf>): Statement {
  try {
    return statementOf(...args)
  } catch (error) {
    if (!(error instanceof UnattestableResultError)) throw error
    throw new PreflightError('unattestable', exitCodes.invalid, `the result cannot be attested: ${error.message}`, {
      cause: error,
    })
  }
}

async function write(file: string, envelope: Envelope): Promise<void> {
  await replaceFile(file, `${JSON.stringify(envelope)}\n`, { what: 'attestation' })
}

/** The verifier has the fingerprint key: it must not be able to sign. */
async function refuseSigningKey(fingerprintKeyFile: string, key: SigningKey): Promise<void> {
  const { is } = await readFingerprintKey(fingerprintKeyFile)
  if (key.isMadeOf(is))
    throw new UsageError(`the fingerprint key ${fingerprintKeyFile} is the signing key`, {
      hint: '`preflight keys fingerprint FILE` makes a separate key',
    })
}

/** @throws UsageError */
export function subjectNamed(text: string): Subject {
  const subject = parseSubject(text)
  if (subject === undefined)
    throw new UsageError(`--subject ${text} has no digest`, {
      hint: 'write --subject NAME@sha256:DIGEST, with 64 lower-case hexadecimal digits',
    })
  return subject
}

/** It is read by others: a password in it would be theirs. */
function refuseUnfitUrl(url: string | undefined): void {
  if (url === undefined) return
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new UsageError('--run-url is not an http or https address')
  if (parsed.username !== '' || parsed.password !== '')
    throw new UsageError('--run-url contains credentials, and everyone who verifies the attestation could read them')
  if (url.length > 2000) throw new UsageError('--run-url is longer than 2000 characters')
}

/**
 * Attests a saved result. What its subject is without a name is the commit that the result names, not the one that is
 * checked out now.
 *
 * @throws as `readResult`, `exitCodeOf`, `openAttestation` and `attest` do
 */
export async function attestResult(file: string, options: Omit<AttestationOptions, 'otherFiles'>): Promise<Attested> {
  const document = await readResult(file)
  exitCodeOf(document, file)
  const attestation = await openAttestation({
    ...options,
    otherFiles: [file, ...(await filesReadByDefault())],
  })
  return attestation.attest(document)
}
