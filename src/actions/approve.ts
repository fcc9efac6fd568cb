import { z } from 'zod'
import { pathText } from '../model/path-text.js'
import { UnansweredError } from '../model/runbook/person.js'
import { defineStepKind, NotPerformedError, type ActionContext } from '../model/runbook/step-kind.js'
import { durationInput } from '../wire/duration-input.js'
import { plainText } from './effect/plain-text.js'
import { signatureProgram } from '../process/ssh-signature.js'
import { examine, whyNot } from './approve/examine.js'

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
  principal: z.string().describe('whom the signers file says the key belongs to; empty without a signature'),
  key: z.string().describe('fingerprint of the key that signed, or empty'),
  expires: z.string().describe('when the approval ends, ISO-8601; empty for a claim'),
})
type Approval = z.output<typeof facts>

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
    programs: signers === '' ? [] : [signatureProgram()],
  }),
  async perform(given, context) {
    const refusals: string[] = []
    const elsewhere: string[] = []
    for (const path of context.approvals) {
      const examined = await examine(path, given, context)
      if (examined.kind === 'approved') return { approved: true, ...examined.proof, expires: examined.expires }
      if (examined.kind === 'refused') refusals.push(`${path}: ${examined.reason}`)
      else elsewhere.push(`; ${path} approves another step, ${examined.step}`)
    }
    if (refusals.length > 0) throw new NotPerformedError(`no approval holds: ${[refusals.join('; '), ...elsewhere].join('')}`)
    if (given.signed) throw new UnansweredError(`an approval with proof is needed, and none was given${elsewhere.join('')}`, howTo(context))
    return askForClaim(given, context, elsewhere.join(''))
  },
})

function howTo({ run, step }: ActionContext): string {
  return `the approver makes one with \`preflight runbook approve ${run.planHash} --step ${step.path} --output FILE\` (with --sign KEY for a signature); give it with --approval FILE`
}

/** A name that can stand in a journal and be compared. */
const nameOfApprover = /^[^\s\p{C}]{1,64}$/u

/** @param aside what else is to be said when nobody answers */
async function askForClaim(given: Input, context: ActionContext, aside: string): Promise<Approval> {
  const { person, signal, run } = context
  const start = run.planHash.replace(/^sha256:/, '').slice(0, 12)
  const explain = `${given.message}\n\nThis needs another person than ${run.startedBy.user}, who started the run. What is typed here is recorded as a claim.`
  try {
    const by = (await person.line({ ask: 'name of the approver', explain }, signal)).trim()
    if (by === '') throw new UnansweredError('nobody approved')
    if (!nameOfApprover.test(by)) throw new NotPerformedError('what was typed is no name of a user')
    const problem = whyNot(by, given, context)
    if (problem !== undefined) throw new NotPerformedError(problem)
    const typed = await person.type({ ask: `type the first 12 characters of the plan's hash (${start}) to approve` }, start, signal)
    return { approved: typed === start, by, proof: 'claim', principal: '', key: '', expires: '' }
  } catch (error) {
    if (error instanceof UnansweredError) throw new UnansweredError(`${error.message}${aside}`, howTo(context))
    throw error
  }
}
