import { formatDuration } from '../../kernel/duration.js'
import { exitCodes } from '../../kernel/exit-codes.js'
import type { Counts, ResultDocument } from '../../model/report.js'
import type { Ink, Section } from './ink.js'

const countWords = {
  pass: 'passed',
  warn: 'warned',
  fail: 'failed',
  error: 'in error',
  timeout: 'timed out',
  blocked: 'blocked',
  waived: 'waived',
  notApplicable: 'not applicable',
} as const satisfies Partial<Record<keyof Counts, string>>

/** What an exit code means here, for those that are no plain go. */
const reasons: Readonly<Record<number, string>> = {
  [exitCodes.failed]: 'at least one check failed',
  [exitCodes.invalid]: 'nothing was observed',
  [exitCodes.notEvaluated]: 'nothing failed, but not everything could be evaluated',
  [exitCodes.warned]: 'warnings count (--fail-on-warn)',
  [exitCodes.internal]: 'the counts do not add up: this is a defect of preflight',
}

/** The counts, and then the verdict. */
export const summary: Section = (document, ink) => {
  const { counts, run } = document
  const words = Object.entries(countWords).map(([name, word]) => ({ count: counts[name as keyof typeof countWords], word }))
  const parts = words.filter(({ count }) => count > 0).map(({ count, word }) => `${count} ${word}`)
  const unaccounted = counts.selected - words.reduce((sum, { count }) => sum + count, 0)
  if (unaccounted !== 0) parts.push(`${unaccounted} without an outcome`)
  const duration = run.durationMs === null ? '' : ` in ${formatDuration(run.durationMs)}`
  const tally = `${counts.selected} of ${counts.declared} checks selected${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${duration}`
  return ['─'.repeat(Math.min(ink.width, 80)), ...ink.prose(tally, 0), ...verdictLines(document, ink)]
}

function verdictLines({ counts, diagnostics, exitCode, state, verdict }: ResultDocument, ink: Ink): readonly string[] {
  if (state === 'incomplete' || verdict === null || exitCode === null) {
    const exit = exitCode === null ? '' : `  exit ${exitCode}`
    return ink.prose(`INCOMPLETE${exit}: the run did not end, and proves nothing`, 0, 'bad')
  }
  if (verdict === 'no-go') {
    const reason = diagnostics === undefined ? reasons[exitCode] : `nothing ran: ${diagnostics.length} ${diagnostics.length === 1 ? 'problem' : 'problems'} to mend first`
    return ink.prose(`NO-GO  exit ${exitCode}${reason === undefined ? '' : `: ${reason}`}`, 0, 'bad')
  }
  if (counts.deselected === 0) return ink.prose(`GO  exit ${exitCode}`, 0, 'good')
  const partial = `GO FOR A PART ONLY  exit ${exitCode}: ${counts.deselected} of ${counts.declared} checks did not run; this is no go for a release`
  return ink.prose(partial, 0, 'doubtful')
}
