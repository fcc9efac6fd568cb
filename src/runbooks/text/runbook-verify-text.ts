import type { JournalVerdict } from '../verify-run.js'
import { stateAgain } from '../record/started-with.js'
import { lineText, timeText, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import { runStateWords } from './runbook-words.js'
import type { Practice } from '../practice/practice.js'
import { statusText } from './runbook-status-text.js'
import { commandLine } from '../../base/text/shell-words.js'
import type { MadeApproval } from '../approve/approve-plan.js'

/**
 * What can be said of a run's journal, and what to keep of it.
 *
 * @param inState the folder that --state named, absolute
 */
export function verifyText(verdict: JournalVerdict, { chalk, width }: TextStyle, inState?: string): string {
  const { run, isTrusted, isComplete, problems, remarks, anchor, entries, state } = verdict
  const headline = !isTrusted
    ? chalk.red.bold('cannot be trusted')
    : isComplete
      ? chalk.green.bold('whole')
      : chalk.yellow.bold('complete up to here')
  return [
    `The journal of ${lineText(run)}: ${headline}, ${entries} ${entries === 1 ? 'entry' : 'entries'}.`,
    ...problems.map((problem) => wrap(`✖ ${lineText(problem)}`, width, '  ')),
    ...remarks.map((remark) => chalk.dim(wrap(`· ${lineText(remark)}`, width, '  '))),
    ...(isTrusted && isComplete && state !== undefined ? [`The run: ${runStateWords[state]}.`] : []),
    ...(isTrusted
      ? [
          '',
          `Anchor  ${anchor}`,
          chalk.dim(
            'Stored where no writer of the journal can change it, it proves later that nothing was removed or changed since:',
          ),
          chalk.dim(`  preflight runbook verify ${run} --head ${anchor}${stateAgain({ state: inState })}`),
        ]
      : []),
    '',
  ].join('\n')
}

/** How a practice went, and what of the runbook it exercised. */
export function practiceText({ record, score }: Practice, style: TextStyle): string {
  const { chalk, width } = style
  const line = (what: string, exercised: readonly string[], rest: readonly string[]): string[] => {
    const total = exercised.length + rest.length
    if (total === 0) return [`  ${what}: none`]
    return [
      `  ${what}: ${exercised.length} of ${total}${exercised.length === 0 ? '' : chalk.dim(` (${exercised.join(', ')})`)}`,
      ...(rest.length === 0 ? [] : [chalk.yellow(wrap(`not exercised: ${rest.join(', ')}`, width, '    '))]),
    ]
  }
  return [
    statusText(record, style),
    chalk.bold('Practised'),
    ...line('undo', score.undone, score.notUndone),
    ...(score.followed.length + score.notFollowed.length === 0
      ? []
      : line('after an undo', score.followed, score.notFollowed)),
    ...line('decisions', score.decided, score.notDecided),
    'Nothing was run and nothing was stored.',
    '',
  ].join('\n')
}

/**
 * What was written, what it is worth, and what to do with it.
 *
 * @param inState the folder that --state named, absolute
 */
export function approvalText({ document, file, signature }: MadeApproval, inState: string | undefined): string {
  const { by, step, plan, run, digest, expires } = document
  const worth =
    signature === undefined
      ? `${commandLine([file])} is proof for a run that another user of this machine starts, as long as it belongs to you and that user cannot change owners of files; a copy of it proves nothing.`
      : `${commandLine([file])} and its signature ${commandLine([signature])} must stay beside each other when they are moved.`
  const use =
    run === null ? `preflight runbook run ID --plan ${plan} --approval` : `preflight runbook resume ${run} --approval`
  return [
    `${by} approves the step ${step} of ${run === null ? 'the first run' : `the run ${run}`} of the plan ${plan}`,
    `and what follows it (${digest}), once, until ${timeText(expires)}.`,
    worth,
    `  ${use} ${commandLine([file])}${run === null ? '' : stateAgain({ state: inState })}`,
    '',
  ].join('\n')
}
