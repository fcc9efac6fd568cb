import { Listr, ListrTaskState, type ListrTask } from 'listr2'
import { BoundedRenderer, type FrameSize } from '../../engine/live/renderer.js'
import { Screen, spinnerAt } from '../../engine/live/screen.js'
import { OutputLines } from './output-lines.js'
import {
  runningAfter,
  runningText,
  type Running,
  entryDetails,
  entryLine,
  runLine,
  stepOf,
  stepPaletteFor,
  stepTitle,
  type StepPalette,
} from './step-lines.js'
import type { RunbookView, RunbookViewOptions } from './runbook-view.js'
import { truncate, neutralise } from '../../base/text/terminal-text.js'
import type { StepRecord } from '../record/step-record.js'

type Renderer = typeof BoundedRenderer

/** Lines of the running step's output in the window. */
const shownOutput = 3

/** Steps to come in the window. */
const shownNext = 3

const over: ReadonlySet<string> = new Set([
  'done',
  'verified',
  'failed',
  'not-evaluated',
  'open',
  'unknown',
  'skipped',
  'cancelled',
  'undone',
  'undo-failed',
])

/** The run as Listr tasks, one after another, projected from its events. */
export function createLiveRunbookView({
  title,
  steps: all,
  recordOf,
  stream,
  colour,
  redact,
  now = () => performance.now(),
}: RunbookViewOptions): RunbookView {
  const palette = stepPaletteFor(colour)
  const screen = new Screen(stream)
  const lines: string[] = []
  const steps = all.filter(({ isAfterUndo }) => isAfterUndo !== true)
  const order = new Map(steps.map(({ path }, index) => [path, index]))
  const settled = new Set(steps.filter(({ path }) => over.has(recordOf(path).state)).map(({ path }) => path))
  const gates = steps.map(({ path }) => new Gate(settled.has(path)))
  const closing = new Gate(false)
  let running: Running | undefined
  let output = new OutputLines(redact)
  let shown: readonly string[] = []
  let isGoingBack = false
  /** Index of the first step that nothing was said of yet. */
  let reached = 0

  const frame = (at: number): RunbookFrame => {
    while (reached < steps.length && settled.has(steps[reached]!.path)) reached += 1
    const next = isGoingBack ? [] : steps.slice(reached, reached + shownNext)
    return {
      title,
      ended: settled.size,
      total: steps.length,
      running: running === undefined ? undefined : runningText(running, recordOf(running.path).title, at),
      output: shown,
      next: next.map(stepTitle),
      further: isGoingBack ? 0 : steps.length - reached - next.length,
    }
  }
  const last = { title: 'the end of the run', task: () => closing.opened }
  const listr = new Listr<unknown, Renderer, Renderer>(
    [...steps.map((step, index) => stepTask(step, gates[index]!, recordOf)), last],
    {
      concurrent: false,
      exitOnError: false,
      // Listr's own handler exits with 127 and flushes nothing.
      registerSignalListeners: false,
      renderer: BoundedRenderer,
      rendererOptions: {
        screen,
        takeLines: () => lines.splice(0),
        frame: (size) => runbookFrameAt(frame(now()), size, palette, now()),
      },
    },
  )
  const done = listr.run().then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  const busyWith = (next: Running | undefined): void => {
    running = next
    output = new OutputLines(redact)
    shown = []
  }
  const endAll = (): void => {
    busyWith(undefined)
    for (const gate of [...gates, closing]) gate.open()
  }
  return {
    onEvent(event) {
      if (event.type === 'asking') return screen.suspend(lines.splice(0))
      if (event.type === 'answered') return screen.resume()
      if (event.type === 'output') {
        if (running?.path === event.step) shown = [...shown, ...output.push(event.text)].slice(-shownOutput)
        return
      }
      const { entry } = event
      const path = stepOf(entry)
      isGoingBack ||= entry.event.type === 'undo-started' || entry.event.type === 'undo-intent'
      if (path === undefined) {
        const line = runLine(entry, palette, redact)
        if (line !== undefined) lines.push(line)
        return
      }
      const record = recordOf(path)
      busyWith(runningAfter(entry.event, path, now()))
      const place = order.get(path)
      if (place !== undefined) {
        if (over.has(record.state)) {
          settled.add(path)
          gates[place]?.open()
        } else settled.delete(path)
        if (entry.event.type === 'step-intent') reached = Math.max(reached, place + 1)
      }
      // Of what begins the window tells.
      if (entry.event.type === 'step-intent' || entry.event.type === 'undo-intent') return
      const line = entryLine(entry, record, palette, redact)
      if (line !== undefined) lines.push(line, ...entryDetails(entry, redact).map((detail) => `    | ${detail}`))
    },
    async finish() {
      screen.resume()
      endAll()
      const failure = await done
      screen.close()
      if (failure !== undefined) throw failure.thrown
    },
    abort() {
      screen.resume()
      endAll()
      screen.draw(lines.splice(0), [])
      screen.close()
    },
  }
}

/** What the window shows of a run at a moment. */
interface RunbookFrame {
  readonly title: string
  readonly ended: number
  readonly total: number
  /** What it is busy with. */
  readonly running: string | undefined
  /** The last lines of output of that. */
  readonly output: readonly string[]
  /** Titles of the steps that come next, as many as are worth showing, indented. */
  readonly next: readonly string[]
  /** Steps that come after those. */
  readonly further: number
}

/**
 * The window: the run, its running step with its last lines of output, and what comes next. Never higher than the
 * terminal.
 */
export function runbookFrameAt(
  frame: RunbookFrame,
  { rows, columns }: FrameSize,
  palette: StepPalette,
  now: number,
): readonly string[] {
  const fit = (text: string): string => truncate(text, columns - 1)
  const lines = [
    palette.strong(fit(`${neutralise(frame.title)}  ${frame.ended}/${frame.total}`)),
    ...(frame.running === undefined ? [] : [fit(`${spinnerAt(now)} ${frame.running}`)]),
    ...frame.output.map((line) => palette.faint(fit(`    | ${line}`))),
    ...frame.next.map((title) => palette.faint(fit(`· ${title}`))),
    ...(frame.further === 0 ? [] : [palette.faint(fit(`  … and ${frame.further} more`))]),
  ]
  return lines.slice(0, Math.max(1, rows - 1))
}

type StepRenderer = typeof BoundedRenderer

/** A step as a Listr task: it does nothing but take on the state that the step has when its gate opens. */
function stepTask(
  { path, title }: { readonly path: string; readonly title: string },
  gate: Gate,
  recordOf: (path: string) => StepRecord,
): ListrTask<unknown, StepRenderer, StepRenderer> {
  return {
    title,
    task: async (_context, task) => {
      await gate.opened
      const { state, message } = recordOf(path)
      if (['failed', 'not-evaluated', 'unknown', 'undo-failed'].includes(state)) throw new Error(state)
      if (['skipped', 'open', 'pending', 'not-run'].includes(state)) return task.skip(message)
      task.task.state$ = ListrTaskState.STARTED
    },
  }
}

/** Something that is waited for and opened once. */
class Gate {
  readonly opened: Promise<void>
  #open!: () => void

  constructor(isOpen: boolean) {
    this.opened = new Promise((resolve) => (this.#open = resolve))
    if (isOpen) this.#open()
  }

  open(): void {
    this.#open()
  }
}
