import { z } from 'zod'
import { pathOrEmpty, textWithoutNul } from '../../base/text/terminal-text.js'
import { UnansweredError } from '../../engine/person.js'
import { defineStepKind, NotPerformedError, type ActionContext } from '../definition/step-kind.js'
import { durationInput } from '../../net/credential.js'
import { examineApproval, type Demand } from './approve/examine-approval.js'
import { peopleOf, whyNot } from './approve/people.js'
import { signatureProgram } from '../../processes/ssh-signature.js'
import { stateAgain } from '../record/started-with.js'

const input = z.strictObject({
  message: textWithoutNul(5000).min(1).describe('what is approved, for the approver'),
  by: z
    .array(textWithoutNul(64).min(1))
    .default([])
    .describe('who may approve; empty: anyone except the person who started the run'),
  signed: z
    .boolean()
    .default(false)
    .describe('require a signature, or a file of another operating-system user; a claim at the terminal is not enough'),
  signers: pathOrEmpty().default('').describe('an OpenSSH allowed signers file; empty: no signatures are accepted'),
  expires: durationInput()
    .default(4 * 3_600_000)
    .describe('maximum age of an approval'),
})

const facts = z.strictObject({
  approved: z.boolean().describe('a person other than the one who started the run approved it'),
  by: z.string().describe('the name of the approver'),
  proof: z
    .enum(['signature', 'user', 'claim'])
    .describe(
      'a signature; a file of another operating-system user; or only a claim: a name typed at the terminal, or a file that the user of the run could have made',
    ),
  principal: z.string().describe('the owner of the key in the signers file; empty without a signature'),
  key: z.string().describe('fingerprint of the key that signed, or empty'),
  keysCompared: z
    .boolean()
    .describe(
      'the signers file lists a key of the person who started the run and of the person who performs it, so that another key is another person; false: their keys are not known',
    ),
  expires: z.string().describe('when the approval ends, ISO-8601; empty for a claim at the terminal'),
  digest: z.string().describe('what was approved: the digest of definitions, parameters and the actions that follow'),
  id: z.string().describe('id of the approval document, or empty'),
  document: z.string().describe('sha256 of the approval document, or empty'),
})

type Approval = z.output<typeof facts>

/** Somebody other than the one who started the run approves exactly this plan. */
export const action = defineStepKind({
  kind: 'approve',
  title: 'have another person approve the plan',
  description:
    "Needs the approval of a person other than the one who started the run, for the plan's hash, for this run, and for what follows this step (definitions, parameters, actions), no older than `expires`, and used only once. " +
    'It is proven by an `ssh-keygen -Y` signature of a key in the signers file, or by a document that another operating-system user wrote, unless the person who starts or performs the run can change the owners of files; both are made with `preflight runbook approve`. ' +
    'A key that the signers file also lists for the person who starts or performs the run, under any name, is refused. Anything else is recorded as a claim, and is refused if the step has `signed: true`.',
  input,
  facts,
  effects: ['read'],
  expect: ['facts.approved'],
  explain: ({ approved, by }) =>
    approved ? undefined : `${by} did not approve: what was typed is not the beginning of the plan's hash`,
  defaultTimeout: undefined,
  examples: [
    {
      title: 'by a release manager',
      input: {
        message: 'production is restored from the backup of tonight',
        signed: true,
        signers: '/etc/preflight/signers',
      },
      expect: 'facts.approved && facts.proof != "claim"',
    },
  ],
  describe: ({ message, by, signed, signers }) => ({
    lines: [
      message,
      `by ${by.length === 0 ? 'anyone except the person who starts the run' : by.join(' or ')}${signed ? ', proven by a signature or by another operating-system user' : ''}`,
    ],
    addresses: [],
    files: signers === '' ? [] : [signers],
    signers: signers === '' ? [] : [signers],
    programs: signers === '' ? [] : [signatureProgram()],
  }),
  async perform(given, context) {
    const refusals: string[] = []
    const elsewhere: string[] = []
    const digest = await context.approval.digest()
    const demand: Demand = { ...given, people: await peopleOf(given.signers, context), digest }
    for (const path of context.approvals) {
      const examined = await examineApproval(path, demand, context)
      if (examined.kind === 'elsewhere') elsewhere.push(`; ${path} approves another step, ${examined.step}`)
      else if (examined.kind === 'refused') refusals.push(`${path}: ${examined.reason}`)
      else {
        const { proof, expires, id, sha256 } = examined
        const problem = await context.approval.use({ id, sha256, expires })
        if (problem === undefined)
          return {
            approved: true,
            ...proof,
            keysCompared: demand.people.isComparable,
            expires,
            digest,
            id,
            document: sha256,
          }
        refusals.push(`${path}: ${problem}`)
      }
    }
    if (refusals.length > 0)
      throw new NotPerformedError(
        `no approval is valid: ${[refusals.join('; '), ...elsewhere].join('')}; ${howToApprove(context, digest)}`,
      )
    if (given.signed)
      throw new UnansweredError(
        `an approval with proof is required, but none was given${elsewhere.join('')}`,
        howToApprove(context, digest),
      )
    return askForClaim(given.message, demand, context, elsewhere.join(''))
  },
})

/** A name that can be in a journal and be compared. */
const nameOfApprover = /^[^\s\p{C}]{1,64}$/u

/** @param aside what else is to be said when there is no answer */
async function askForClaim(message: string, demand: Demand, context: ActionContext, aside: string): Promise<Approval> {
  const { person, signal, run } = context
  const { people, by: allowed, digest } = demand
  const start = run.planHash.replace(/^sha256:/, '').slice(0, 12)
  const explain = `${message}\n\nA person other than ${run.startedBy.user}, who started the run, must approve this. Input at this terminal is recorded as a claim.`
  try {
    const by = (await person.line({ ask: 'name of the approver', explain }, signal)).trim()
    if (by === '') throw new UnansweredError('no approver was given')
    if (!nameOfApprover.test(by)) throw new NotPerformedError('the input is not a user name')
    const problem = whyNot([by], '', allowed, people)
    if (problem !== undefined) throw new NotPerformedError(problem)
    const typed = await person.type(
      { ask: `type the first 12 characters of the plan's hash (${start}) to approve` },
      start,
      signal,
    )
    return {
      approved: typed === start,
      by,
      proof: 'claim',
      principal: '',
      key: '',
      keysCompared: people.isComparable,
      expires: '',
      digest,
      id: '',
      document: '',
    }
  } catch (error) {
    if (error instanceof UnansweredError)
      throw new UnansweredError(`${error.message}${aside}`, howToApprove(context, digest))
    throw error
  }
}

/** How somebody approves a step of this run: the exact commands. */
function howToApprove({ run, step }: ActionContext, digest: string): string {
  const approve = `preflight runbook approve ${run.id} --plan ${run.planHash} --step ${step.path} --digest ${digest} --output FILE --sign KEY`
  const goOn = `preflight runbook resume ${run.id}${stateAgain(run.startedWith)} --approval FILE`
  return `the approver makes one with \`${approve}\` (or without --sign, as another user of this machine); then continue with \`${goOn}\``
}
