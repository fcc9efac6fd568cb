import { Listr, type ListrTask, ListrTaskState, type ListrTaskWrapper } from 'listr2'
import type { Waiting, Outcome } from '../../check-event.js'
import type { Status } from '../../../base/vocabulary.js'
import { truncate } from '../../../base/text/terminal-text.js'
import { paletteFor, type Palette } from '../palette.js'
import {
  finishedPhrase,
  waitingPhrase,
  runningPhrase,
  RunProgress,
  type CheckProgress,
  type StageProgress,
  stageSummary,
} from '../progress.js'
import type { CheckView, ViewOptions } from '../check-view.js'
import { BoundedRenderer, type FrameSize } from '../../../engine/live/renderer.js'
import { Screen, spinnerAt } from '../../../engine/live/screen.js'

type Renderer = typeof BoundedRenderer

/** What is shown above the window as soon as it happens. A check that was blocked adds nothing to what blocked it. */
const shownAtOnce: ReadonlySet<Status> = new Set<Status>(['fail', 'error', 'timeout', 'warn'])

/** The run as Listr tasks, a list of checks in each stage, projected from its events. */
export function createLiveView({
  plan,
  stream,
  colour,
  redact,
  now = () => performance.now(),
}: ViewOptions): CheckView {
  const progress = new RunProgress(plan, now)
  const palette = paletteFor(colour)
  const screen = new Screen(stream)
  const lines: string[] = []
  let waiting: Waiting = { on: [], remaining: 0 }
  let waitingAt = 0
  /** Counts down between two tellings. */
  const waitingLine = (): string =>
    waitingPhrase({ ...waiting, remaining: Math.max(0, waiting.remaining - (now() - waitingAt)) }, redact)
  const takeLines = (): readonly string[] => lines.splice(0)
  const projections = new Map([...progress.checks].map(([id, check]) => [id, new Projection(check)]))

  const tasks = progress.stages.map((stage): ListrTask<unknown, Renderer, Renderer> => ({
    title: stage.stage,
    task: (_context, task) => {
      const members = plan.checks.filter(({ definition }) => definition.stage === stage.stage)
      return task.newListr(members.flatMap(({ definition }) => projections.get(definition.id)?.task ?? []))
    },
  }))
  let end!: () => void
  const over = new Promise<void>((resolve) => (end = resolve))
  // Of a run that waits every check may have ended, and it goes on: without a task of its own Listr would take the
  // window away.
  const run: ListrTask<unknown, Renderer, Renderer> = { title: 'run', task: () => over }
  const listr = new Listr<unknown, Renderer, Renderer>([...tasks, run], {
    concurrent: true,
    exitOnError: false,
    // Listr's own handler exits with 127 and flushes nothing.
    registerSignalListeners: false,
    renderer: BoundedRenderer,
    rendererOptions: {
      screen,
      takeLines,
      frame: (size) => frameAt(progress.stages, size, palette, now(), waitingLine()),
    },
  })
  const ended = listr.run().then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  const endAll = (): void => {
    for (const projection of projections.values()) projection.end(undefined)
    end()
  }

  return {
    onEvent(event) {
      const check = progress.apply(event)
      const projection = projections.get(event.id)
      if (event.type === 'check-started') projection?.start()
      if (event.type !== 'check-finished') return
      projection?.end(event.outcome)
      if (shownAtOnce.has(event.outcome.status))
        lines.push(`${palette.mark(event.outcome.status)} ${finishedPhrase(check, event.outcome, redact)}`)
    },
    onWaiting(current) {
      waiting = current
      waitingAt = now()
    },
    async finish() {
      endAll()
      const failure = await ended
      screen.close()
      if (failure !== undefined) throw failure.thrown
    },
    abort() {
      endAll()
      screen.draw(takeLines(), frameAt(progress.stages, screen.size, palette, now()))
      screen.close()
    },
  }
}

/**
 * The window at a moment: a line for each stage, and under it the checks that are running. Never more lines than the
 * terminal can show above its cursor; running checks that find no room are counted.
 *
 * @param now milliseconds on the clock of the progress
 * @param waiting what the run waits for; is below all else
 */
export function frameAt(
  stages: readonly StageProgress[],
  { rows, columns }: FrameSize,
  palette: Palette,
  now: number,
  waiting = '',
): readonly string[] {
  const spin = spinnerAt(now)
  const running = stages.flatMap((stage) => [...stage.running])
  const room = Math.max(0, rows - 1 - stages.length - (waiting === '' ? 0 : 1))
  const shown = new Set(running.length <= room ? running : running.slice(0, Math.max(0, room - 1)))
  const lines = stages.flatMap((stage) => [
    stageSummary(stage, palette, stage.running.size > 0 ? spin : '·'),
    ...[...stage.running].filter((check) => shown.has(check)).map((check) => runningLine(check, spin, columns, now)),
  ])
  if (shown.size < running.length) lines.push(palette.faint(`    … and ${running.length - shown.size} more running`))
  if (waiting !== '') lines.push(truncate(`  ${spin} ${waiting}`, columns - 1))
  return lines.slice(0, Math.max(1, rows - 1))
}

function runningLine(check: CheckProgress, spin: string, columns: number, now: number): string {
  return truncate(`    ${spin} ${runningPhrase(check, now)}`, columns - 1)
}

type ProjectionRenderer = typeof BoundedRenderer

/** A check as a Listr task: it does nothing but take on the states that the events tell. */
class Projection {
  readonly #check: CheckProgress
  readonly #ended: Promise<Outcome | undefined>
  /** @param outcome `undefined` when the run was cut short; calls after the first change nothing */
  readonly end: (outcome: Outcome | undefined) => void
  #wrapper: ListrTaskWrapper<unknown, ProjectionRenderer, ProjectionRenderer> | undefined

  constructor(check: CheckProgress) {
    this.#check = check
    let end!: (outcome: Outcome | undefined) => void
    this.#ended = new Promise((resolve) => (end = resolve))
    this.end = end
  }

  /** The task for Listr's list. Listr starts all at once; it says waiting until the check itself starts. */
  get task(): ListrTask<unknown, ProjectionRenderer, ProjectionRenderer> {
    return {
      title: this.#check.definition.title,
      task: async (_context, wrapper) => {
        this.#wrapper = wrapper
        if (this.#check.phase === 'waiting') wrapper.task.state$ = ListrTaskState.WAITING
        const outcome = await this.#ended
        if (outcome === undefined) return wrapper.skip('interrupted')
        if (outcome.status === 'not-applicable') return wrapper.skip('not applicable')
        if (['fail', 'error', 'timeout', 'blocked'].includes(outcome.status)) throw new Error(outcome.status)
        wrapper.task.state$ = ListrTaskState.STARTED
      },
    }
  }

  start(): void {
    if (this.#wrapper !== undefined) this.#wrapper.task.state$ = ListrTaskState.STARTED
  }
}
