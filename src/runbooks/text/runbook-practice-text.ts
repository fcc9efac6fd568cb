import type { Practice } from '../practice/practice.js'
import { statusText } from './runbook-status-text.js'
import { wrap, type TextStyle } from '../../base/text/text-style.js'

/** How a practice went, and what of the runbook it exercised. */
export function practiceText({ record, score }: Practice, style: TextStyle): string {
  const { chalk, width } = style
  const line = (what: string, exercised: readonly string[], rest: readonly string[]): string[] => {
    const total = exercised.length + rest.length
    if (total === 0) return [`  ${what}: there are none`]
    return [
      `  ${what}: ${exercised.length} of ${total}${exercised.length === 0 ? '' : chalk.dim(` (${exercised.join(', ')})`)}`,
      ...(rest.length === 0 ? [] : [chalk.yellow(wrap(`not exercised: ${rest.join(', ')}`, width, '    '))]),
    ]
  }
  return [
    statusText(record, style),
    chalk.bold('Practised'),
    ...line('undo', score.undone, score.notUndone),
    ...line('decisions', score.decided, score.notDecided),
    'Nothing was run and nothing was kept.',
    '',
  ].join('\n')
}
