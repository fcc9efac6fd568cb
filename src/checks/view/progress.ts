import type { CheckDefinition } from '../definition.js'
import type { RunEvent, Outcome, Waiting } from '../check-event.js'
import type { Plan } from '../plan/plan.js'
import { stages, type Stage, type Status, statuses } from '../../base/vocabulary.js'
import type { Palette } from './palette.js'
import { waitingText, type WaitingForTurn } from '../../net/turn.js'
import { formatDuration } from '../../base/time/duration.js'
import { neutralise, withoutLogCommands } from '../../base/text/terminal-text.js'

/** A check after the events so far. */
export interface CheckProgress {
  readonly definition: CheckDefinition
  phase: 'waiting' | 'running' | 'finished'
  /** When its first attempt started, on the view's clock. */
  startedAt: number
  attempt: number
  /** The deepest rung reported so far in this attempt; empty before the first. */
  rung: string
  /** What it waits for before it may ask an address. */
  waiting: WaitingForTurn | undefined
  /** When that was said, on the view's clock. */
  waitingAt: number
  outcome: Outcome | undefined
}

export interface StageProgress {
  readonly stage: Stage
  readonly total: number
  finished: number
  readonly statuses: Map<Status, number>
  /** In the order they started. */
  readonly running: Set<CheckProgress>
}

/** A run after the events so far: a fold, kept up to date in constant time per event. */
export class RunProgress {
  readonly stages: readonly StageProgress[]
  readonly total: number
  readonly checks: ReadonlyMap<string, CheckProgress>
  readonly #now: () => number
  readonly #stageOf = new Map<Stage, StageProgress>()

  /** @param now milliseconds on a monotonic clock */
  constructor(plan: Plan, now: () => number) {
    this.#now = now
    this.total = plan.checks.length
    this.checks = new Map(
      plan.checks.map(({ definition }) => [
        definition.id,
        {
          definition,
          phase: 'waiting',
          startedAt: 0,
          attempt: 0,
          rung: '',
          waiting: undefined,
          waitingAt: 0,
          outcome: undefined,
        },
      ]),
    )
    for (const stage of stages) {
      const total = plan.checks.filter(({ definition }) => definition.stage === stage).length
      if (total > 0) this.#stageOf.set(stage, { stage, total, finished: 0, statuses: new Map(), running: new Set() })
    }
    this.stages = [...this.#stageOf.values()]
  }

  get finished(): number {
    return this.stages.reduce((sum, stage) => sum + stage.finished, 0)
  }

  /**
   * Takes in an event.
   *
   * @returns the check it is about
   * @throws Error for a check that is not in the plan
   */
  apply(event: RunEvent): CheckProgress {
    const check = this.checks.get(event.id)
    const stage = check === undefined ? undefined : this.#stageOf.get(check.definition.stage)
    if (check === undefined || stage === undefined)
      throw new Error(`an event is about ${event.id}, which is not in the plan`)
    if (event.type === 'check-reached') check.rung = event.rung
    else if (event.type === 'check-waits') Object.assign(check, { waiting: event.waiting, waitingAt: this.#now() })
    else if (event.type === 'check-started') {
      reopen(check, stage)
      if (check.phase === 'waiting') check.startedAt = this.#now()
      Object.assign(check, { phase: 'running', attempt: event.attempt, rung: '', waiting: undefined })
      stage.running.add(check)
    } else {
      reopen(check, stage)
      const { status } = event.outcome
      Object.assign(check, { phase: 'finished', outcome: event.outcome })
      stage.running.delete(check)
      stage.finished += 1
      stage.statuses.set(status, (stage.statuses.get(status) ?? 0) + 1)
    }
    return check
  }
}

/** A run that waits looks at a check again: what was reported of it before no longer counts. */
function reopen(check: CheckProgress, stage: StageProgress): void {
  if (check.phase !== 'finished') return
  const status = check.outcome?.status
  const others = (status === undefined ? 0 : (stage.statuses.get(status) ?? 0)) - 1
  if (status !== undefined && others > 0) stage.statuses.set(status, others)
  else if (status !== undefined) stage.statuses.delete(status)
  stage.finished -= 1
  Object.assign(check, { phase: 'waiting', outcome: undefined })
}

/** The worst first: a stage wears the mark of its worst check. */
const byWeight: readonly Status[] = ['fail', 'error', 'timeout', 'blocked', 'warn', 'waived', 'pass', 'not-applicable']

/** A stage in one line: its mark once all of it has ended, how far it is until then. */
export function stageSummary(stage: StageProgress, palette: Palette, busyMark = '·'): string {
  const counts = statuses
    .filter((status) => stage.statuses.has(status))
    .map((status) => `${stage.statuses.get(status)} ${status}`)
  const worst = byWeight.find((status) => stage.statuses.has(status))
  const isOver = stage.finished === stage.total
  const mark = isOver && worst !== undefined ? palette.mark(worst) : busyMark
  const tally = [...(isOver ? [] : [`${stage.finished}/${stage.total}`]), ...counts].join(', ')
  return `${mark} ${palette.strong(stage.stage)}  ${palette.faint(tally)}`
}

/** A message may be a server's whole reply; the report has it all. */
const longestMessage = 300

/** How a check ended, in one line without its mark: the title when all is well, what was found when it is not. */
export function finishedPhrase(
  { definition }: CheckProgress,
  outcome: Outcome,
  redact: (text: string) => string,
): string {
  if (outcome.status === 'pass')
    return neutralise(`${definition.id}  ${definition.title}  ${formatDuration(outcome.durationMs)}`)
  const message = oneLine(redact(outcome.message))
  return `${neutralise(definition.id)}  ${outcome.status}${message === '' ? '' : `: ${message}`}`
}

/** What a running check is doing. */
export function runningPhrase(check: CheckProgress, now: number): string {
  const attempt = check.attempt > 1 ? `  attempt ${check.attempt}` : ''
  const rung = check.rung === '' ? '' : `  reached ${check.rung}`
  return neutralise(
    `${check.definition.id}  ${formatDuration(now - check.startedAt)}${attempt}${rung}${turnPhrase(check, now)}`,
  )
}

/** What is in the way of a check that waits for its turn. */
function turnPhrase({ waiting, waitingAt }: CheckProgress, now: number): string {
  if (waiting === undefined) return ''
  const { milliseconds } = waiting
  const left = milliseconds === undefined ? undefined : milliseconds - (now - waitingAt)
  return `  ${waitingText({ ...waiting, milliseconds: left })}`
}

/** What is waited for: the first of them with what it found, and how many others. Empty when nothing is. */
export function waitingPhrase({ on, remaining }: Waiting, redact: (text: string) => string): string {
  const [first, ...others] = on
  if (first === undefined) return ''
  const found = oneLine(redact(first.message))
  return `waiting for ${neutralise(first.id)}${found === '' ? '' : `: ${found}`}${others.length === 0 ? '' : ` (and ${others.length} more)`}, ${formatDuration(remaining)} left`
}

/**
 * One line that neither a terminal nor a build server obeys. Shortened only after redaction: the head of a secret would
 * not be recognised.
 */
export function oneLine(text: string): string {
  const line = withoutLogCommands(neutralise(text.replace(/\s+/g, ' ').trim()))
  const characters = [...line]
  return characters.length <= longestMessage ? line : `${characters.slice(0, longestMessage).join('')}…`
}
