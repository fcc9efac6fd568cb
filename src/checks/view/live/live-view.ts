import { Listr, type ListrTask } from 'listr2'
import type { Waiting } from '../../check-event.js'
import type { Status } from '../../../base/vocabulary.js'
import { paletteFor } from '../palette.js'
import { finishedPhrase, waitingPhrase } from '../phrase.js'
import { RunProgress } from '../progress.js'
import type { View, ViewOptions } from '../check-view.js'
import { frameAt } from './check-frame.js'
import { Projection } from './projection.js'
import { BoundedRenderer } from '../../../engine/live/renderer.js'
import { Screen } from '../../../engine/live/screen.js'

type Renderer = typeof BoundedRenderer

/** What is told above the window as soon as it happens. A check that was blocked adds nothing to what blocked it. */
const toldAtOnce: ReadonlySet<Status> = new Set<Status>(['fail', 'error', 'timeout', 'warn'])

/** The run as Listr tasks, a list of checks in each stage, projected from its events. */
export function createLiveView({ plan, stream, colour, redact, now = () => performance.now() }: ViewOptions): View {
  const progress = new RunProgress(plan, now)
  const palette = paletteFor(colour)
  const screen = new Screen(stream)
  const lines: string[] = []
  let waiting: Waiting = { on: [], remaining: 0 }
  let toldAt = 0
  /** Counts down between two tellings. */
  const waitingLine = (): string =>
    waitingPhrase({ ...waiting, remaining: Math.max(0, waiting.remaining - (now() - toldAt)) }, redact)
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
      if (toldAtOnce.has(event.outcome.status))
        lines.push(`${palette.mark(event.outcome.status)} ${finishedPhrase(check, event.outcome, redact)}`)
    },
    onWaiting(told) {
      waiting = told
      toldAt = now()
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
