/** What an approver signs, or puts into a file of their own. */
export interface ApprovalDocument {
  readonly plan: string
  readonly step: string
  /** Name of the operating-system user who made it. */
  readonly by: string
  /** ISO-8601. */
  readonly at: string
  readonly expires: string
}

/** What signatures are made for (`ssh-keygen -Y sign -n`): a signature for something else is none for this. */
export const approvalNamespace = 'preflight-approval'

const heading = 'preflight-approval v1'

/** A text that is no approval; the message says why. */
export class ApprovalFormatError extends Error {
  override readonly name = 'ApprovalFormatError'
}

/** The exact text of a document. @throws ApprovalFormatError for values that no document can hold */
export function formatApproval(document: ApprovalDocument): string {
  const { plan, step, by, at, expires } = document
  const text = [heading, `plan: ${plan}`, `step: ${step}`, `by: ${by}`, `at: ${at}`, `expires: ${expires}`, ''].join('\n')
  parseApproval(text)
  return text
}

const time = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z`
const pattern = new RegExp(
  String.raw`^${heading}\nplan: (sha256:[0-9a-f]{64})\nstep: ([a-z0-9\-]+(?:/[a-z0-9\-]+)*)\nby: ([^\s:/\\\p{C}]{1,64})\nat: (${time})\nexpires: (${time})\n$`,
  'u',
)

/** Reads a document, to the byte. @throws ApprovalFormatError */
export function parseApproval(text: string): ApprovalDocument {
  const [, plan, step, by, at, expires] = pattern.exec(text) ?? []
  if (plan === undefined || step === undefined || by === undefined || at === undefined || expires === undefined) throw new ApprovalFormatError('it is no approval as `preflight runbook approve` writes one')
  if (!exists(at) || !exists(expires)) throw new ApprovalFormatError('one of its times does not exist')
  if (Date.parse(expires) <= Date.parse(at)) throw new ApprovalFormatError('it expires before it is made')
  return { plan, step, by, at, expires }
}

/** Whether a time is one of the calendar: the thirtieth of February would be read as a day in March. */
function exists(text: string): boolean {
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString() === text
}
