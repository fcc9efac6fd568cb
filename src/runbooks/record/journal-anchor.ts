import { UsageError } from '../../base/errors.js'
import type { ReadJournal } from './read-journal.js'
import { JournalDamagedError } from './stored-run.js'

const form = /^(\d{1,9}):([0-9a-f]{64})$/

/**
 * `<number of entries>:<hash of the last>`: kept elsewhere, it proves later that nothing was removed or changed since.
 */
export function anchorOf({ head }: Pick<ReadJournal, 'head'>): string {
  return `${head.seq}:${head.hash}`
}

/** Why a journal is not the one that an anchor was taken of. @param hashes of its entries, in order */
export function anchorProblems(anchor: string, hashes: readonly string[]): readonly string[] {
  const match = form.exec(anchor)
  if (match === null) return [`${anchor} is no anchor: \`preflight runbook verify RUN --anchor\` prints one`]
  const seq = Number(match[1])
  if (seq > hashes.length) return [`the anchor is of entry ${seq}, and ${hashes.length} are there: the end was removed`]
  return hashes[seq - 1] === match[2]
    ? []
    : [`entry ${seq} is not the one that was anchored: the journal was rewritten`]
}

/**
 * Makes sure that a journal still has the entry that was anchored.
 *
 * @param anchor `undefined`: none was kept
 * @throws UsageError for a text that is not an anchor; JournalDamagedError
 */
export function refuseRewritten(run: string, { hashes }: ReadJournal, anchor: string | undefined): void {
  if (anchor === undefined) return
  if (!form.test(anchor))
    throw new UsageError('--head must be an anchor: the number of an entry, a colon and its hash', {
      hint: '`preflight runbook verify RUN --anchor` prints one, and so does a run that stops',
    })
  const problems = anchorProblems(anchor, hashes)
  if (problems.length > 0) throw new JournalDamagedError(run, problems)
}
