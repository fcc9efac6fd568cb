import type { JournalVerdict } from '../verify-run.js'
import { stateAgain } from '../record/started-with.js'
import { lineText } from '../../base/text/line-text.js'
import { runStateWords } from './runbook-words.js'
import { wrap, type TextStyle } from '../../base/text/text-style.js'

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
      : chalk.yellow.bold('whole as far as it goes')
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
            'Kept where nobody who can write the journal can write, it proves later that nothing was removed or changed since:',
          ),
          chalk.dim(`  preflight runbook verify ${run} --head ${anchor}${stateAgain({ state: inState })}`),
        ]
      : []),
    '',
  ].join('\n')
}
