import { formatDuration } from '../../base/time/duration.js'
import type { Counts, ResultDocument } from '../../checks/result/report.js'

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

/** `72 of 72 checks selected: 68 passed, 4 failed in 3.8s`, and what has no outcome when the counts do not add up. */
export function tally({ counts, run }: ResultDocument): string {
  const words = Object.entries(countWords).map(([name, word]) => ({
    count: counts[name as keyof typeof countWords],
    word,
  }))
  const parts = words.filter(({ count }) => count > 0).map(({ count, word }) => `${count} ${word}`)
  const unaccounted = counts.selected - words.reduce((sum, { count }) => sum + count, 0)
  if (unaccounted !== 0) parts.push(`${unaccounted} without an outcome`)
  const duration = run.durationMs === null ? '' : ` in ${formatDuration(run.durationMs)}`
  return `${counts.selected} of ${counts.declared} checks selected${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${duration}`
}
