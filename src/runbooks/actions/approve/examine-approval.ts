import { createHash } from 'node:crypto'
import { codeOf, messageOf } from '../../../base/errors.js'
import { ApprovalFormatError, parseApproval, type ApprovalDocument, approvalNamespace } from '../../approve/approval.js'
import { NotPerformedError, type ActionContext } from '../../definition/step-kind.js'
import { isStartError } from '../../../processes/start-problem.js'
import { nameOfUser, OwnedFileError, readOwned, type OwnedFile, whyNot, type People } from './people.js'
import {
  verifySshSignature,
  type NoSignature,
  type SignedText,
  type SshSignature,
} from '../../../processes/ssh-signature.js'

/** What a step asks of an approval. */
export interface Demand {
  /** Who may approve; empty: anybody except who carries out the run. */
  readonly by: readonly string[]
  /** A claim is not enough. */
  readonly signed: boolean
  /** How old an approval may be at most, in milliseconds. */
  readonly expires: number
  readonly people: People
  /** Digest of what the step approves. */
  readonly digest: string
}

/** What a document proves. */
interface Proof {
  readonly by: string
  readonly proof: 'signature' | 'user' | 'claim'
  /** Whom the signers file says the key belongs to, or empty. */
  readonly principal: string
  /** Fingerprint of the key that signed, or empty. */
  readonly key: string
}

type Examined =
  | {
      readonly kind: 'approved'
      readonly proof: Proof
      readonly expires: string
      readonly id: string
      readonly sha256: string
    }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is about another step of this plan. */
  | { readonly kind: 'elsewhere'; readonly step: string }

/** How far an approver's clock may be ahead of ours, in milliseconds. */
const clockSkew = 5 * 60_000

/** Looks at one document, whatever it may be. @throws NotPerformedError when what it takes to judge it is missing */
export async function examineApproval(path: string, demand: Demand, context: ActionContext): Promise<Examined> {
  const { run, step } = context
  const refused = (reason: string): Examined => ({ kind: 'refused', reason })
  const read = await readDocument(path)
  if (typeof read === 'string') return refused(read)
  const { file, document } = read
  if (document.plan !== run.planHash) return refused('it approves another plan')
  if (document.step !== step.path) return { kind: 'elsewhere', step: document.step }
  if (document.run !== null && document.run !== run.id)
    return refused(`it is for the run ${document.run}; this is ${run.id}`)
  if (document.digest !== demand.digest)
    return refused(
      `the approved content has changed: it is for ${document.digest}, and the step now has ${demand.digest}`,
    )
  const now = Date.now()
  if (Date.parse(document.at) > now + clockSkew) return refused('it is dated in the future')
  const end = Math.min(Date.parse(document.expires), Date.parse(document.at) + demand.expires)
  if (now >= end) return refused(`it expired at ${new Date(end).toISOString()}`)
  const proof = await prove(path, file, document, demand, context)
  if (typeof proof === 'string') return refused(proof)
  const expires = new Date(end).toISOString()
  return {
    kind: 'approved',
    proof,
    expires,
    id: document.id,
    sha256: createHash('sha256').update(file.bytes).digest('hex'),
  }
}

async function readDocument(
  path: string,
): Promise<{ readonly file: OwnedFile; readonly document: ApprovalDocument } | string> {
  try {
    const file = await readOwned(path)
    return {
      file,
      document: parseApproval(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.bytes)),
    }
  } catch (error) {
    if (error instanceof OwnedFileError || error instanceof ApprovalFormatError) return error.message
    if (error instanceof TypeError) return 'it is not text'
    throw error
  }
}

