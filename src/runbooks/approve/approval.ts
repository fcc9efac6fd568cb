import { runIdSource } from '../record/journal.js'
import { UsageError } from '../../base/errors.js'
import { stateFolder } from '../../base/files/state-folder.js'
import { openStoredRun } from '../record/stored-run.js'

/** What an approver signs, or puts into a file of their own. */
export interface ApprovalDocument {
  /** Random: no two documents are the same. */
  readonly id: string
  readonly plan: string
  /** The run it is for; `null`: the first run of the plan that uses it. */
  readonly run: string | null
  /** Path of the approve step. */
  readonly step: string
  /** Of what the step approves: definitions, parameters, and the actions that follow it. */
  readonly digest: string
  /** Name of the operating-system user who made it. */
  readonly by: string
  /** ISO-8601. */
  readonly at: string
  readonly expires: string
}

/** What signatures are made for (`ssh-keygen -Y sign -n`): a signature for something else does not count. */
export const approvalNamespace = 'preflight-approval'

const heading = 'preflight-approval v2'

/** The line of a document that is for no run in particular. */
const firstRun = 'first'

/** A text that is not an approval; the message says why. */
export class ApprovalFormatError extends Error {
  override readonly name = 'ApprovalFormatError'
}

/** The exact text of a document. @throws ApprovalFormatError for values that no document can hold */
export function formatApproval({ id, plan, run, step, digest, by, at, expires }: ApprovalDocument): string {
  const named = [
    `id: ${id}`,
    `plan: ${plan}`,
    `run: ${run ?? firstRun}`,
    `step: ${step}`,
    `digest: ${digest}`,
    `by: ${by}`,
    `at: ${at}`,
    `expires: ${expires}`,
  ]
  const text = `${heading}\n${named.join('\n')}\n`
  parseApproval(text)
  return text
}

const sha256 = 'sha256:[0-9a-f]{64}'

const time = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z`

const lines = [
  heading,
  'id: (?<id>[0-9a-f]{32})',
  `plan: (?<plan>${sha256})`,
  `run: (?<run>${firstRun}|${runIdSource})`,
  String.raw`step: (?<step>[a-z0-9\-]+(?:/[a-z0-9\-]+)*)`,
  `digest: (?<digest>${sha256})`,
  String.raw`by: (?<by>[^\s:/\\\p{C}]{1,64})`,
  `at: (?<at>${time})`,
  `expires: (?<expires>${time})`,
]

const pattern = new RegExp(`^${lines.join('\n')}\n$`, 'u')

/** Reads a document, to the byte. @throws ApprovalFormatError */
export function parseApproval(text: string): ApprovalDocument {
  const groups = pattern.exec(text)?.groups as Record<keyof ApprovalDocument, string> | undefined
  if (groups === undefined) {
    if (text.startsWith('preflight-approval v1\n'))
      throw new ApprovalFormatError(
        'it was made by an earlier version of preflight and does not contain what it approves: make a new one',
      )
    throw new ApprovalFormatError('it does not have the form of an approval by `preflight runbook approve`')
  }
  const { id, plan, run, step, digest, by, at, expires } = groups
  if (!exists(at) || !exists(expires)) throw new ApprovalFormatError('one of its times does not exist')
  if (Date.parse(expires) <= Date.parse(at)) throw new ApprovalFormatError('it expires before it was made')
  return { id, plan, run: run === firstRun ? null : run, step, digest, by, at, expires }
}

/** Whether a time is one of the calendar: the thirtieth of February would be read as a day in March. */
function exists(text: string): boolean {
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString() === text
}

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
    if (plan !== undefined) throw new UsageError('--plan names the plan of a run, but the argument is already a plan')
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
  if (step.kind !== 'approve') throw new UsageError(`the step ${path} does not ask for an approval`)
  if (step.approves === undefined)
    throw new UsageError(`the journal of ${id} does not say what ${path} approves: an earlier version wrote it`, {
      hint: 'start the run again, or give --plan and --digest',
    })
  return { plan: record.started.planHash, run: id, step: path, digest: step.approves }
}
