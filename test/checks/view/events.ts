import type { RunEvent, Outcome } from '../../../src/checks/check-event.js'
import type { Status } from '../../../src/base/vocabulary.js'

export function outcome(id: string, status: Status, message = ''): Outcome {
  return {
    id,
    status,
    class: 'config',
    message,
    facts: {},
    failedExpectations: [],
    blockedBy: undefined,
    attempts: 1,
    startedAt: '',
    durationMs: 12,
  }
}

export const started = (id: string, attempt = 1): RunEvent => ({ type: 'check-started', id, attempt })
export const reached = (id: string, rung: string): RunEvent => ({ type: 'check-reached', id, rung })
export const finished = (id: string, status: Status, message = ''): RunEvent => ({
  type: 'check-finished',
  id,
  outcome: outcome(id, status, message),
})
