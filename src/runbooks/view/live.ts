import { Listr } from 'listr2'
import { BoundedRenderer } from '../../engine/live/renderer.js'
import { Screen } from '../../engine/live/screen.js'
import { runbookFrameAt, type RunbookFrame } from './runbook-frame.js'
import { Gate, stepTask } from './step-task.js'
import { OutputLines } from './output-lines.js'
import { runningAfter, runningText, type Running } from './running.js'
import { entryDetails, entryLine, runLine, stepOf, stepPaletteFor, stepTitle } from './step-lines.js'
import type { RunbookView, RunbookViewOptions } from './runbook-view.js'

type Renderer = typeof BoundedRenderer

/** Lines of the running step's output in the window. */
const shownOutput = 3
/** Steps to come in the window. */
const shownNext = 3

const over: ReadonlySet<string> = new Set([
  'done',
  'verified',
  'failed',
  'unknown',
  'skipped',
  'cancelled',
  'undone',
  'undo-failed',
])

/** The run as Listr tasks, one after another, projected from its events. */
export function createLiveRunbookView({
  title,
  steps,
  recordOf,
  stream,
  colour,
  redact,
  now = () => performance.now(),
}: RunbookViewOptions): RunbookView {
  const palette = stepPaletteFor(colour)
  const screen = new Screen(stream)
  const lines: string[] = []
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
      if (over.has(record.state)) {
        settled.add(path)
        gates[order.get(path)!]?.open()
      } else settled.delete(path)
      if (entry.event.type === 'step-intent') reached = Math.max(reached, order.get(path)! + 1)
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