/** A signature if there is one, else the owner of the file. @returns the complaint where neither counts */
async function prove(
  path: string,
  file: OwnedFile,
  document: ApprovalDocument,
  demand: Demand,
  context: ActionContext,
): Promise<Proof | string> {
  const signature = await readOwned(`${path}.sig`).catch((error: unknown) =>
    codeOf(error) === 'ENOENT' ? undefined : messageOf(error),
  )
  if (typeof signature === 'string') return `its signature cannot be used: ${signature}`
  const { signers } = demand.people
  if (signature !== undefined && signers !== undefined)
    return proveBySignature({ document: file.bytes, signature: signature.bytes, signers }, demand, context)
  return proveByOwner(
    file,
    document,
    demand,
    context,
    signature === undefined ? 'it has no signature file beside it' : 'the step names no signers file',
  )
}

/** @param without why there is no signature to look at */
async function proveByOwner(
  file: OwnedFile,
  document: ApprovalDocument,
  demand: Demand,
  { run, operator, signal }: ActionContext,
  without: string,
): Promise<Proof | string> {
  const parts = [
    { ...run.startedBy, part: 'started the run' },
    { ...operator, part: 'performs the run' },
  ]
  const own = parts.find(({ uid }) => uid === file.uid)
  if (own !== undefined) return `its file belongs to the user who ${own.part}, and ${without}`
  if (!file.isOwnersOnly) return 'users other than its owner can write to it'
  const owner = await proving(() => nameOfUser(file.uid, signal))
  if (owner !== document.by)
    return `it says that ${document.by} made it, but it belongs to ${owner ?? `user ${file.uid}, who has no name here`}`
  const problem = whyNot([owner], '', demand.by, demand.people)
  if (problem !== undefined) return problem
  // Someone who can change owners may have given the file to its owner.
  const able = parts.find(({ uid, canChangeOwners }) => uid === 0 || canChangeOwners === true)
  if (able !== undefined && demand.signed)
    return `its owner proves nothing: ${able.user}, who ${able.part}, can change the owners of files (as root, by a capability, or in a user namespace); a signature is required`
  return { by: owner, proof: able === undefined ? 'user' : 'claim', principal: '', key: '' }
}

async function proveBySignature(
  signed: { readonly document: Buffer; readonly signature: Buffer; readonly signers: Buffer },
  demand: Demand,
  { signal }: ActionContext,
): Promise<Proof | string> {
  const excluded = [...new Set(demand.people.excluded.map(({ user }) => user))]
  const verified = await proving(() => verifySignature(signed, excluded, signal))
  if (typeof verified === 'string') return verified
  const { principals, key } = verified
  const problem = whyNot(principals, key, demand.by, demand.people)
  if (problem !== undefined) return problem
  const principal = principals.find((name) => demand.by.includes(name)) ?? principals[0]
  return { by: principal, proof: 'signature', principal, key }
}

/** Nothing is known of an approval where the program that would tell is not there. */
async function proving<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask()
  } catch (error) {
    if (isStartError(error)) throw new NotPerformedError(`an approval could not be examined: ${messageOf(error)}`)
    throw error
  }
}

type Signature = Pick<SshSignature, 'principals' | 'key'>

/**
 * Verifies the signature of an approval.
 *
 * @param excluded names whose signature does not count
 * @returns who signed; a text saying why it is not a valid signature of an allowed signer
 * @throws the system's error when ssh-keygen cannot be started; SilenceError when the signal was aborted
 */
async function verifySignature(
  signed: Omit<SignedText, 'namespace'>,
  excluded: readonly string[],
  signal: AbortSignal,
): Promise<Signature | string> {
  const verified = await verifySshSignature({ ...signed, namespace: approvalNamespace }, signal, excluded)
  return verified.kind === 'good' ? verified : complaints[verified.kind](verified.said)
}

const ofNobody = (said: string): string => `its signature is not by a signer that the signers file allows (${said})`

const complaints: Readonly<Record<NoSignature['kind'], (said: string) => string>> = {
  unreadable: ofNobody,
  altered: (said) => `its signature does not match this text (${said})`,
  'unknown-signer': ofNobody,
  'expired-key': ofNobody,
  'names-nobody': () => 'the signers file has only a pattern for the owner of its key, not a name',
  excluded: (name) => `it is signed by ${name}, who may not approve this run`,
}
