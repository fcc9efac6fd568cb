import { runIdSource } from '../record/run-id.js'

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

/** What signatures are made for (`ssh-keygen -Y sign -n`): a signature for something else is none for this. */
export const approvalNamespace = 'preflight-approval'

const heading = 'preflight-approval v2'

/** The line of a document that is for no run in particular. */
const firstRun = 'first'

/** A text that is no approval; the message says why. */
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
        'it was made by an earlier version of preflight, and does not say what it approves: make a new one',
      )
    throw new ApprovalFormatError('it is not an approval as `preflight runbook approve` writes it')
  }
  const { id, plan, run, step, digest, by, at, expires } = groups
  if (!exists(at) || !exists(expires)) throw new ApprovalFormatError('one of its times does not exist')
  if (Date.parse(expires) <= Date.parse(at)) throw new ApprovalFormatError('it expires before it is made')
  return { id, plan, run: run === firstRun ? null : run, step, digest, by, at, expires }
}

/** Whether a time is one of the calendar: the thirtieth of February would be read as a day in March. */
function exists(text: string): boolean {
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString() === text
}
