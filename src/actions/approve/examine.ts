import { codeOf, messageOf } from '../../kernel/errors.js'
import { ApprovalFormatError, parseApproval, type ApprovalDocument } from '../../model/runbook/approval.js'
import { NotPerformedError, type ActionContext } from '../../model/runbook/step-kind.js'
import { isStartError } from '../../process/start-problem.js'
import { nameOfUser, OwnedFileError, readOwned, type OwnedFile } from './owner.js'
import { verifySignature } from './signature.js'

/** What a step asks of an approval. */
export interface Demand {
  /** Who may approve; empty: anybody but whoever carries out the run. */
  readonly by: readonly string[]
  /** An OpenSSH allowed signers file; empty: signatures are not looked at. */
  readonly signers: string
  /** How old an approval may be at most, in milliseconds. */
  readonly expires: number
}

/** What a document proves. */
export interface Proof {
  readonly by: string
  readonly proof: 'signature' | 'user'
  /** Whom the signers file says the key belongs to, or empty. */
  readonly principal: string
  /** Fingerprint of the key that signed, or empty. */
  readonly key: string
}

export type Examined =
  | { readonly kind: 'approved'; readonly proof: Proof; readonly expires: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is about another step of this plan. */
  | { readonly kind: 'elsewhere'; readonly step: string }

/** How far an approver's clock may be ahead of ours, in milliseconds. */
const clockSkew = 5 * 60_000

/** Looks at one document, whatever it may be. @throws NotPerformedError when what it takes to judge it is missing */
export async function examine(path: string, demand: Demand, context: ActionContext): Promise<Examined> {
  const { run, step } = context
  const refused = (reason: string): Examined => ({ kind: 'refused', reason })
  const read = await readDocument(path)
  if (typeof read === 'string') return refused(read)
  const { file, document } = read
  if (document.plan !== run.planHash) return refused('it approves another plan')
  if (document.step !== step.path) return { kind: 'elsewhere', step: document.step }
  const now = Date.now()
  if (Date.parse(document.at) > now + clockSkew) return refused('it is dated in the future')
  const end = Math.min(Date.parse(document.expires), Date.parse(document.at) + demand.expires)
  if (now >= end) return refused(`it expired at ${new Date(end).toISOString()}`)
  const proof = await prove(path, file, document, demand, context)
  if (typeof proof === 'string') return refused(proof)
  const problem = whyNot(proof.by, demand, context)
  return problem === undefined ? { kind: 'approved', proof, expires: new Date(end).toISOString() } : refused(problem)
}

/** Why somebody may not approve, or `undefined`. */
export function whyNot(name: string, { by }: Pick<Demand, 'by'>, { run, operator }: ActionContext): string | undefined {
  const own = [run.startedBy.user, operator.user].map((each) => each.toLowerCase())
  const asked = name.toLowerCase()
  // A signers file names people as users or by their addresses.
  if (own.includes(asked) || own.includes(asked.split('@')[0] ?? '')) return `the approver must be another person than ${run.startedBy.user}, who started the run, and than who carries it out`
  return by.length > 0 && !by.includes(name) ? `${name} may not approve this` : undefined
}

async function readDocument(path: string): Promise<{ readonly file: OwnedFile; readonly document: ApprovalDocument } | string> {
  try {
    const file = await readOwned(path)
    return { file, document: parseApproval(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.bytes)) }
  } catch (error) {
    if (error instanceof OwnedFileError || error instanceof ApprovalFormatError) return error.message
    if (error instanceof TypeError) return 'it is no text'
    throw error
  }
}

/** A signature if there is one, else the owner of the file. @returns the complaint where neither proves anything */
async function prove(path: string, file: OwnedFile, document: ApprovalDocument, demand: Demand, context: ActionContext): Promise<Proof | string> {
  const signature = await readOwned(`${path}.sig`).catch((error: unknown) => (codeOf(error) === 'ENOENT' ? undefined : messageOf(error)))
  if (typeof signature === 'string') return `its signature cannot be used: ${signature}`
  if (signature !== undefined && demand.signers !== '') return proveBySignature(file.bytes, signature.bytes, demand, context)
  const { run, operator, signal } = context
  if (file.uid === run.startedBy.uid || file.uid === operator.uid) {
    return `its file belongs to ${file.uid === run.startedBy.uid ? 'the user who started the run' : 'the user who carries out the run'}, and ${signature === undefined ? 'there is no signature beside it' : 'the step names no signers file'}`
  }
  if (!file.isOwnersOnly) return 'others than its owner can write to it'
  const owner = await proving(() => nameOfUser(file.uid, signal))
  if (owner !== document.by) return `it says that ${document.by} made it, and it belongs to ${owner ?? `user ${file.uid}, who has no name here`}`
  return { by: owner, proof: 'user', principal: '', key: '' }
}

async function proveBySignature(document: Buffer, signature: Buffer, demand: Demand, { run, operator, signal }: ActionContext): Promise<Proof | string> {
  const signers = await readOwned(demand.signers).catch((error: unknown) => {
    throw new NotPerformedError(`the signers file ${demand.signers} cannot be used: ${messageOf(error)}`)
  })
  const excluded = [...new Set([run.startedBy.user, operator.user])]
  const verified = await proving(() => verifySignature({ document, signature, signers: signers.bytes }, excluded, signal))
  if (typeof verified === 'string') return verified
  const { principals, key } = verified
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
