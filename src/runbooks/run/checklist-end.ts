import { exitCodes } from '../../base/errors.js'
import { counted } from '../../base/text/wording.js'
import type { StepState } from '../definition/runbook-vocabulary.js'
import type { StepRecord } from '../record/step-record.js'
import type { RunbookEnd } from './run-in-progress.js'

/** How an item of a checklist ended. */
export type ItemEnd = 'holds' | 'not-applicable' | 'red' | 'not-evaluated' | 'open'

/** What the state of an item says. What is not seen to have ended is not evaluated, whatever the reason. */
export const itemEnds = {
  done: 'holds',
  verified: 'holds',
  skipped: 'not-applicable',
  failed: 'red',
  open: 'open',
  'not-evaluated': 'not-evaluated',
  pending: 'not-evaluated',
  running: 'not-evaluated',
  unknown: 'not-evaluated',
  'not-run': 'not-evaluated',
  cancelled: 'not-evaluated',
  undone: 'not-evaluated',
  'undo-failed': 'not-evaluated',
} as const satisfies Record<StepState, ItemEnd>

/**
 * The end of a checklist: a function of how its items ended, whatever their order. Pure.
 *
 * @param isByWord a person said of a step that it is done
 * @returns red where any item is; else not evaluated where any is, or where none applies; else open where any is; else
 *   all hold
 */
export function checklistEnd(items: readonly Pick<StepRecord, 'path' | 'state'>[], isByWord: boolean): RunbookEnd {
  const of = (end: ItemEnd): readonly string[] =>
    items.filter(({ state }) => itemEnds[state] === end).map(({ path }) => path)
  const [red, notEvaluated, open, holding] = [of('red'), of('not-evaluated'), of('open'), of('holds')]
  const message = [
    ...(red.length === 0 ? [] : [`failed: ${red.join(', ')}`]),
    ...(notEvaluated.length === 0 ? [] : [`not evaluated: ${notEvaluated.join(', ')}`]),
    ...(open.length === 0 ? [] : [`open: ${open.join(', ')}`]),
  ].join('; ')
  const summary = `${holding.length} of ${counted(items.length, 'item')} ${holding.length === 1 ? 'holds' : 'hold'}; ${message}`
  if (red.length > 0) return { state: 'failed', exitCode: exitCodes.failed, message: summary }
  if (notEvaluated.length > 0) return { state: 'not-evaluated', exitCode: exitCodes.notEvaluated, message: summary }
  if (open.length > 0) return { state: 'open', exitCode: exitCodes.checklistOpen, message: summary }
  if (holding.length === 0)
    return {
      state: 'not-evaluated',
      exitCode: exitCodes.notEvaluated,
      message: 'none of the items applies: nothing was judged',
    }
  return { state: isByWord ? 'completed-with-manual' : 'completed', exitCode: exitCodes.go, message: '' }
}
