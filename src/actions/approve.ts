import { z } from 'zod'
import { messageOf } from '../kernel/errors.js'
import { pathText } from '../model/path-text.js'
import { ApprovalFormatError, parseApproval, type ApprovalDocument } from '../model/runbook/approval.js'
import { UnansweredError } from '../model/runbook/person.js'
import { defineStepKind, NotPerformedError, type ActionContext } from '../model/runbook/step-kind.js'
import { durationInput } from '../wire/duration-input.js'
import { plainText } from './effect/plain-text.js'
import { nameOfUser, readOwned, type OwnedFile } from './approve/owner.js'
import { verifySignature } from './approve/signature.js'

const input = z.strictObject({
  message: plainText(5000).min(1).describe('what is approved, for the approver'),
  by: z.array(plainText(64).min(1)).default([]).describe('who may approve; empty: anybody but the one who started the run'),
  signed: z.boolean().default(false).describe('a mere claim at the terminal is not enough: it takes a signature, or a file of another operating-system user'),
  signers: z.union([z.literal(''), pathText()]).default('').describe('an OpenSSH allowed signers file; empty: no signatures are accepted'),
  expires: durationInput().default(4 * 3_600_000).describe('how old an approval may be at most'),
})
type Input = z.output<typeof input>

const facts = z.strictObject({
  approved: z.boolean().describe('somebody other than the one who started the run approved it'),
  by: z.string().describe('the name of the approver'),
  proof: z.enum(['signature', 'user', 'claim']).describe('a signature; a file of another operating-system user; no more than a name typed at the terminal'),
  key: z.string().describe('fingerprint of the key that signed, or empty'),
  expires: z.string().describe('when the approval ends, ISO-8601; empty for a claim'),
})
type Approval = z.output<typeof facts>

/** How far a clock may be ahead of ours, in milliseconds. */
const clockSkew = 5 * 60_000

/** Somebody other than the one who started the run approves exactly this plan. */
export const action = defineStepKind({
  kind: 'approve',
  title: 'have another person approve the plan',
  description:
    "Needs the approval of a person other than the one who started the run, bound to the plan's hash and this step, no older than `expires`. It is proven by an `ssh-keygen -Y` signature of a key in the signers file, or by a document that another operating-system user wrote; " +
    'both are made with `preflight runbook approve`. Anything less is recorded as a claim, and refused where the step says `signed: true`.',
  input,
  facts,
  effects: ['read'],
  expect: ['facts.approved'],
  defaultTimeout: undefined,
  asksPerson: true,
  examples: [{ title: 'by a release manager', input: { message: 'production is restored from the backup of tonight', signed: true, signers: '/etc/preflight/signers' }, expect: 'facts.approved && facts.proof != "claim"' }],
  describe: ({ message, by, signed, signers }) => ({
    lines: [message, `by ${by.length === 0 ? 'anybody but the one who starts the run' : by.join(' or ')}${signed ? ', proven by a signature or by another operating-system user' : ''}`],
    addresses: [],
    files: signers === '' ? [] : [signers],
  }),
  async perform(given, context) {
    const complaints: string[] = []
    for (const path of context.approvals) {
      const found = await examine(path, given, context)
      if (typeof found !== 'string') return found
      if (found !== '') complaints.push(`${path}: ${found}`)
    }
    if (complaints.length > 0) throw new NotPerformedError(`no approval holds: ${complaints.join('; ')}`)
    if (given.signed) throw new UnansweredError('an approval with proof is needed, and none was given', howTo(context))
    return askForClaim(given, context)
  },
})

function howTo({ run, step }: ActionContext): string {
  return `the approver makes one with \`preflight runbook approve ${run.planHash} --step ${step.path} --output FILE\` (with --sign KEY for a signature); give it with --approval FILE`
}

/** @returns the approval; a complaint; the empty text for a document that is about another step */
async function examine(path: string, given: Input, context: ActionContext): Promise<Approval | string> {
  let file: OwnedFile
  let document: ApprovalDocument
  try {
    file = await readOwned(path)
    document = parseApproval(file.bytes.toString('utf8'))
  } catch (error) {
    return error instanceof ApprovalFormatError ? error.message : messageOf(error)
  }
  const { run, step } = context
  if (document.step !== step.path) return ''
  if (document.plan !== run.planHash) return 'it approves another plan'
  const now = Date.now()
  if (Date.parse(document.at) > now + clockSkew) return 'it is dated in the future'
  const end = Math.min(Date.parse(document.expires), Date.parse(document.at) + given.expires)
  if (now > end) return `it expired at ${new Date(end).toISOString()}`
  const proven = await prove(path, file, document, given, context)
  if (typeof proven === 'string') return proven
  if (isStarter(proven.by, context)) return 'it was made by the one who started the run'
  if (given.by.length > 0 && !given.by.includes(proven.by)) return `${proven.by} may not approve this`
  return { approved: true, ...proven, expires: new Date(end).toISOString() }
}

async function prove(path: string, file: OwnedFile, document: ApprovalDocument, { signers }: Input, { signal, run }: ActionContext): Promise<Pick<Approval, 'by' | 'proof' | 'key'> | string> {
  const signature = await readOwned(`${path}.sig`).catch(() => undefined)
  if (signature !== undefined && signers !== '') {
    const verified = await verifySignature(file.bytes, signature.bytes, (await readOwned(signers)).bytes, signal)
    return typeof verified === 'string' ? verified : { by: verified.principal, proof: 'signature', key: verified.key }
  }
  if (file.uid === run.startedBy.uid) return signature === undefined ? 'it belongs to the user who started the run, and has no signature beside it' : 'it is signed, and the step names no signers file'
  if (!file.isOwnersOnly) return 'others than its owner can write to it'
  const owner = await nameOfUser(file.uid, signal)
  if (owner === undefined || owner !== document.by) return `it says that ${document.by} made it, and it belongs to ${owner ?? `user ${file.uid}`}`
  return { by: owner, proof: 'user', key: '' }
}

function isStarter(name: string, { run, operator }: ActionContext): boolean {
  const own = name.toLowerCase()
  return own === run.startedBy.user.toLowerCase() || own === operator.user.toLowerCase()
}

async function askForClaim(given: Input, context: ActionContext): Promise<Approval> {
  const { person, signal, run } = context
  const start = run.planHash.replace(/^sha256:/, '').slice(0, 12)
  const explain = `${given.message}\n\nThis needs another person than ${run.startedBy.user}, who started the run. What is typed here is recorded as a claim.`
  try {
    const by = (await person.line({ ask: 'name of the approver', explain }, signal)).trim()
    if (by === '') throw new UnansweredError('nobody approved')
    if (isStarter(by, context)) throw new NotPerformedError('the approver must be another person than the one who started the run')
    if (given.by.length > 0 && !given.by.includes(by)) throw new NotPerformedError(`${by.slice(0, 64)} may not approve this`)
    const typed = await person.type({ ask: `type the first 12 characters of the plan's hash (${start}) to approve` }, start, signal)
    return { approved: typed === start, by: by.slice(0, 64), proof: 'claim', key: '', expires: '' }
  } catch (error) {
    if (error instanceof UnansweredError && error.hint === undefined) throw new UnansweredError(error.message, howTo(context))
    throw error
  }
}
