import type { LadderProblem } from '../../../base/facts.js'
import { logRefusals } from '../../../host/log-file.js'
import { startProblems } from '../../../processes/start-problem.js'

/** Why there are no lines to judge, or not all. */
export const logProblems = [...startProblems, ...logRefusals, 'program-failed'] as const

export type LogProblem = LadderProblem<(typeof logProblems)[number]>

export function logProblem(code: LogProblem['code'], detail = ''): LogProblem {
  return { code, class: code === 'none' ? 'dependency' : 'config', transient: code === 'replaced', detail }
}
