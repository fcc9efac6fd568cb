import { z } from 'zod'
import type { Position } from './position.js'
import { stages } from './vocabulary.js'

const digest = () => z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in lower-case hexadecimal digits')

/** What was asked for, as it stood on the command line: no selector means whatever the deployment file or the packs select. */
export const askedSelectionSchema = z.strictObject({
  selectors: z.array(z.string()),
  stages: z.array(z.enum(stages)),
  skip: z.array(z.string()),
  phase: z.enum(['all', 'before-start', 'after-start']),
})
export type AskedSelection = Readonly<z.infer<typeof askedSelectionSchema>>

const selectionLockSchema = z.strictObject({
  schemaVersion: z.literal(1),
  profile: z.string(),
  selection: askedSelectionSchema,
  definitionsDigest: digest(),
  checks: z.record(z.string(), digest()),
})

/** A selection as it was when somebody agreed to it: nothing of it may go missing or change unseen. */
export interface SelectionLock {
  /** Canonical. */
  readonly profile: string
  readonly selection: AskedSelection
  /** Of all definitions there were. */
  readonly definitionsDigest: string
  /** The digest of every definition, by id. */
  readonly checks: ReadonlyMap<string, string>
}

/** A text that is no lock; the message says why. */
export class LockFormatError extends Error {
  override readonly name = 'LockFormatError'
}

/** The one text of a lock: sorted, indented, with a final newline, so that two of them can be compared line by line. */
export function formatLock({ profile, selection, definitionsDigest, checks }: SelectionLock): string {
  const { selectors, stages: asked, skip, phase } = selection
  const document = {
    schemaVersion: 1,
    profile,
    selection: { selectors: sorted(selectors), stages: stages.filter((stage) => asked.includes(stage)), skip: sorted(skip), phase },
    definitionsDigest,
    checks: Object.fromEntries([...checks].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** Reads a lock, to the byte: what a merge or an editor made of one is none. @throws LockFormatError */
export function parseLock(text: string): SelectionLock {
  let plain: unknown
  try {
    plain = JSON.parse(text)
  } catch {
    throw new LockFormatError('it is no JSON')
  }
  const { data, error } = selectionLockSchema.safeParse(plain)
  if (data === undefined) {
    const [issue] = error.issues
    throw new LockFormatError(`${issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `}${issue?.message ?? 'it has another shape'}`)
  }
  const { profile, selection, definitionsDigest } = data
  const lock = { profile, selection, definitionsDigest, checks: new Map(Object.entries(data.checks)) }
  if (lock.checks.size === 0) throw new LockFormatError('it locks no check')
  if (formatLock(lock) !== text) throw new LockFormatError('it is not laid out as `preflight lock` writes it, or names a check twice')
  return lock
}

/** Where a check stands in the text of a lock. */
export function placeInLock(lock: SelectionLock, id: string, file: string): Position {
  const index = formatLock(lock).split('\n').findIndex((line) => line.startsWith(`    ${JSON.stringify(id)}: `))
  return { file, line: index + 1, column: 5 }
}

/** Whether two selections ask for the same: what is skipped, and by which profile is judged, does not make it another. */
export function isSameChoice(a: AskedSelection, b: AskedSelection): boolean {
  return a.phase === b.phase && isSameSet(a.selectors, b.selectors) && isSameSet(a.stages, b.stages)
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted()
}
