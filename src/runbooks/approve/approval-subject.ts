import { UsageError } from '../../base/errors.js'
import { runIdSource } from '../record/run-id.js'
import { stateFolder } from '../../base/files/state-folder.js'
import { openStoredRun } from '../record/stored-run.js'

/** What somebody is about to approve. */
export interface ApprovalSubject {
  readonly plan: string
  /** `null`: the first run of the plan. */
  readonly run: string | null
  readonly step: string
  readonly digest: string
}

export interface NamedSubject {
  /** A run (its id, a part of it, or `last`), or the hash of a plan, with `sha256:` before it or without. */
  readonly named: string
  /** The hash of the run's plan. */
  readonly plan: string | undefined
  readonly step: string
  readonly digest: string | undefined
  readonly state: string | undefined
}

const hash = /^(?:sha256:)?([0-9a-f]{64})$/
const whence = '`preflight runbook plan ID` and the message of a run that waits for an approval print the whole command'

/**
 * What is approved by what was named: a run whose folder can be read tells its plan and what the step approves; else
 * both are given.
 *
 * @throws UsageError for what does not fit together, and for a step that approves nothing; JournalDamagedError
 */
export async function approvalSubject({ named, plan, step, digest, state }: NamedSubject): Promise<ApprovalSubject> {
  const ofPlan = hash.exec(named)?.[1]
  if (ofPlan !== undefined) {
    if (plan !== undefined) throw new UsageError('--plan names the plan of a run, and the argument is a plan already')
    return { plan: `sha256:${ofPlan}`, run: null, step, digest: digestOf(digest, '--digest') }
  }
  if (plan === undefined && digest === undefined) return ofStoredRun(named, step, state)
  if (!new RegExp(`^${runIdSource}$`).test(named))
    throw new UsageError(`${named} is not the id of a run: with --plan and --digest it must be given in full`, {
      hint: whence,
    })
  return { plan: digestOf(plan, '--plan'), run: named, step, digest: digestOf(digest, '--digest') }
}

function digestOf(text: string | undefined, flag: string): string {
  const found = hash.exec(text ?? '')?.[1]
  if (found === undefined)
    throw new UsageError(
      text === undefined ? `${flag} is missing` : `${flag} must be sha256: and 64 hexadecimal digits`,
      { hint: whence },
    )
  return `sha256:${found}`
}

async function ofStoredRun(named: string, path: string, state: string | undefined): Promise<ApprovalSubject> {
  const { id, record } = await openStoredRun(stateFolder(state), named)
  const step = record.started.steps.find((each) => each.path === path)
  if (step === undefined)
    throw new UsageError(`the run ${id} has no step ${path}`, { hint: '`preflight runbook status` lists them' })
  if (step.kind !== 'approve') throw new UsageError(`the step ${path} asks for no approval`)
  if (step.approves === undefined)
    throw new UsageError(`the journal of ${id} does not say what ${path} approves: an earlier version wrote it`, {
      hint: 'start the run again, or give --plan and --digest',
    })
  return { plan: record.started.planHash, run: id, step: path, digest: step.approves }
}
