import { isVerified, type AttestationVerdict } from './verify-attestation.js'
import type { Attested } from './attestation.js'
import { type Statement, subjectText } from './statement/statement.js'
import { neutralise, timeText, wrap, type TextStyle } from '../base/text/terminal-text.js'

/** What was attested, and with which key. */
export function attestedText({ statement, keyId }: Attested, file: string): string {
  return `attested in ${neutralise(file)}: ${summary(statement)}\nkey ${keyId}\n`
}

/** Whether an attestation is relied on; else everything that is wrong with it. */
export function attestationVerdictText(verdict: AttestationVerdict, { chalk, width }: TextStyle): string {
  const { statement, refusals, notCompared } = verdict
  const headline = isVerified(verdict) ? chalk.green.bold('VERIFIED') : chalk.red.bold('REFUSED')
  return [
    headline,
    ...refusals.flatMap(({ code, message }) => [
      `  ${chalk.red('✗')} ${code}`,
      wrap(neutralise(message), width, '    '),
    ]),
    ...(statement === null
      ? ['  Its content is not shown: its author is unknown.']
      : [wrap(`signed: ${summary(statement)}`, width, '  ')]),
    ...notCompared.map(({ isExpected, message }) =>
      wrap(`${isExpected ? chalk.red('?') : '·'} ${neutralise(message)}`, width, '  '),
    ),
    '',
  ].join('\n')
}

function summary({ subject, predicate: { result, preflightRun: run } }: Statement): string {
  const coverage = { locked: 'the locked selection', whole: 'every check', part: 'a part only' }[run.coverage]
  const where = run.deployment === null ? '' : ` of ${run.deployment}`
  const waived = run.waived.length === 0 ? '' : `; waived: ${run.waived.join(', ')}`
  return neutralise(
    `${run.verdict} (${result}) for ${subject.map(subjectText).join(', ')}; profile ${run.profile}${where}; ${coverage}; ended ${timeText(run.finishedAt)}; run ${run.id}${waived}`,
  )
}
