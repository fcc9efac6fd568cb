import { code, inline, table } from '../../base/text/markdown-text.js'
import { stepMarks } from '../definition/runbook-vocabulary.js'
import { summaryOf } from '../record/message-lines.js'
import { stepsInDirection, type RunRecord } from '../record/run-record.js'
import type { StepRecord } from '../record/step-record.js'
import { itemEnds, type ItemEnd } from '../run/checklist-end.js'

/** How an item ended, in a word or a few. */
const itemWords = {
  holds: 'holds',
  'not-applicable': 'does not apply',
  red: 'failed',
  'not-evaluated': 'not evaluated',
  open: 'open',
} as const satisfies Record<ItemEnd, string>

/** An item of a checklist, as a report shows it on one line. */
interface ItemOutcome {
  readonly step: StepRecord
  readonly words: string
  /** Who confirmed it, or said that it is so. */
  readonly by: string
  /** What was found, or what they noted. */
  readonly found: string
}

/** The items of a checklist in their order; none of a run of another runbook. */
export function itemOutcomes(record: RunRecord): readonly ItemOutcome[] {
  if (record.started.checklist !== true) return []
  return stepsInDirection(record)
    .filter(({ path }) => !path.includes('/'))
    .map((step) => {
      const { state, facts, resolved, message } = step
      const end = itemEnds[state]
      const said = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '')
      const isConfirmed = step.isManual && end === 'holds'
      return {
        step,
        words: state === 'not-run' || state === 'pending' ? 'not reached' : itemWords[end],
        by: resolved?.by.user ?? (isConfirmed ? said('by') : ''),
        found: resolved?.reason ?? (isConfirmed ? said('note') : end === 'open' && step.isManual ? '' : message),
      }
    })
}

/** `3 hold, 1 failed`: how many items ended how. */
export function itemCounts(items: readonly ItemOutcome[]): string {
  const counts = new Map<string, number>()
  for (const { words } of items) counts.set(words, (counts.get(words) ?? 0) + 1)
  const plural = (words: string): string => words.replace(/^holds$/, 'hold').replace(/^does/, 'do')
  return [...counts].map(([words, count]) => `${count} ${count === 1 ? words : plural(words)}`).join(', ')
}

/** All items on a page: what each found is in full in its section. */
export function itemTable(items: readonly ItemOutcome[]): readonly string[] {
  if (items.length === 0) return []
  const rows = items.map(({ step: { state, path, title }, words, by, found }) => [
    stepMarks[state],
    `${inline(title)} (${code(path)})`,
    `${words === itemWords.holds ? words : `**${words}**`}${by === '' ? '' : `, by the word of ${code(by)}`}${found === '' ? '' : `: ${inline(summaryOf(found))}`}`,
  ])
  return table(['', 'Item', 'Outcome'], rows)
}
