import type { ChalkInstance } from 'chalk'
import { neutralise } from '../base/text/terminal-text.js'
import { formatPosition, type Diagnostic } from '../base/position.js'

/** Every problem on a line of its own, as editors understand them: `file:line:col: message`, its hint below. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], chalk: ChalkInstance): string {
  const lines = diagnostics.flatMap((diagnostic) => [
    `${chalk.bold(neutralise(formatPosition(diagnostic.position)))}: ${chalk.red('error')}: ${neutralise(diagnostic.message)} ${chalk.dim(`[${diagnostic.code}]`)}`,
    ...(diagnostic.hint === undefined ? [] : [`  ${chalk.cyan('hint:')} ${neutralise(diagnostic.hint)}`]),
  ])
  lines.push(`${diagnostics.length} problem${diagnostics.length === 1 ? '' : 's'}; nothing was run`)
  return lines.join('\n')
}
