import { exitCodes } from '../../base/exit-codes.js'
import type { ResultDocument } from '../../checks/result/report.js'
import { tally } from '../wording/tally-words.js'
import { verdictSentence, verdictWords } from '../wording/verdict-words.js'
import { locationOf } from './location.js'

/** The endings after which everything selected has been judged. */
const judged: readonly (number | null)[] = [exitCodes.go, exitCodes.failed, exitCodes.warned]

/** How the run itself went: when, where, how it ended, and what kept it from going well. */
export function invocation(document: ResultDocument): Readonly<Record<string, unknown>> {
  const { exitCode, run, state } = document
  const notifications = notificationsOf(document)
  return {
    executionSuccessful: state === 'complete' && judged.includes(exitCode),
    ...(exitCode === null ? {} : { exitCode }),
    exitCodeDescription: verdictSentence(document),
    ...utc('startTimeUtc', run.startedAt),
    ...utc('endTimeUtc', run.finishedAt),
    machine: run.host,
    toolExecutionNotifications: notifications,
  }
}

function notificationsOf(document: ResultDocument): readonly unknown[] {
  const { kind } = verdictWords(document)
  const level = kind === 'go' ? 'note' : kind === 'part' ? 'warning' : 'error'
  const problems = (document.diagnostics ?? []).map(({ file, line, column, code, message, hint }) => ({
    level: 'error',
    descriptor: { id: code },
    message: { text: `${message}${hint === undefined ? '' : `: ${hint}`}` },
    ...(line < 1 ? {} : { locations: [locationOf({ file, line, column })] }),
  }))
  const notices = (document.notices ?? []).map((text) => ({ level: 'warning', message: { text } }))
  return [{ level, message: { text: `${verdictSentence(document)}; ${tally(document)}` } }, ...notices, ...problems]
}

/** A time that is none would make the whole log invalid. */
function utc(name: string, time: string | null): Readonly<Record<string, string>> {
  return time !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(time) ? { [name]: time } : {}
}
